/** `SqlStorage` and `transactionSync` of a Durable Object over `node:sqlite`, as far as the Organization object uses them. */
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue, StatementSync } from "node:sqlite";

/** What a fault of the storage throws, so that nobody takes it for another error. */
export const STORAGE_FAULT = "injected storage fault";

interface Prepared {
  readonly statement: StatementSync;
  readonly givesRows: boolean;
}

export class NodeSqlStorage {
  readonly database = new DatabaseSync(":memory:");
  readonly #prepared = new Map<string, Prepared>();
  #depth = 0;
  /** How many more statements that write succeed in the next transaction; null: no fault is due. */
  #writesUntilFault: number | null = null;
  faults = 0;

  /** The next transaction fails: at one of its writes, or at its end when it has fewer. */
  failNextTransaction(afterWrites: number): void {
    this.#writesUntilFault = afterWrites;
  }

  exec(query: string, ...bindings: readonly unknown[]): NodeCursor {
    if (bindings.length === 0 && query.trimEnd().endsWith(";")) {
      this.database.exec(query);
      return new NodeCursor([], 0);
    }
    const { statement, givesRows } = this.#prepare(query);
    const values = bindings.map(toInput);
    if (this.#depth > 0 && /^\s*(INSERT|UPDATE|DELETE)/.test(query)) this.#countWrite();
    if (givesRows) return new NodeCursor(statement.all(...values), 0);
    return new NodeCursor([], Number(statement.run(...values).changes));
  }

  transactionSync<T>(work: () => T): T {
    const savepoint = `level_${this.#depth}`;
    this.#depth += 1;
    this.database.exec(`SAVEPOINT ${savepoint}`);
    try {
      const result = work();
      if (this.#depth === 1 && this.#writesUntilFault !== null) this.#fail();
      this.database.exec(`RELEASE ${savepoint}`);
      return result;
    } catch (error) {
      this.database.exec(`ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  close(): void {
    this.database.close();
  }

  #prepare(query: string): Prepared {
    const known = this.#prepared.get(query);
    if (known !== undefined) return known;
    const statement = this.database.prepare(query);
    const prepared = { statement, givesRows: statement.columns().length > 0 };
    this.#prepared.set(query, prepared);
    return prepared;
  }

  #countWrite(): void {
    if (this.#writesUntilFault === null) return;
    if (this.#writesUntilFault === 0) this.#fail();
    this.#writesUntilFault -= 1;
  }

  #fail(): never {
    this.#writesUntilFault = null;
    this.faults += 1;
    throw new Error(STORAGE_FAULT);
  }
}

export class NodeCursor {
  readonly #rows: readonly Record<string, unknown>[];
  readonly rowsWritten: number;

  constructor(rows: readonly Record<string, unknown>[], rowsWritten: number) {
    this.#rows = rows;
    this.rowsWritten = rowsWritten;
  }

  toArray(): readonly Record<string, unknown>[] {
    return this.#rows;
  }

  one(): Record<string, unknown> {
    const [only] = this.#rows;
    if (only === undefined || this.#rows.length > 1) throw new Error(`expected one row, got ${this.#rows.length}`);
    return only;
  }
}

export function toInput(value: unknown): SQLInputValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return value;
  throw new TypeError(`cannot bind ${typeof value}`);
}
