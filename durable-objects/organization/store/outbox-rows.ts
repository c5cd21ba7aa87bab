import type { LedgerMessage } from "../../../src/contract/ledger-message.ts";

export interface OutboxRow {
  /** Never used again for another row. */
  readonly number: number;
  readonly message: LedgerMessage;
  /** Of the message as JSON. */
  readonly sizeBytes: number;
}

/** A few batches; what a queue that is down lets grow beyond that is read back from storage. */
const MAX_REMEMBERED = 300;

const ROWS = "SELECT number, message FROM outbox WHERE number > ? AND number <= ? ORDER BY number LIMIT ?";

/**
 * Messages that are not known to be stored, written by the transaction that they tell of. What was sent is known to this
 * instance alone: an object that starts again has everything to send that nobody confirmed.
 */
export class OutboxRowStore {
  readonly #sql: SqlStorage;
  /** Rows up to this number were sent. */
  #sentThroughNumber = 0;
  /** All unsent rows, oldest first; null: not known, or too many. */
  #unsent: OutboxRow[] | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Gives the row's number. */
  add(message: LedgerMessage): number {
    const text = JSON.stringify(message);
    const { number } = this.#sql
      .exec<{ number: number }>("INSERT INTO outbox (message) VALUES (?) RETURNING number", text)
      .one();
    if (this.#unsent === null) return number;
    if (this.#unsent.length < MAX_REMEMBERED)
      this.#unsent.push({ number, message, sizeBytes: Buffer.byteLength(text) });
    else this.#unsent = null;
    return number;
  }

  /** Oldest first. */
  listUnsent(limit: number): readonly OutboxRow[] {
    if (this.#unsent !== null) return this.#unsent.slice(0, limit);
    const rows = this.#read(this.#sentThroughNumber, Number.MAX_SAFE_INTEGER, limit);
    if (rows.length < limit) this.#unsent = [...rows];
    return rows;
  }

  hasUnsent(): boolean {
    if (this.#unsent !== null) return this.#unsent.length > 0;
    if (this.#read(this.#sentThroughNumber, Number.MAX_SAFE_INTEGER, 1).length > 0) return true;
    this.#unsent = [];
    return false;
  }

  /** Also true when it is not known how many there are. */
  mayHaveUnsent(count: number): boolean {
    return this.#unsent === null || this.#unsent.length >= count;
  }

  markSent(throughNumber: number): void {
    this.#sentThroughNumber = Math.max(this.#sentThroughNumber, throughNumber);
    if (this.#unsent !== null) this.#unsent = this.#unsent.filter((row) => row.number > throughNumber);
  }

  /** Rows after one number and up to another, oldest first. */
  listBetween(afterNumber: number, throughNumber: number, limit: number): readonly OutboxRow[] {
    return this.#read(afterNumber, throughNumber, limit);
  }

  /** Rows that nobody confirmed. */
  count(): number {
    return this.#sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM outbox").one().rows;
  }

  /** The oldest row that nobody confirmed; null when there is none. */
  firstNumber(): number | null {
    return this.#sql.exec<{ first: number | null }>("SELECT min(number) AS first FROM outbox").one().first;
  }

  remove(numbers: readonly number[]): void {
    this.#sql.exec("DELETE FROM outbox WHERE number IN (SELECT value FROM json_each(?))", JSON.stringify(numbers));
    // A send that failed may have arrived all the same.
    if (this.#unsent?.some((row) => numbers.includes(row.number)) === true) this.#unsent = null;
  }

  forget(): void {
    this.#unsent = null;
  }

  #read(afterNumber: number, throughNumber: number, limit: number): readonly OutboxRow[] {
    return this.#sql
      .exec<{ number: number; message: string }>(ROWS, afterNumber, throughNumber, limit)
      .toArray()
      .map(readRow);
  }
}

function readRow(row: { readonly number: number; readonly message: string }): OutboxRow {
  const message: LedgerMessage = JSON.parse(row.message);
  return { number: row.number, message, sizeBytes: Buffer.byteLength(row.message) };
}
