import type { LedgerMessage } from "../../../src/contract/ledger-message.ts";

export interface OutboxRow {
  readonly number: number;
  /** JSON of a `LedgerMessage`. */
  readonly message: string;
}

/** Messages that the queue has not taken yet, written by the transaction that they tell of. */
export class OutboxRowStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(message: LedgerMessage): void {
    this.#sql.exec("INSERT INTO outbox (message) VALUES (?)", JSON.stringify(message));
  }

  /** Oldest first. */
  list(limit: number): OutboxRow[] {
    return this.#sql
      .exec<{ number: number; message: string }>("SELECT number, message FROM outbox ORDER BY number LIMIT ?", limit)
      .toArray();
  }

  isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM outbox LIMIT 1").toArray().length === 0;
  }

  removeThrough(number: number): void {
    this.#sql.exec("DELETE FROM outbox WHERE number <= ?", number);
  }
}
