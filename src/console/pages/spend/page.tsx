/** What requests cost: the sums of a range, and each request of it. */
import { Alert, Group, SegmentedControl, SimpleGrid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTimeZone } from "../../api/organization-settings.ts";
import { useMay } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { StatCard } from "../../parts/stat-card.tsx";
import { ExportButton } from "./export-button.tsx";
import { SpendFilters } from "./filters.tsx";
import { LogsView } from "./logs-view.tsx";
import { spendSummaryQuery, type SpendFilter } from "../../api/spend.ts";
import { filterOf } from "./queries.ts";
import { SummaryView } from "./summary-view.tsx";

const route = getRouteApi("/spend");

export function SpendPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayRead = useMay("org:read");
  const filter = filterOf(search, useTimeZone());
  const view = search.view ?? "summary";
  return (
    <Stack gap="lg">
      <PageHeader
        title="Spend"
        lead={
          mayRead
            ? "What requests cost, to the nano-unit."
            : "What your own requests cost, and those of teams that you lead."
        }
        actions={<ExportButton filter={filter} />}
      />
      <Cards filter={filter} />
      <Group align="flex-end" gap="md">
        <SegmentedControl
          aria-label="View"
          value={view}
          onChange={(chosen) =>
            void navigate({
              search: (before) => ({
                ...before,
                view: chosen === "logs" ? "logs" : undefined,
                log: undefined,
                pages: undefined,
              }),
            })
          }
          data={[
            { value: "summary", label: "Summary" },
            { value: "logs", label: "Logs" },
          ]}
        />
        <SpendFilters />
      </Group>
      {view === "logs" ? <LogsView filter={filter} /> : <SummaryView filter={filter} />}
    </Stack>
  );
}

function Cards({ filter }: { readonly filter: SpendFilter }) {
  const summary = useQuery(spendSummaryQuery({ group: "provider", filter }));
  return (
    <Answer
      query={summary}
      skeleton={
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <StatCard label="Total cost" value={undefined} />
          <StatCard label="Total tokens" value={undefined} />
          <StatCard label="Top provider" value={undefined} />
        </SimpleGrid>
      }
    >
      {(data) => (
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <StatCard
              label="Total cost"
              value={formatAmount(data.total_cost, data.currency)}
              note={`${formatCount(data.requests)} requests`}
            />
            <StatCard
              label="Total tokens"
              value={formatCount(data.total_tokens)}
              note={`${formatCount(data.output_tokens)} of them in answers`}
            />
            <StatCard label="Top provider" value={data.top_provider ?? "–"} note="The one that cost most" />
          </SimpleGrid>
          {data.other_currencies.length === 0 ? null : (
            <Alert color="blue" title="Not all of it">
              Spend in {data.other_currencies.join(", ")} is not in these sums; the logs and the CSV have it.
            </Alert>
          )}
        </Stack>
      )}
    </Answer>
  );
}
