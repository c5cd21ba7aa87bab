import type { LedgerEntryRow } from "../../../src/contract/ledger-message.ts";
import type { TransactionView } from "../../../src/contract/organization-rpc.ts";
import { toTransactionView, type TransactionRow } from "../../../src/contract/transaction-row.ts";
import { accountName } from "../../../src/core/ledger-entry.ts";
import type { ArchivedAccountStore } from "./archived-accounts.ts";
import { insertRows } from "./insert-rows.ts";

type StoredEntryRow = Omit<LedgerEntryRow, "organization_id" | "flags" | "lines"> & { flags: string };
type StoredLineRow = LedgerEntryRow["lines"][number] & { sequence: number };

const ENTRY_COLUMNS =
  "ledger_entry (sequence, id, type, currency, reservation_id, request_id, actor, note, flags, created_at_ms)";
const LINE_COLUMNS = "ledger_line (sequence, line, account, amount_nanos, balance_after_nanos)";

/** Ledger entries and their lines: never changed, added all together at the end of a transaction, removed by the archive. */
export class EntryStore {
  readonly #sql: SqlStorage;
  readonly #organizationId: string;
  readonly #archived: ArchivedAccountStore;
  /** The last entry's sequence number; null: not known. */
  #lastSequence: number | null = null;
  #added: LedgerEntryRow[] = [];

  constructor(sql: SqlStorage, organizationId: string, archived: ArchivedAccountStore) {
    this.#sql = sql;
    this.#organizationId = organizationId;
    this.#archived = archived;
  }

  /** One more than the last: gap-free, because entries are written by one transaction at a time. */
  nextSequence(): number {
    return this.lastSequence() + 1;
  }

  /** Of all entries, also of archived ones; 0 when there was never one. */
  lastSequence(): number {
    this.#lastSequence ??= Math.max(
      this.#archived.throughSequence(),
      this.#sql.exec<{ last: number }>("SELECT coalesce(max(sequence), 0) AS last FROM ledger_entry").one().last,
    );
    return this.#lastSequence;
  }

  /** Of those that are not archived; null when there is none. */
  oldest(): { readonly sequence: number; readonly createdAtMs: number } | null {
    const row = this.#sql
      .exec<{ sequence: number; created_at_ms: number }>(
        "SELECT sequence, created_at_ms FROM ledger_entry ORDER BY sequence LIMIT 1",
      )
      .toArray()[0];
    return row === undefined ? null : { sequence: row.sequence, createdAtMs: row.created_at_ms };
  }

  /** In order, after a sequence number. */
  list(afterSequence: number, limit: number): LedgerEntryRow[] {
    this.writeChanges();
    const entries = this.#sql
      .exec<StoredEntryRow>(
        `SELECT sequence, id, type, currency, reservation_id, request_id, actor, note, flags, created_at_ms
         FROM ledger_entry WHERE sequence > ? ORDER BY sequence LIMIT ?`,
        afterSequence,
        limit,
      )
      .toArray();
    const lines = this.#sql
      .exec<StoredLineRow>(
        `SELECT sequence, line, account, CAST(amount_nanos AS TEXT) AS amount_nanos,
           CAST(balance_after_nanos AS TEXT) AS balance_after_nanos
         FROM ledger_line WHERE sequence > ? AND sequence <= ? ORDER BY sequence, line`,
        afterSequence,
        entries.at(-1)?.sequence ?? afterSequence,
      )
      .toArray();
    const linesOf = Map.groupBy(lines, ({ sequence }) => sequence);
    return entries.map(({ flags, ...entry }) => ({
      ...entry,
      organization_id: this.#organizationId,
      flags: JSON.parse(flags),
      lines: (linesOf.get(entry.sequence) ?? []).map(toLine),
    }));
  }

  /** The sums of the lines of wallets, by account. */
  sumWallets(): ReadonlyMap<string, bigint> {
    this.writeChanges();
    const rows = this.#sql.exec<{ account: string; sum: string }>(
      `SELECT account, CAST(sum(amount_nanos) AS TEXT) AS sum FROM ledger_line
       WHERE balance_after_nanos IS NOT NULL GROUP BY account`,
    );
    return new Map([...rows].map(({ account, sum }) => [account, BigInt(sum)]));
  }

  /** Only what is archived is ever removed. */
  removeThrough(sequence: number): void {
    this.#sql.exec("DELETE FROM ledger_line WHERE sequence <= ?", sequence);
    this.#sql.exec("DELETE FROM ledger_entry WHERE sequence <= ?", sequence);
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
      .map(toTransactionView);
  }
}

function toLine(row: StoredLineRow): LedgerEntryRow["lines"][number] {
  const { line, account, amount_nanos, balance_after_nanos } = row;
  return { line, account, amount_nanos, balance_after_nanos };
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
