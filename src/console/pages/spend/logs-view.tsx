/** Each request of the range, newest first; one of them open beside the list. */
import { Badge, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Wire } from "../../api/client.ts";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";
import { LogDrawer } from "./log-drawer.tsx";
import type { SpendFilter } from "../../api/spend.ts";
import { spendLogsQuery } from "./queries.ts";

type SpendLog = Wire<"SpendLog">;

const route = getRouteApi("/spend");
const column = columnsOf<SpendLog>();

const COLUMNS = [
  column.display({ id: "time", header: "Time", cell: ({ row }) => <OpenLink log={row.original} /> }),
  column.display({ id: "provider", header: "Provider", cell: ({ row }) => row.original.provider ?? "–" }),
  column.display({
    id: "model",
    header: "Model",
    cell: ({ row }) => row.original.model ?? row.original.requested_model,
  }),
  column.display({ id: "status", header: "Status", cell: ({ row }) => <Status of={row.original.status} /> }),
  column.display({
    id: "source",
    header: "Pricing source",
    cell: ({ row }) => row.original.pricing_source ?? "–",
  }),
  column.display({
    id: "input",
    header: "Input",
    meta: { numeric: true },
    cell: ({ row }) => formatCount(row.original.input_tokens),
  }),
  column.display({
    id: "cached",
    header: "Cached",
    meta: { numeric: true },
    cell: ({ row }) => formatCount(row.original.cached_input_tokens),
  }),
  column.display({
    id: "output",
    header: "Output",
    meta: { numeric: true },
    cell: ({ row }) => formatCount(row.original.output_tokens),
  }),
  column.display({
    id: "cost",
    header: "Cost",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.total_cost, row.original.currency),
  }),
];

export function LogsView({ filter }: { readonly filter: SpendFilter }) {
  const { pages, log } = route.useSearch();
  const navigate = route.useNavigate();
  const logs = useQuery(spendLogsQuery(filter, pages));
  return (
    <Stack gap="sm">
      <ListAnswer
        query={logs}
        caption="Spend logs"
        columns={COLUMNS}
        rowId={(row) => row.id}
        empty={
          <EmptyState title="No requests here">
            Choose another range or provider. A request is listed a second or two after its answer.
          </EmptyState>
        }
        pages={pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
      />
      <LogDrawer
        id={log ?? null}
        onClose={() => void navigate({ search: (before) => ({ ...before, log: undefined }) })}
      />
    </Stack>
  );
}

function OpenLink({ log }: { readonly log: SpendLog }) {
  return (
    <PageLink from="/spend" to="." search={(before) => ({ ...before, log: log.id })} size="sm">
      <Time at={log.created_at} />
    </PageLink>
  );
}

const COLORS = {
  completed: "green",
  cached: "green",
  client_disconnected: "yellow",
  upstream_error: "red",
  refused: "orange",
  expired: "gray",
} as const satisfies Record<SpendLog["status"], string>;

export function Status({ of }: { readonly of: SpendLog["status"] }) {
  return (
    <Badge variant="dot" color={COLORS[of]} tt="none">
      {of.replaceAll("_", " ")}
    </Badge>
  );
}
