/** What an upstream says that an answer cost: `usage.cost`, in USD (OpenRouter, usage accounting). No other field is believed. */
import { MAX_PLAUSIBLE_NANOS, NANOS_PER_UNIT, rational, roundHalfUp } from "../core/money.ts";
import type { Nanos } from "../core/money.ts";
import { member } from "./json-value.ts";

/** In nano-USD, half-up. Null: it says nothing, or nothing that can be a cost. */
export function readReportedCost(usage: unknown): Nanos | null {
  const cost = member(usage, "cost");
  if (typeof cost !== "number" || !Number.isFinite(cost) || cost < 0) return null;
  if (cost > Number(MAX_PLAUSIBLE_NANOS / NANOS_PER_UNIT)) return null;
  return nanosOf(cost);
}

/** By the shortest decimal that is this number, which is what the upstream wrote. */
function nanosOf(usd: number): Nanos {
  const [digits = "", exponent = "0"] = String(usd).split("e");
  const [units = "", fraction = ""] = digits.split(".");
  const scale = Number(exponent) - fraction.length;
  const nanos = BigInt(units + fraction) * NANOS_PER_UNIT;
  return scale >= 0 ? nanos * 10n ** BigInt(scale) : roundHalfUp(rational(nanos, 10n ** BigInt(-scale)));
}
