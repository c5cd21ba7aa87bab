import type { LimitCounter } from "../../../src/core/limit-counter.ts";
import { insertRows } from "./insert-rows.ts";

type CounterRow = { key: string; used: string; held: string; forget_after_ms: number | null };

const COUNT = "ON CONFLICT (key) DO UPDATE SET used = excluded.used, held = excluded.held";
/** Also writes the index, which a window of the calendar never needs again. */
const COUNT_AND_MOVE = `${COUNT}, forget_after_ms = excluded.forget_after_ms`;

/** More counters than are busy at a time; a megabyte or two. */
const MAX_REMEMBERED = 10_000;

/**
 * Counters of limits. What was read is remembered, also that there is no row; one that changes several times in a transaction
 * is written once, by `writeChanges` at its end, with as few statements as can be.
 */
export class LimitCounterStore {
  readonly #sql: SqlStorage;
  /** As they are at this point of the transaction; null: there is no row. */
  readonly #remembered = new Map<string, LimitCounter | null>();
  readonly #changed = new Set<string>();
  /** Of those, the ones that are to be forgotten at another time than their row says, as far as is known. */
  readonly #moved = new Set<string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null: nothing was counted yet, or it is forgotten. */
  find(key: string): LimitCounter | null {
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined) return remembered;
    const row = this.#sql
      .exec<CounterRow>(
        `SELECT key, CAST(used AS TEXT) AS used, CAST(held AS TEXT) AS held, forget_after_ms FROM limit_counter
         WHERE key = ?`,
        key,
      )
      .toArray()[0];
    const counter = row === undefined ? null : toCounter(row);
    this.#remembered.set(key, counter);
    return counter;
  }

  save(counter: LimitCounter): void {
    const known = this.#remembered.get(counter.key);
    if (known?.forgetAfterMs !== counter.forgetAfterMs) this.#moved.add(counter.key);
    this.#remembered.set(counter.key, counter);
    this.#changed.add(counter.key);
  }

  /** Must be called before the transaction ends. */
  writeChanges(): void {
    const changed = [...this.#changed];
    this.#write(
      changed.filter((key) => !this.#moved.has(key)),
      COUNT,
    );
    this.#write(
      changed.filter((key) => this.#moved.has(key)),
      COUNT_AND_MOVE,
    );
    this.#moved.clear();
    this.#changed.clear();
    if (this.#remembered.size > MAX_REMEMBERED) this.#remembered.clear();
  }

  /** Drops what is remembered, also what was changed and not written. */
  forget(): void {
    this.#remembered.clear();
    this.#changed.clear();
    this.#moved.clear();
  }

  /** Some at a time. */
  purge(nowMs: number, limit: number): void {
    this.writeChanges();
    this.#sql.exec(
      `DELETE FROM limit_counter WHERE key IN
         (SELECT key FROM limit_counter WHERE forget_after_ms <= ? ORDER BY forget_after_ms LIMIT ?)`,
      nowMs,
      limit,
    );
    this.#remembered.clear();
  }

  firstForgetMs(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(forget_after_ms) AS due FROM limit_counter").one().due;
  }

  #write(keys: readonly string[], onConflict: string): void {
    const rows = keys.flatMap((key) => {
      const counter = this.#remembered.get(key) ?? null;
      return counter === null ? [] : [toRow(counter)];
    });
    insertRows(this.#sql, "limit_counter (key, used, held, forget_after_ms)", rows, onConflict);
  }
}

function toRow({ key, used, held, forgetAfterMs }: LimitCounter): readonly SqlStorageValue[] {
  return [key, used.toString(), held.toString(), forgetAfterMs];
}

function toCounter(row: CounterRow): LimitCounter {
  return { key: row.key, used: BigInt(row.used), held: BigInt(row.held), forgetAfterMs: row.forget_after_ms };
}
