/** The trend by days, and the sums by one grouping. */
import { Box, Group, Select, Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import type { Wire } from "../../api/client.ts";
import { useNames } from "../../api/names.ts";
import { Answer } from "../../parts/answer.tsx";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { spendSummaryQuery, type Grouping, type SpendFilter } from "../../api/spend.ts";
import { GROUPINGS } from "./route.ts";

const TrendChart = lazy(async () => import("./trend-chart.tsx").then(({ TrendChart: chart }) => ({ default: chart })));

const CHART_HEIGHT_PX = 240;

type Summary = Wire<"SpendSummary">;
type SumRow = Omit<Summary["rows"][number], "from" | "to">;

const route = getRouteApi("/spend");

export function SummaryView({ filter }: { readonly filter: SpendFilter }) {
  return (
    <Stack gap="lg">
      <Trend filter={filter} />
      <Groups filter={filter} />
    </Stack>
  );
}

function Trend({ filter }: { readonly filter: SpendFilter }) {
  const days = useQuery(spendSummaryQuery({ group: "day", filter }));
  return (
    <Stack gap="xs" component="section" aria-label="Trend">
      <Title order={2} size="h4">
        Cost per day
      </Title>
      <Box mih={CHART_HEIGHT_PX}>
        <Answer query={days} skeleton={<Skeleton height={CHART_HEIGHT_PX} />}>
          {(data) => (
            <Suspense fallback={<Skeleton height={CHART_HEIGHT_PX} aria-busy />}>
              <TrendChart summary={data} heightPx={CHART_HEIGHT_PX} />
            </Suspense>
          )}
        </Answer>
      </Box>
    </Stack>
  );
}

function Groups({ filter }: { readonly filter: SpendFilter }) {
  const { group = "provider" } = route.useSearch();
  const navigate = route.useNavigate();
  const summary = useQuery(spendSummaryQuery({ group, filter }));
  return (
    <Stack gap="sm" component="section" aria-label="Groups">
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4">
          By {group}
        </Title>
        <Select
          label="Group by"
          allowDeselect={false}
          data={[...GROUPINGS]}
          value={group}
          onChange={(chosen) =>
            void navigate({
              search: (before) => ({ ...before, group: GROUPINGS.find((grouping) => grouping === chosen) }),
            })
          }
        />
      </Group>
      <Answer query={summary}>
        {(data) =>
          data.rows.length === 0 ? (
            <EmptyState title="Nothing was spent">
              Choose another range or provider, or send a first request.
            </EmptyState>
          ) : (
            <GroupTable summary={data} group={data.group_by} />
          )
        }
      </Answer>
    </Stack>
  );
}

const column = columnsOf<SumRow>();

function GroupTable({ summary, group }: { readonly summary: Summary; readonly group: Grouping }) {
  const nameOf = useNamesOf(group);
  const { currency } = summary;
  const columns = useMemo(
    () => [
      column.display({
        id: "group",
        header: `${group.charAt(0).toUpperCase()}${group.slice(1)}`,
        cell: ({ row }) => (row.original.group === null ? "(none)" : nameOf(row.original.group)),
      }),
      column.display({
        id: "requests",
        header: "Requests",
        meta: { numeric: true },
        cell: ({ row }) => formatCount(row.original.requests),
      }),
      column.display({
        id: "tokens",
        header: "Tokens",
        meta: { numeric: true },
        cell: ({ row }) => formatCount(row.original.total_tokens),
      }),
      column.display({
        id: "cost",
        header: "Cost",
        meta: { numeric: true },
        cell: ({ row }) => formatAmount(row.original.total_cost, currency),
      }),
    ],
    [currency, group, nameOf],
  );
  const rows = useMemo<readonly SumRow[]>(
    () => (summary.rest === null ? summary.rows : [...summary.rows, { ...summary.rest, group: "all others" }]),
    [summary],
  );
  return <DataTable caption={`Spend by ${group}`} columns={columns} rows={rows} rowId={(row) => row.group ?? ""} />;
}

/** Ids of what has a name become names; providers and models are their own. */
function useNamesOf(group: Grouping): (id: string) => string {
  const names = { user: useNames("user"), team: useNames("team"), key: useNames("key"), agent: useNames("agent") };
  return group === "user" || group === "team" || group === "key" || group === "agent" ? names[group] : itself;
}

function itself(name: string): string {
  return name;
}
