/** One policy, new or saved, beside a simulator that knows the changes that are not saved yet. */
import { Grid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Panel } from "../../parts/panel.tsx";
import { DeletePolicyButton } from "./delete-button.tsx";
import { PolicyEditor } from "./policy-editor.tsx";
import { accessPolicyQuery, type AccessPolicy, type DraftPolicy } from "./queries.ts";
import { Simulator } from "./simulator.tsx";

const route = getRouteApi("/access-policies/$id");

export function AccessPolicyPage() {
  return (
    <Needs capability="org:read" title="Access policy">
      <AccessPolicyContent />
    </Needs>
  );
}

function AccessPolicyContent() {
  const { id } = route.useParams();
  return id === "new" ? <Page policy={null} /> : <SavedPolicy key={id} id={id} />;
}

function SavedPolicy({ id }: { readonly id: string }) {
  const policy = useQuery(accessPolicyQuery(id));
  return <Answer query={policy}>{(saved) => <Page key={JSON.stringify(saved)} policy={saved} />}</Answer>;
}

function Page({ policy }: { readonly policy: AccessPolicy | null }) {
  const question = route.useSearch();
  const navigate = route.useNavigate();
  const mayChange = useMay("org:admin");
  const [draft, setDraft] = useState<DraftPolicy | null>(null);
  return (
    <Stack gap="lg">
      <PageLink to="/access-policies" size="sm">
        All policies
      </PageLink>
      <PageHeader
        title={policy === null ? "New access policy" : policy.name}
        lead="In force with the next request after it is saved."
        actions={policy === null ? undefined : <DeletePolicyButton of={policy} />}
      />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Panel title="Policy" lead={mayChange ? undefined : "You may look at it; changing it needs org:admin."}>
            <PolicyEditor policy={policy} mayChange={mayChange} onDraft={setDraft} />
          </Panel>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Panel
            title="Simulator"
            lead={
              draft === null
                ? "What a request would get now. When you change the form, also what it would get then."
                : "Before and after your changes, which are not saved."
            }
          >
            <Simulator
              question={question}
              draft={draft}
              onQuestion={(asked) => void navigate({ search: asked, replace: true })}
            />
          </Panel>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
