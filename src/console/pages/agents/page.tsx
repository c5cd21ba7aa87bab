/** Programs that call models on their own: their status, and what they spend. */
import { Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMay } from "../../api/session.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Tags } from "../../parts/tags.tsx";
import { Time } from "../../parts/time.tsx";
import { AgentDialog } from "./agent-dialog.tsx";
import { agentsQuery, agentSpendQuery, type Agent } from "./queries.ts";
import { AgentMenu, AgentStatus } from "./status.tsx";

const route = getRouteApi("/agents");

export function AgentsPage() {
  return (
    <Needs capability="agents:read" title="Agents">
      <AgentsContent />
    </Needs>
  );
}

function AgentsContent() {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const agents = useQuery(agentsQuery(pages));
  const [creating, { open, close }] = useDisclosure(false);
  return (
    <Stack gap="lg">
      <PageHeader
        title="Agents"
        lead="Programs that call models on their own, with ceilings that hold whatever money there is."
        actions={
          <ActionButton needs="agents:write" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            Create agent
          </ActionButton>
        }
      />
      <ListAnswer
        query={agents}
        caption="Agents"
        columns={COLUMNS}
        rowId={(agent) => agent.id}
        empty={
          <EmptyState title="No agents yet">
            Create one, give it a limit, and send its id as X-Agent-Id with a key that may assert identity: a loop can
            then drain no wallet.
          </EmptyState>
        }
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
      />
      <AgentDialog
        agent={null}
        opened={creating}
        onClose={close}
        onSaved={({ id }) => void navigate({ to: "/agents/$id", params: { id }, search: {} })}
      />
    </Stack>
  );
}

const column = columnsOf<Agent>();

const COLUMNS = [
  column.display({
    id: "name",
    header: "Name",
    cell: ({ row: { original } }) => (
      <PageLink to="/agents/$id" params={{ id: original.id }}>
        {original.name}
      </PageLink>
    ),
  }),
  column.display({ id: "status", header: "Status", cell: ({ row }) => <AgentStatus of={row.original.status} /> }),
  column.display({ id: "tags", header: "Tags", cell: ({ row }) => <Tags of={row.original.tags} /> }),
  column.display({
    id: "requests",
    header: "Requests, 30 days",
    meta: { numeric: true },
    cell: ({ row }) => <Spent of={row.original.id} what="requests" />,
  }),
  column.display({
    id: "spend",
    header: "Spend, 30 days",
    meta: { numeric: true },
    cell: ({ row }) => <Spent of={row.original.id} what="cost" />,
  }),
  column.display({ id: "created", header: "Created", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <AgentMenu of={row.original} /> }),
];

/** Of those that cost most: the summary has no row for what is further down. */
function Spent({ of, what }: { readonly of: string; readonly what: "requests" | "cost" }) {
  const { data } = useQuery({ ...agentSpendQuery, enabled: useMay("org:read") });
  if (data === undefined) return "–";
  const row = data.rows.find(({ group }) => group === of);
  if (row === undefined && data.rest !== null) return "–";
  return what === "requests" ? formatCount(row?.requests ?? 0) : formatAmount(row?.total_cost ?? "0.00", data.currency);
}
