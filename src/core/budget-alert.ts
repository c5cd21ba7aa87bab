/**
 * When people are told that a budget's window fills up: of each percentage once for a window, and once that it is exhausted.
 * Decided by what is posted, because money that is only held may come back; a refusal is news by itself.
 */
import type { Nanos } from "./money.ts";

/** Why nothing more goes through: this request is larger than the whole limit; or what is used and held leaves no room. */
export const EXHAUSTION_REASONS = ["request_too_large", "no_room"] as const;
export type ExhaustionReason = (typeof EXHAUSTION_REASONS)[number];

/** What people know of one window of one budget. */
export interface ToldOfBudget {
  /** Null: no percentage was reached. */
  readonly threshold: { readonly percentage: number; readonly limitNanos: Nanos } | null;
  /** Null: nothing was refused, and the limit was not reached. */
  readonly exhaustion: { readonly reason: ExhaustionReason; readonly limitNanos: Nanos } | null;
}

export const NOTHING_TOLD: ToldOfBudget = { threshold: null, exhaustion: null };

export interface WatchedWindow {
  /** In force now. */
  readonly limitNanos: Nanos;
  readonly hard: boolean;
  /** Rising. */
  readonly alertPercentages: readonly number[];
}

/** What to tell now; null: nothing of this kind. `told` is what people know afterwards. */
export interface BudgetAlertDecision {
  readonly percentage: number | null;
  readonly exhaustion: ExhaustionReason | null;
  readonly told: ToldOfBudget;
}

/**
 * A posting has raised what the window has used to `usedNanos`: tells the highest percentage that it has reached by now, if
 * people do not know of one as high, of a limit as high; and that a hard budget is used up. So a raised limit makes the
 * percentages of the new limit count, and a lowered one those that are reached by it.
 */
export function decidePostingAlert(window: WatchedWindow, usedNanos: Nanos, told: ToldOfBudget): BudgetAlertDecision {
  const { limitNanos } = window;
  const reached = window.alertPercentages.findLast((percentage) => usedNanos * 100n >= limitNanos * BigInt(percentage));
  const percentage = reached === undefined || knowsOf(told, reached, limitNanos) ? null : reached;
  const exhaustion = window.hard && usedNanos >= limitNanos ? newsOf(told, "no_room", limitNanos) : null;
  return {
    percentage,
    exhaustion,
    told: {
      threshold: percentage === null ? told.threshold : { percentage, limitNanos },
      exhaustion: exhaustion === null ? told.exhaustion : { reason: exhaustion, limitNanos },
    },
  };
}

/** A hard budget has refused a request that may cost `requestedNanos`. One that no window could take says little of this one. */
export function decideRefusalAlert(limitNanos: Nanos, requestedNanos: Nanos, told: ToldOfBudget): BudgetAlertDecision {
  const exhaustion = newsOf(told, requestedNanos > limitNanos ? "request_too_large" : "no_room", limitNanos);
  return {
    percentage: null,
    exhaustion,
    told: exhaustion === null ? told : { ...told, exhaustion: { reason: exhaustion, limitNanos } },
  };
}

function knowsOf({ threshold }: ToldOfBudget, percentage: number, limitNanos: Nanos): boolean {
  if (threshold === null || threshold.percentage < percentage) return false;
  return threshold.limitNanos * BigInt(threshold.percentage) >= limitNanos * BigInt(percentage);
}

function newsOf({ exhaustion }: ToldOfBudget, reason: ExhaustionReason, limitNanos: Nanos): ExhaustionReason | null {
  if (exhaustion === null || exhaustion.limitNanos < limitNanos) return reason;
  return EXHAUSTION_REASONS.indexOf(exhaustion.reason) < EXHAUSTION_REASONS.indexOf(reason) ? reason : null;
}
