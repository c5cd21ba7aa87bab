/** The funding cascade: the first wallet that covers the whole hold takes it; holds are never split (design: Reservations). */
import type { Nanos } from "./money.ts";
import { availableNanos } from "./wallet.ts";
import type { Wallet } from "./wallet.ts";

/** The first wallet, in funding order, whose available money covers the whole amount; null when none does. */
export function chooseSource(sources: readonly Wallet[], amountNanos: Nanos): Wallet | null {
  return sources.find((wallet) => availableNanos(wallet) >= amountNanos) ?? null;
}

/** The wallet with the most available money; of equals the first, and a seat last: nobody can fund it. Null: there is none. */
export function bestFunded(sources: readonly Wallet[]): Wallet | null {
  let best: Wallet | null = null;
  for (const wallet of sources) {
    const better = best === null || availableNanos(wallet) > availableNanos(best);
    const equal = best !== null && availableNanos(wallet) === availableNanos(best);
    if (better || (equal && best?.scope === "seat")) best = wallet;
  }
  return best;
}
