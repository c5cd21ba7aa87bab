/** A line of a wallet as SQL gives it, from the object's own ledger or from SPEND_DB's copy. */
import type { Currency } from "../core/money.ts";
import type { TransactionView } from "./organization-rpc.ts";

/** Amounts are decimal text: exact beyond 2^53. A type, so that it can be the row of a SQL cursor. */
export type TransactionRow = {
  readonly sequence: number;
  readonly line: number;
  readonly amount: string;
  readonly balance_after: string;
  readonly entry_id: string;
  readonly type: string;
  readonly currency: Currency;
  readonly reservation_id: string | null;
  readonly actor: string;
  readonly note: string | null;
  readonly created_at_ms: number;
};

export function toTransactionView(row: TransactionRow): TransactionView {
  return {
    id: `${row.entry_id}_${row.line}`,
    entryId: row.entry_id,
    sequence: row.sequence,
    type: row.type,
    amountNanos: BigInt(row.amount),
    balanceAfterNanos: BigInt(row.balance_after),
    currency: row.currency,
    reservationId: row.reservation_id,
    actor: row.actor,
    note: row.note,
    createdAtMs: row.created_at_ms,
  };
}
