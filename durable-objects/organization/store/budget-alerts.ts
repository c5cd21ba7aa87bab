import { NOTHING_TOLD } from "../../../src/core/budget-alert.ts";
import type { ToldOfBudget } from "../../../src/core/budget-alert.ts";
import type { Stored } from "../stored-json.ts";
import { readStored, writeStored } from "../stored-json.ts";

/** Windows that are busy at a time. */
const MAX_REMEMBERED = 2_000;

/** What people were told of the windows of budgets. What was read is remembered, also that there is no row. */
export class BudgetAlertStore {
  readonly #sql: SqlStorage;
  readonly #remembered = new Map<string, ToldOfBudget>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(counterKey: string): ToldOfBudget {
    const remembered = this.#remembered.get(counterKey);
    if (remembered !== undefined) return remembered;
    const row = this.#sql
      .exec<{ told: Stored<ToldOfBudget> }>("SELECT told FROM budget_alert WHERE counter_key = ?", counterKey)
      .toArray()[0];
    return this.#remember(counterKey, row === undefined ? NOTHING_TOLD : readStored(row.told));
  }

  save(counterKey: string, told: ToldOfBudget, forgetAfterMs: number): void {
    this.#remember(counterKey, told);
    this.#sql.exec(
      `INSERT INTO budget_alert (counter_key, told, forget_after_ms) VALUES (?, ?, ?)
       ON CONFLICT (counter_key) DO UPDATE SET told = excluded.told`,
      counterKey,
      writeStored(told),
      forgetAfterMs,
    );
  }

  forget(): void {
    this.#remembered.clear();
  }

  /** Some at a time. */
  purge(nowMs: number, limit: number): void {
    this.#sql.exec(
      `DELETE FROM budget_alert WHERE counter_key IN
         (SELECT counter_key FROM budget_alert WHERE forget_after_ms <= ? ORDER BY forget_after_ms LIMIT ?)`,
      nowMs,
      limit,
    );
    this.#remembered.clear();
  }

  firstForgetMs(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(forget_after_ms) AS due FROM budget_alert").one().due;
  }

  #remember(counterKey: string, told: ToldOfBudget): ToldOfBudget {
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(counterKey, told);
    return told;
  }
}
