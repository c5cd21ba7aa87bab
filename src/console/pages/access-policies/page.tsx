/** Who may use which models: the policies, and what they would decide. */
import { Badge, Group, SegmentedControl, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { api, read } from "../../api/client.ts";
import { useCurrency } from "../../api/organization-settings.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Panel } from "../../parts/panel.tsx";
import { accessPoliciesQuery, type AccessPolicy } from "./queries.ts";
import { Simulator } from "./simulator.tsx";
import { EffectBadge, limitWords, ResourceWords, SubjectWords } from "./words.tsx";

const route = getRouteApi("/access-policies");

export function AccessPoliciesPage() {
  return (
    <Needs capability="org:read" title="Access policies">
      <AccessPoliciesContent />
    </Needs>
  );
}

function AccessPoliciesContent() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const goTo = useNavigate();
  const { view = "policies", pages: _pages, ...question } = search;
  const create = (
    <ActionButton
      needs="org:admin"
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => void goTo({ to: "/access-policies/$id", params: { id: "new" } })}
    >
      Create policy
    </ActionButton>
  );
  return (
    <Stack gap="lg">
      <PageHeader
        title="Access policies"
        lead="Deny always wins; what nothing allows is denied; of several allows the smallest of each limit applies."
        actions={create}
      />
      <SegmentedControl
        aria-label="View"
        style={{ alignSelf: "flex-start" }}
        value={view}
        onChange={(chosen) =>
          void navigate({
            search: (before) => ({
              ...before,
              view: chosen === "simulator" ? "simulator" : undefined,
              pages: undefined,
            }),
          })
        }
        data={[
          { value: "policies", label: "Policies" },
          { value: "simulator", label: "Simulator" },
        ]}
      />
      {view === "policies" ? (
        <PolicyList />
      ) : (
        <Panel
          title="Simulator"
          lead="What a request would get now, decided by the code that decides requests. The address of this page keeps the question."
        >
          <Simulator
            question={question}
            draft={null}
            onQuestion={(asked) => void navigate({ search: { view: "simulator", ...asked }, replace: true })}
          />
        </Panel>
      )}
    </Stack>
  );
}

function PolicyList() {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const policies = useQuery(accessPoliciesQuery(pages));
  return (
    <ListAnswer
      query={policies}
      caption="Access policies"
      columns={COLUMNS}
      rowId={(policy) => policy.id}
      empty={
        <EmptyState title="No policies: every request is refused">
          Nothing allows anybody anything. Create a policy that allows every model, or the ones that you name.
        </EmptyState>
      }
      pages={pages}
      onPages={(turned) => void navigate({ search: { pages: turned } })}
    />
  );
}

const column = columnsOf<AccessPolicy>();

const COLUMNS = [
  column.display({
    id: "name",
    header: "Name",
    cell: ({ row }) => (
      <PageLink to="/access-policies/$id" params={{ id: row.original.id }}>
        {row.original.name}
      </PageLink>
    ),
  }),
  column.display({ id: "effect", header: "Effect", cell: ({ row }) => <EffectBadge effect={row.original.effect} /> }),
  column.display({ id: "who", header: "Who", cell: ({ row }) => <SubjectWords of={row.original.subjects} /> }),
  column.display({ id: "what", header: "What", cell: ({ row }) => <ResourceWords of={row.original.resources} /> }),
  column.display({ id: "limits", header: "Limits", cell: ({ row }) => <Limits of={row.original} /> }),
  column.display({ id: "enabled", header: "In force", cell: ({ row }) => <EnabledSwitch of={row.original} /> }),
];

function Limits({ of }: { readonly of: AccessPolicy }) {
  const words = limitWords(of.limits, useCurrency());
  if (words.length === 0) return "–";
  return (
    <Stack gap={2}>
      {words.map((limit) => (
        <Text key={limit} size="sm">
          {limit}
        </Text>
      ))}
    </Stack>
  );
}

function EnabledSwitch({ of }: { readonly of: AccessPolicy }) {
  const mayChange = useMay("org:admin");
  const { submit, isPending } = useChange({
    change: async (enabled: boolean, headers) =>
      read(
        api.PATCH("/v1/unified-access/access-policies/{id}", {
          params: { path: { id: of.id } },
          body: { enabled },
          headers,
        }),
      ),
    invalidates: [["access-policies"], ["models"]],
    done: of.enabled ? `“${of.name}” is switched off.` : `“${of.name}” is in force.`,
  });
  if (!mayChange)
    return (
      <Badge variant="default" tt="none">
        {of.enabled ? "yes" : "no"}
      </Badge>
    );
  const change = (): void => {
    if (!of.enabled) return submit(true);
    confirmChange({
      title: `Switch “${of.name}” off?`,
      consequence:
        of.effect === "allow"
          ? "What only this policy allows is refused from the next request on."
          : "What only this policy denies is allowed from the next request on, where another policy allows it.",
      verb: "Switch off",
      onConfirm: () => submit(false),
    });
  };
  return (
    <Tooltip label={of.enabled ? "Switch off" : "Switch on"}>
      <Group>
        <Switch aria-label={`“${of.name}” is in force`} checked={of.enabled} disabled={isPending} onChange={change} />
      </Group>
    </Tooltip>
  );
}
