/** The promise of hard budgets, without a word of who counts in which: nothing more is held where there is no room for it. */
import { Difference } from "./difference.ts";
import type { Inspection } from "./inspection.ts";
import type { BudgetRow, Records } from "./records.ts";

export class HardBudgets {
  #held = new Map<string, bigint>();
  #version = 0;

  /**
   * After a step: a window that holds more than before the step is within its limit, unless the budgets changed meanwhile.
   * `records` are those that the object has read.
   */
  check({ counters }: Pick<Inspection, "counters">, { budgets, version }: Records, nowMs: number): void {
    for (const counter of counters) {
      const [id, , window] = counter.key.split("|");
      const budget = budgets.find((each) => each.id === id);
      const limit = budget?.hard === true ? limitOf(budget, window, nowMs) : null;
      const held = BigInt(counter.held);
      const isMore = held > (this.#held.get(counter.key) ?? 0n);
      if (limit === null || !isMore || version !== this.#version) continue;
      const spoken = BigInt(counter.used) + held;
      if (spoken > limit) throw new Difference("no hold beyond a hard budget", `${counter.key}: ${spoken} of ${limit}`);
    }
    this.#held = new Map(counters.map(({ key, held }) => [key, BigInt(held)]));
    this.#version = version;
  }
}

/** Null: it has no such window, or no longer. */
function limitOf({ windows, override }: BudgetRow, window: string | undefined, nowMs: number): bigint | null {
  for (const [name, limit] of Object.entries(windows)) {
    if (name === window) return override !== null && nowMs < override.untilMs ? override.amountNanos : limit;
  }
  return null;
}
