/** How long money lasts at the pace of late. A pace is an exact fraction: what was spent, over how long. */
import type { BudgetWindowView } from "./budget.ts";
import { larger, rational, roundHalfUp } from "./money.ts";
import type { Nanos } from "./money.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Who looks further ahead than this reads tea leaves; and dates have an end. */
const HORIZON_MS = 10 * 365 * DAY_MS;

export interface Pace {
  readonly spentNanos: Nanos;
  /** More than zero. */
  readonly durationMs: number;
}

/** What the pace comes to in a time, in whole nano-units. Money that came back is no pace backwards. */
export function spendAtPace({ spentNanos, durationMs }: Pace, forMs: number): Nanos {
  return roundHalfUp(rational(larger(spentNanos, 0n) * BigInt(forMs), BigInt(durationMs)));
}

export function dailyRate(pace: Pace): Nanos {
  return spendAtPace(pace, DAY_MS);
}

/**
 * The first millisecond at which `leftNanos` are spent. Null: nothing is spent, nothing is left, or it is ten years away or more.
 */
export function runsOutAtMs(leftNanos: Nanos, { spentNanos, durationMs }: Pace, nowMs: number): number | null {
  if (leftNanos <= 0n || spentNanos <= 0n) return null;
  const lastsMs = (leftNanos * BigInt(durationMs) + spentNanos - 1n) / spentNanos;
  return lastsMs >= BigInt(HORIZON_MS) ? null : nowMs + Number(lastsMs);
}

/** A pace of less than a twentieth of the window says nothing. */
const LEAST_PART = 20;

export interface BudgetOutlook {
  /** What will be used when the window ends. Null: it is too early to say. */
  readonly projectedNanos: Nanos | null;
  /** When all of the limit will be used. Null: not before the window ends, or it is used already. */
  readonly exhaustsAtMs: number | null;
}

/** Where a budget's window leads, at the pace since it began, or since the budget counts when that was later. */
export function forecastBudget(
  { usedNanos, limitNanos, resetsAtMs }: Pick<BudgetWindowView, "usedNanos" | "limitNanos" | "resetsAtMs">,
  at: { readonly startMs: number; readonly countedSinceMs: number; readonly nowMs: number },
): BudgetOutlook {
  const durationMs = at.nowMs - Math.max(at.startMs, at.countedSinceMs);
  if (durationMs * LEAST_PART < resetsAtMs - at.startMs) return { projectedNanos: null, exhaustsAtMs: null };
  const pace = { spentNanos: usedNanos, durationMs };
  const exhaustsAtMs = runsOutAtMs(limitNanos - usedNanos, pace, at.nowMs);
  return {
    projectedNanos: usedNanos + spendAtPace(pace, Math.max(0, resetsAtMs - at.nowMs)),
    exhaustsAtMs: exhaustsAtMs !== null && exhaustsAtMs < resetsAtMs ? exhaustsAtMs : null,
  };
}
