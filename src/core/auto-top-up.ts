/**
 * When a wallet refills itself from a saved payment method, and by how much (contract: Payments, Auto top-up). Pure: the ledger decides
 * with it after it has posted, and whoever charges the method only reports how that ended.
 *
 * The threshold is compared with the balance, that is with what is posted: holds are worst cases and mostly come back, so that a
 * burst of running requests alone charges nobody's card. A request that is refused for lack of money counts as well: auto top-up is the
 * third source of the funding order, after seat credits and wallets.
 */
import { smaller } from "./money.ts";
import type { Nanos } from "./money.ts";

/** Of one charge. `canceled`: it was not tried, because nobody wanted it any more. */
export const AUTO_TOP_UP_STATUSES = ["open", "completed", "failed", "canceled"] as const;
export type AutoTopUpStatus = (typeof AUTO_TOP_UP_STATUSES)[number];

/** `low_balance`: the balance was below the threshold. `refused_request`: a request lacked the money. */
export const AUTO_TOP_UP_CAUSES = ["low_balance", "refused_request"] as const;
export type AutoTopUpCause = (typeof AUTO_TOP_UP_CAUSES)[number];

/** How a wallet stands. `stopped`: after declines, until it is saved again. */
export const AUTO_TOP_UP_STATES = [
  "off",
  "ready",
  "pending",
  "cooling_down",
  "backing_off",
  "daily_cap_reached",
  "stopped",
  "currency_changed",
  "organization_suspended",
  "wallet_closed",
] as const;
export type AutoTopUpState = (typeof AUTO_TOP_UP_STATES)[number];

export interface AutoTopUpRule {
  readonly thresholdNanos: Nanos;
  /** A charge is a multiple of it. */
  readonly amountNanos: Nanos;
  /** Of what is charged in a day of the organization's calendar. */
  readonly dailyCapNanos: Nanos;
  /** Of one charge. */
  readonly maximumNanos: Nanos;
  /** From the beginning of one charge to that of the next. */
  readonly cooldownMs: number;
}

export interface AutoTopUpHistory {
  /** What is being charged now; null: nothing. Counts as if it had come. */
  readonly openNanos: Nanos | null;
  readonly lastOpenedAtMs: number | null;
  /** Charged today, with what is open, without what was declined. */
  readonly todayNanos: Nanos;
  /** After a decline; null: the last charge was none. */
  readonly retryAtMs: number | null;
}

export interface WalletNeed {
  readonly balanceNanos: Nanos;
  readonly heldNanos: Nanos;
  /** What a refused request would hold; null: nothing was refused. */
  readonly requiredNanos: Nanos | null;
}

export type AutoTopUpDecision =
  /** The wallet has enough. */
  | { readonly outcome: "enough" }
  /** One is under way. */
  | { readonly outcome: "pending" }
  | { readonly outcome: "charge"; readonly amountNanos: Nanos }
  | {
      readonly outcome: "wait";
      readonly reason: "cooldown" | "declined" | "daily_cap";
      readonly untilMs: number;
    };

/** `dayEndMs` is the end of the organization's calendar day in which `nowMs` lies. */
export function decideAutoTopUp(
  rule: AutoTopUpRule,
  history: AutoTopUpHistory,
  need: WalletNeed,
  { nowMs, dayEndMs }: { readonly nowMs: number; readonly dayEndMs: number },
): AutoTopUpDecision {
  const lowNanos = rule.thresholdNanos - need.balanceNanos;
  const shortNanos = need.requiredNanos === null ? 0n : need.requiredNanos - need.balanceNanos + need.heldNanos;
  if (lowNanos <= 0n && shortNanos <= 0n) return { outcome: "enough" };
  if (history.openNanos !== null) return { outcome: "pending" };
  const cooledAtMs = history.lastOpenedAtMs === null ? 0 : history.lastOpenedAtMs + rule.cooldownMs;
  const retryAtMs = history.retryAtMs ?? 0;
  if (retryAtMs > nowMs && retryAtMs >= cooledAtMs) return { outcome: "wait", reason: "declined", untilMs: retryAtMs };
  if (cooledAtMs > nowMs) return { outcome: "wait", reason: "cooldown", untilMs: cooledAtMs };
  const leftNanos = rule.dailyCapNanos - history.todayNanos;
  const roomNanos = smaller(leftNanos, rule.maximumNanos);
  const most = roomNanos < 0n ? 0n : roomNanos / rule.amountNanos;
  const wanted = ceilDivide(lowNanos, rule.amountNanos);
  const wantedToPass = ceilDivide(shortNanos, rule.amountNanos);
  // A charge after which the refused request would still not pass is made for the threshold alone.
  const count = wantedToPass > wanted && wantedToPass <= most ? wantedToPass : smaller(wanted, most);
  if (count > 0n) return { outcome: "charge", amountNanos: count * rule.amountNanos };
  // Only tomorrow's cap could help; what one charge can never cover is no reason to wait.
  const isHopeless = wanted <= 0n && wantedToPass * rule.amountNanos > smaller(rule.dailyCapNanos, rule.maximumNanos);
  return isHopeless ? { outcome: "enough" } : { outcome: "wait", reason: "daily_cap", untilMs: dayEndMs };
}

const FIRST_BACKOFF_MS = 60 * 60 * 1_000;
/** Declines in a row after which nothing is tried any more: waits of 1, 2, 4 and 8 hours lie between them. */
export const MAX_DECLINES = 5;

export type AfterDecline =
  | { readonly outcome: "retry"; readonly declines: number; readonly retryAtMs: number }
  | { readonly outcome: "off"; readonly declines: number };

/** What follows a charge that was declined; `declinesBefore` came in a row before it. */
export function decideAfterDecline(declinesBefore: number, isRetryable: boolean, nowMs: number): AfterDecline {
  const declines = declinesBefore + 1;
  if (!isRetryable || declines >= MAX_DECLINES) return { outcome: "off", declines };
  return { outcome: "retry", declines, retryAtMs: nowMs + FIRST_BACKOFF_MS * 2 ** declinesBefore };
}

/** Rounded up; 0 for what is not positive. */
function ceilDivide(amount: Nanos, by: Nanos): bigint {
  return amount <= 0n ? 0n : (amount + by - 1n) / by;
}
