/** Whether the ledger, its copy and the spend log tell the same. */
import { Alert, Button, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconRefresh } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, read, type Wire } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Facts } from "../../parts/facts.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { StatCard } from "../../parts/stat-card.tsx";
import { Time } from "../../parts/time.tsx";

type Reconciliation = Wire<"Reconciliation">;
type Spent = Reconciliation["spent"][number];

const reconciliationQuery = queryOptions({
  queryKey: ["reconciliation"],
  queryFn: async ({ signal }) => read(api.GET("/v1/reconciliation", { signal })),
});

const CHECKS = {
  gap: "An entry is missing: entries are numbered without a gap.",
  unbalanced_entry: "The lines of an entry do not sum to zero.",
  balance_after: "A balance does not follow from the one before.",
  copy: "The copy lacks an entry that the ledger has sent.",
  wallet_balance: "A wallet's balance is not the sum of its entries.",
  held: "What a wallet has reserved is not what open reservations hold.",
  spend_log: "The spend log has another cost than the ledger.",
} as const satisfies Record<NonNullable<Reconciliation["first_difference"]>["check"], string>;

const column = columnsOf<Spent>();

const COLUMNS = [
  column.display({ id: "currency", header: "Currency", cell: ({ row }) => row.original.currency }),
  column.display({
    id: "ledger",
    header: "By the ledger",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.by_ledger, row.original.currency),
  }),
  column.display({
    id: "log",
    header: "By the spend log",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.by_spend_log, row.original.currency),
  }),
];

export function ReconciliationPage() {
  const mayCheck = useMay("org:billing");
  const checked = useQuery({ ...reconciliationQuery, enabled: mayCheck });
  return (
    <Stack gap="lg">
      <PageHeader
        title="Reconciliation"
        lead="The books checked against each other: the ledger, its copy, open holds and the spend log."
        actions={
          mayCheck ? (
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} aria-hidden />}
              loading={checked.isFetching}
              onClick={() => void checked.refetch()}
            >
              Check again
            </Button>
          ) : undefined
        }
      />
      {mayCheck ? (
        <Answer query={checked}>{(data) => <Report of={data} />}</Answer>
      ) : (
        <EmptyState title="Your role does not show this">
          Checking the books needs org:billing. Ask an administrator of your organization.
        </EmptyState>
      )}
    </Stack>
  );
}

function Report({ of }: { readonly of: Reconciliation }) {
  return (
    <>
      <Verdict of={of} />
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
        <StatCard label="Balance" value={formatAmount(of.balance, of.currency)} note="Of all wallets" />
        <StatCard label="Reserved" value={formatAmount(of.held, of.currency)} note="By open reservations" />
        <StatCard label="Entries" value={formatCount(of.last_sequence)} note="Numbered without a gap" />
        <StatCard
          label="Copied"
          value={formatCount(of.copied_sequence)}
          note={
            of.unshipped_messages === 0
              ? "All that the ledger has"
              : `${formatCount(of.unshipped_messages)} messages are on their way`
          }
        />
      </SimpleGrid>
      <Stack gap="xs" component="section" aria-label="Spent">
        <Title order={2} size="h4">
          What requests have cost
        </Title>
        {of.spent.length === 0 ? (
          <Text size="sm" c="dimmed">
            Nothing was spent yet.
          </Text>
        ) : (
          <DataTable caption="Spent" columns={COLUMNS} rows={of.spent} rowId={({ currency }) => currency} />
        )}
      </Stack>
      <Text size="sm" c="dimmed">
        Checked <Time at={of.checked_at} />. {formatCount(of.archived_through_sequence)} entries have left the ledger
        and are kept in the copy alone.
      </Text>
    </>
  );
}

function Verdict({ of: { first_difference: difference } }: { readonly of: Reconciliation }) {
  if (difference === null) {
    return (
      <Alert color="green" icon={<IconCircleCheck aria-hidden />} title="Everything agrees">
        Every entry sums to zero, every balance follows from its entries, and the spend log has the same costs.
      </Alert>
    );
  }
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="The books differ">
      <Stack gap="xs">
        <Text size="sm">{CHECKS[difference.check]} Give this to whoever operates the gateway.</Text>
        <Facts
          rows={[
            ["Check", difference.check],
            ["Entry", difference.sequence === null ? "–" : String(difference.sequence)],
            ["Account", difference.account ?? "–"],
            ["Expected", difference.expected],
            ["Found", difference.found],
          ]}
        />
      </Stack>
    </Alert>
  );
}
