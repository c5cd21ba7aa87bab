import type { LedgerEntryRow } from "../../../src/contract/ledger-message.ts";
import type { TransactionView } from "../../../src/contract/organization-rpc.ts";
import { accountName } from "../../../src/core/ledger-entry.ts";
import type { Currency } from "../../../src/core/money.ts";
import { insertRows } from "./insert-rows.ts";

type TransactionRow = {
  sequence: number;
  line: number;
  amount: string;
  balance_after: string;
  entry_id: string;
  type: string;
  currency: Currency;
  reservation_id: string | null;
  actor: string;
  note: string | null;
  created_at_ms: number;
};

const ENTRY_COLUMNS =
  "ledger_entry (sequence, id, type, currency, reservation_id, request_id, actor, note, flags, created_at_ms)";
const LINE_COLUMNS = "ledger_line (sequence, line, account, amount_nanos, balance_after_nanos)";

/** Ledger entries and their lines: only ever added, all those of a transaction together at its end. */
export class EntryStore {
  readonly #sql: SqlStorage;
  /** The last entry's sequence number; null: not known. */
  #lastSequence: number | null = null;
  #added: LedgerEntryRow[] = [];

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** One more than the last: gap-free, because entries are never removed and are written by one transaction at a time. */
  nextSequence(): number {
    this.#lastSequence ??= this.#sql
      .exec<{ last: number }>("SELECT coalesce(max(sequence), 0) AS last FROM ledger_entry")
      .one().last;
    return this.#lastSequence + 1;
  }

  /** Written by `writeChanges`. */
  insert(entry: LedgerEntryRow): void {
    this.#added.push(entry);
    this.#lastSequence = entry.sequence;
  }

  /** Must be called before the transaction ends. */
  writeChanges(): void {
    if (this.#added.length === 0) return;
    insertRows(this.#sql, ENTRY_COLUMNS, this.#added.map(entryValues));
    insertRows(this.#sql, LINE_COLUMNS, this.#added.flatMap(lineValues));
    this.#added = [];
  }

  /** Drops what is remembered, also what was added and not written. */
  forget(): void {
    this.#lastSequence = null;
    this.#added = [];
  }

  /** A wallet's lines, newest first, before the given sequence number. */
  page(walletId: string, beforeSequence: number, limit: number): TransactionView[] {
    this.writeChanges();
    return this.#sql
      .exec<TransactionRow>(
        `SELECT line.sequence AS sequence, line.line AS line, CAST(line.amount_nanos AS TEXT) AS amount,
           CAST(line.balance_after_nanos AS TEXT) AS balance_after, entry.id AS entry_id, entry.type AS type,
           entry.currency AS currency, entry.reservation_id AS reservation_id, entry.actor AS actor, entry.note AS note,
           entry.created_at_ms AS created_at_ms
         FROM ledger_line AS line JOIN ledger_entry AS entry ON entry.sequence = line.sequence
         WHERE line.account = ? AND line.balance_after_nanos IS NOT NULL AND line.sequence < ?
         ORDER BY line.sequence DESC LIMIT ?`,
        accountName({ kind: "wallet", walletId }),
        beforeSequence,
        limit,
      )
      .toArray()
      .map((row) => ({
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
      }));
  }
}

function entryValues(entry: LedgerEntryRow): SqlStorageValue[] {
  return [
    entry.sequence,
    entry.id,
    entry.type,
    entry.currency,
    entry.reservation_id,
    entry.request_id,
    entry.actor,
    entry.note,
    JSON.stringify(entry.flags),
    entry.created_at_ms,
  ];
}

function lineValues({ sequence, lines }: LedgerEntryRow): SqlStorageValue[][] {
  return lines.map((line) => [sequence, line.line, line.account, line.amount_nanos, line.balance_after_nanos]);
}
