/** Whether the person may use a model, and why or why not. */
import { Alert, Group, Stack, Text } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import type { CatalogModel } from "../../api/catalog.ts";
import { api, read, type Wire } from "../../api/client.ts";
import { useMay, useOrganization } from "../../api/session.ts";
import { Answer, SkeletonRows } from "../../parts/answer.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { ReachBadge } from "./reach-badge.tsx";

export function Reach({ model }: { readonly model: CatalogModel }) {
  const mayRead = useMay("org:read");
  const memberId = useOrganization()?.member_id;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Text>May you use it?</Text>
        <ReachBadge allowed={model.allowed} />
      </Group>
      {mayRead && memberId !== undefined ? (
        <Reasons model={model} memberId={memberId} />
      ) : (
        <PlainReason model={model} />
      )}
    </Stack>
  );
}

function PlainReason({ model }: { readonly model: CatalogModel }) {
  if (model.allowed) return null;
  return (
    <Alert color="yellow" title="No access policy of your organization allows it to you, or one denies it">
      Ask an administrator of your organization for {model.model}.
    </Alert>
  );
}

function Reasons({ model, memberId }: { readonly model: CatalogModel; readonly memberId: string }) {
  const endpoint = model.endpoints[0] ?? "openai.chat";
  const decision = useQuery(ownDecisionQuery({ subject: { user_id: memberId }, model: model.model, endpoint }));
  return (
    <Answer query={decision} skeleton={<SkeletonRows rows={2} />}>
      {({ reasons }) => (
        <Stack gap="xs">
          {reasons.map((reason) => (
            <Text key={reason} size="sm">
              {reason}
            </Text>
          ))}
          <PageLink
            to="/access-policies"
            search={{ view: "simulator", model: model.model, user: memberId, endpoint }}
            size="sm"
          >
            Ask for somebody else
          </PageLink>
        </Stack>
      )}
    </Answer>
  );
}

function ownDecisionQuery(body: Wire<"SimulateAccess">) {
  return queryOptions({
    queryKey: ["access-policies", "decision", body],
    queryFn: async ({ signal }) => read(api.POST("/v1/unified-access/access-policies/simulate", { body, signal })),
  });
}
