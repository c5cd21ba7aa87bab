/** Every movement of a wallet's money, newest first; they sum to its balance. */
import { Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Wire } from "../../api/client.ts";
import { useNames } from "../../api/names.ts";
import { Copy } from "../../parts/copy.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount } from "../../parts/format.ts";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { Time } from "../../parts/time.tsx";
import { transactionsQuery } from "./queries.ts";

type Transaction = Wire<"Transaction">;

const route = getRouteApi("/wallets/$walletId");
const column = columnsOf<Transaction>();

const COLUMNS = [
  column.display({ id: "sequence", header: "No.", cell: ({ row }) => row.original.sequence }),
  column.display({ id: "time", header: "Time", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({
    id: "type",
    header: "What",
    cell: ({ row }) => row.original.type.replaceAll("_", " "),
  }),
  column.display({
    id: "amount",
    header: "Amount",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.amount, row.original.currency),
  }),
  column.display({
    id: "balance",
    header: "Balance after",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.balance_after, row.original.currency),
  }),
  column.display({ id: "note", header: "For", cell: ({ row }) => <Reason of={row.original} /> }),
  column.display({ id: "by", header: "By", cell: ({ row }) => <Actor of={row.original} /> }),
];

export function Transactions({ walletId }: { readonly walletId: string }) {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const transactions = useQuery(transactionsQuery(walletId, pages));
  return (
    <Stack gap="xs" component="section" aria-label="Transactions">
      <Title order={2} size="h4">
        Transactions
      </Title>
      <ListAnswer
        query={transactions}
        caption="Transactions"
        columns={COLUMNS}
        rowId={({ id }) => id}
        empty={<EmptyState title="No transactions yet">Credit or allocate money, and it is listed here.</EmptyState>}
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
      />
    </Stack>
  );
}

function Reason({ of: { note, reservation_id: reservationId } }: { readonly of: Transaction }) {
  if (note !== null) return note;
  return reservationId === null ? "–" : <Copy what="reservation id" text={reservationId} />;
}

/** A key or a person by name; else the id, as the audit log has it. */
function Actor({ of: { actor } }: { readonly of: Transaction }) {
  const nameOfKey = useNames("key");
  const nameOfUser = useNames("user");
  const named = actor.startsWith("key_") ? nameOfKey(actor) : nameOfUser(actor);
  const name = actor === "auto_top_up" ? "Auto top-up" : named;
  return (
    <Text size="sm" component="span" style={{ overflowWrap: "anywhere" }} title={actor}>
      {name}
    </Text>
  );
}
