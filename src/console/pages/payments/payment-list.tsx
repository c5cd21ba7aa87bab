/** A list of payments with its filters; one of them open beside it. */
import { Drawer, Group, Select, Stack } from "@mantine/core";
import { useTimeZone } from "../../api/organization-settings.ts";
import { useNames } from "../../api/names.ts";
import { Copy } from "../../parts/copy.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { DayRange } from "../../parts/day-range.tsx";
import { Facts } from "../../parts/facts.tsx";
import { formatAmount } from "../../parts/format.ts";
import { Time } from "../../parts/time.tsx";
import type { Payment } from "./queries.ts";
import { PaymentStatusBadge } from "./payment-status.tsx";
import { STATUSES } from "./route.ts";

export interface HistorySearch {
  readonly status?: Payment["status"] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface HistoryFiltersProps {
  readonly search: HistorySearch;
  readonly onChange: (changed: HistorySearch) => void;
}

export function HistoryFilters({ search, onChange }: HistoryFiltersProps) {
  const timeZone = useTimeZone();
  return (
    <Group gap="md" align="flex-end">
      <Select
        label="Status"
        placeholder="All"
        clearable
        w={170}
        data={[...STATUSES]}
        value={search.status ?? null}
        onChange={(chosen) => onChange({ status: STATUSES.find((each) => each === chosen) })}
      />
      <DayRange from={search.from} to={search.to} timeZone={timeZone} onChange={onChange} />
    </Group>
  );
}

const column = columnsOf<Payment>();

/** What both lists show of a payment, after its first column. */
export const PAYMENT_COLUMNS = [
  column.display({
    id: "status",
    header: "Status",
    cell: ({ row }) => <PaymentStatusBadge of={row.original.status} />,
  }),
  column.display({
    id: "amount",
    header: "Amount",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.amount, row.original.currency),
  }),
  column.display({
    id: "refunded",
    header: "Refunded",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.refunded_amount, row.original.currency),
  }),
  column.display({ id: "wallet", header: "Wallet", cell: ({ row }) => <WalletOf of={row.original} /> }),
  column.display({ id: "provider", header: "Provider", cell: ({ row }) => row.original.provider }),
];

function WalletOf({ of: { scope, owner_id: ownerId } }: { readonly of: Payment }) {
  const names = { team: useNames("team"), user: useNames("user") };
  return scope === "organization" ? "organization" : `${scope} ${names[scope](ownerId)}`;
}

interface PaymentDrawerProps {
  /** Null: closed. */
  readonly payment: Payment | null;
  readonly onClose: () => void;
}

export function PaymentDrawer({ payment, onClose }: PaymentDrawerProps) {
  return (
    <Drawer opened={payment !== null} onClose={onClose} title="Payment" size="lg">
      {payment === null ? null : <Details of={payment} />}
    </Drawer>
  );
}

function Details({ of }: { readonly of: Payment }) {
  const amount = (text: string): string => formatAmount(text, of.currency);
  return (
    <Stack>
      <Facts
        rows={[
          ["Status", <PaymentStatusBadge key="status" of={of.status} />],
          ["Amount", amount(of.amount)],
          ["Taken", of.captured_amount === null ? "–" : amount(of.captured_amount)],
          ["Refunded", amount(of.refunded_amount)],
          ["Reason", of.failure_code?.replaceAll("_", " ") ?? "–"],
          ["Wallet", <WalletOf key="wallet" of={of} />],
          ["How", of.kind === "checkout" ? "a checkout" : "a charge of a saved payment method"],
          ["Provider", of.provider],
          ["Begun by", of.actor],
          ["Begun", <Time key="begun" at={of.created_at} />],
          ["Last change", <Time key="changed" at={of.updated_at} />],
          ["Ledger entry", of.entry_id === null ? "–" : <Copy key="entry" what="entry id" text={of.entry_id} />],
          ["Cost ticket", of.ticket_id === null ? "–" : <Copy key="ticket" what="ticket id" text={of.ticket_id} />],
          ["Id", <Copy key="id" what="payment id" text={of.id} />],
        ]}
      />
    </Stack>
  );
}
