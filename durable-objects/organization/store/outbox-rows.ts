import type { LedgerMessage } from "../../../src/contract/ledger-message.ts";

export interface OutboxRow {
  readonly number: number;
  readonly message: LedgerMessage;
  /** Of the message as JSON. */
  readonly sizeBytes: number;
}

/** A few batches; what a queue that is down lets grow beyond that is read back from storage. */
const MAX_REMEMBERED = 300;

/** Messages that the queue has not taken yet, written by the transaction that they tell of. */
export class OutboxRowStore {
  readonly #sql: SqlStorage;
  /** All rows there are, oldest first; null: not known, or too many. */
  #rows: OutboxRow[] | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(message: LedgerMessage): void {
    const text = JSON.stringify(message);
    const { number } = this.#sql
      .exec<{ number: number }>("INSERT INTO outbox (message) VALUES (?) RETURNING number", text)
      .one();
    if (this.#rows === null) return;
    if (this.#rows.length < MAX_REMEMBERED) this.#rows.push({ number, message, sizeBytes: Buffer.byteLength(text) });
    else this.#rows = null;
  }

  /** Oldest first. */
  list(limit: number): readonly OutboxRow[] {
    if (this.#rows !== null) return this.#rows.slice(0, limit);
    const rows = this.#sql
      .exec<{ number: number; message: string }>("SELECT number, message FROM outbox ORDER BY number LIMIT ?", limit)
      .toArray()
      .map(readRow);
    if (rows.length < limit) this.#rows = [...rows];
    return rows;
  }

  isEmpty(): boolean {
    if (this.#rows !== null) return this.#rows.length === 0;
    if (this.#sql.exec("SELECT 1 FROM outbox LIMIT 1").toArray().length > 0) return false;
    this.#rows = [];
    return true;
  }

  /** Also true when it is not known how many there are. */
  mayHave(count: number): boolean {
    return this.#rows === null || this.#rows.length >= count;
  }

  removeThrough(number: number): void {
    this.#sql.exec("DELETE FROM outbox WHERE number <= ?", number);
    if (this.#rows !== null) this.#rows = this.#rows.filter((row) => row.number > number);
  }

  forget(): void {
    this.#rows = null;
  }
}

function readRow(row: { readonly number: number; readonly message: string }): OutboxRow {
  const message: LedgerMessage = JSON.parse(row.message);
  return { number: row.number, message, sizeBytes: Buffer.byteLength(row.message) };
}
