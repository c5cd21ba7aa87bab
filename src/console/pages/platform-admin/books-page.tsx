/** Whether the books of organizations agree: balances, holds and the spend log, recomputed from the ledger. */
import { Badge, Group, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Wire } from "../../api/client.ts";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlatformOnly } from "../../parts/platform-only.tsx";
import { Time } from "../../parts/time.tsx";
import { organizationNamesQuery, reconciliationQuery } from "./queries.ts";

type Reconciliation = Wire<"Reconciliation">;

const route = getRouteApi("/platform/books");
const column = columnsOf<Reconciliation>();

const COLUMNS = [
  column.display({
    id: "organization",
    header: "Organization",
    cell: ({ row }) => <OrganizationName id={row.original.organization_id} />,
  }),
  column.display({ id: "finding", header: "Books", cell: ({ row }) => <Finding of={row.original} /> }),
  column.display({
    id: "balance",
    header: "Balance",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.balance, row.original.currency),
  }),
  column.display({
    id: "held",
    header: "Reserved",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.held, row.original.currency),
  }),
  column.display({
    id: "ledger",
    header: "Spent, by the ledger",
    meta: { numeric: true },
    cell: ({ row }) => <Spent of={row.original} by="by_ledger" />,
  }),
  column.display({
    id: "log",
    header: "Spent, by the log",
    meta: { numeric: true },
    cell: ({ row }) => <Spent of={row.original} by="by_spend_log" />,
  }),
  column.display({
    id: "entries",
    header: "Entries",
    meta: { numeric: true },
    cell: ({ row }) => formatCount(row.original.last_sequence),
  }),
  column.display({
    id: "waiting",
    header: "On their way to the copy",
    meta: { numeric: true },
    cell: ({ row }) => formatCount(row.original.unshipped_messages),
  }),
  column.display({ id: "checked", header: "Checked", cell: ({ row }) => <Time at={row.original.checked_at} /> }),
];

export function BooksPage() {
  return (
    <PlatformOnly title="Books">
      <Stack gap="lg">
        <PageHeader
          title="Books"
          lead="Every organization's ledger added up again, and compared with its balances, holds and spend log."
        />
        <Books />
      </Stack>
    </PlatformOnly>
  );
}

function Books() {
  const { organization, pages } = route.useSearch();
  const navigate = route.useNavigate();
  const names = useQuery(organizationNamesQuery);
  const books = useQuery(reconciliationQuery(organization, pages));
  return (
    <>
      <Select
        label="Organization"
        placeholder="All"
        clearable
        searchable
        maw={320}
        data={[...(names.data ?? [])].map(([value, label]) => ({ value, label }))}
        value={organization ?? null}
        onChange={(chosen) => void navigate({ search: chosen === null ? {} : { organization: chosen } })}
      />
      <ListAnswer
        query={books}
        caption="Books"
        columns={COLUMNS}
        rowId={(row) => row.organization_id}
        pages={pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
        empty={<EmptyState title="No organizations yet">There is nothing to add up.</EmptyState>}
      />
    </>
  );
}

function OrganizationName({ id }: { readonly id: string }) {
  const { data } = useQuery(organizationNamesQuery);
  return data?.get(id) ?? id;
}

function Spent({ of, by }: { readonly of: Reconciliation; readonly by: "by_ledger" | "by_spend_log" }) {
  if (of.spent.length === 0) return "–";
  return of.spent.map((sum) => <div key={sum.currency}>{formatAmount(sum[by], sum.currency)}</div>);
}

const CHECKS = {
  gap: "an entry is missing",
  unbalanced_entry: "an entry does not balance",
  balance_after: "a balance after an entry is wrong",
  copy: "the copy differs from the ledger",
  wallet_balance: "a wallet's balance is not the sum of its entries",
  held: "what is held is not what open reservations hold",
  spend_log: "a row of the spend log is not what the ledger has",
} as const satisfies Record<NonNullable<Reconciliation["first_difference"]>["check"], string>;

function Finding({ of }: { readonly of: Reconciliation }) {
  const { first_difference: difference } = of;
  if (difference === null) {
    return (
      <Badge variant="dot" color="green" tt="none">
        agree
      </Badge>
    );
  }
  const { check, sequence, account, expected, found } = difference;
  return (
    <Group gap={4}>
      <Badge variant="dot" color="red" tt="none">
        differ
      </Badge>
      <Text size="sm">
        {CHECKS[check]}
        {sequence === null ? "" : `, entry ${sequence}`}
        {account === null ? "" : `, ${account}`}: {expected} expected, {found} found
      </Text>
    </Group>
  );
}
