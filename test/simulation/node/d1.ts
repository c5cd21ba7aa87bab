/** A D1 database over `node:sqlite`, as far as drizzle and the ledger's copy use it. Answers come a turn later, as from afar. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";
import { toInput } from "./sql-storage.ts";

type Failing = "no" | "always" | "batches";

export class NodeD1 {
  readonly database = new DatabaseSync(":memory:");
  readonly #prepared = new Map<string, StatementSync>();
  /** `batches`: only batches of several rows fail, as a bad row among good ones makes them. */
  failing: Failing = "no";
  #batches = 0;

  /** Runs the migrations of a folder, except those that only bring data. */
  migrate(folder: string): void {
    const files = readdirSync(folder).filter((name) => name.endsWith(".sql") && !name.includes("model_prices"));
    for (const file of files.toSorted()) this.database.exec(readFileSync(join(folder, file), "utf8"));
  }

  /** Removes every row. */
  clear(): void {
    this.database.exec("PRAGMA foreign_keys = OFF");
    const tables = this.database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    for (const { name } of tables) this.database.exec(`DELETE FROM "${String(name)}"`);
    this.database.exec("PRAGMA foreign_keys = ON");
    this.failing = "no";
  }

  prepare(sql: string): NodeD1Statement {
    return new NodeD1Statement(this, sql, []);
  }

  async batch(statements: readonly NodeD1Statement[]): Promise<readonly D1Answer[]> {
    await turn();
    this.#batches += 1;
    this.#answerOrThrow(this.failing === "batches" && this.#batches % 3 !== 0);
    this.database.exec("BEGIN");
    try {
      const answers = statements.map((statement) => this.run(statement.sql, statement.values));
      this.database.exec("COMMIT");
      return answers;
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    }
  }

  async query(sql: string, values: readonly unknown[]): Promise<D1Answer> {
    await turn();
    this.#answerOrThrow(false);
    return this.run(sql, values);
  }

  run(sql: string, values: readonly unknown[]): D1Answer {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    const inputs = values.map(toInput);
    if (statement.columns().length > 0) return { success: true, results: statement.all(...inputs), meta: {} };
    return { success: true, results: [], meta: { changes: Number(statement.run(...inputs).changes) } };
  }

  #answerOrThrow(fails: boolean): void {
    if (fails || this.failing === "always") throw new Error("D1_ERROR: injected");
  }
}

export interface D1Answer {
  readonly success: true;
  readonly results: readonly Record<string, unknown>[];
  readonly meta: Readonly<Record<string, unknown>>;
}

export class NodeD1Statement {
  readonly #d1: NodeD1;
  readonly sql: string;
  readonly values: readonly unknown[];

  constructor(d1: NodeD1, sql: string, values: readonly unknown[]) {
    this.#d1 = d1;
    this.sql = sql;
    this.values = values;
  }

  bind(...values: readonly unknown[]): NodeD1Statement {
    return new NodeD1Statement(this.#d1, this.sql, values);
  }

  all(): Promise<D1Answer> {
    return this.#d1.query(this.sql, this.values);
  }

  run(): Promise<D1Answer> {
    return this.#d1.query(this.sql, this.values);
  }

  async raw(): Promise<readonly (readonly unknown[])[]> {
    const { results } = await this.all();
    return results.map((row) => Object.values(row));
  }

  async first(): Promise<Record<string, unknown> | null> {
    const { results } = await this.all();
    return results[0] ?? null;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
