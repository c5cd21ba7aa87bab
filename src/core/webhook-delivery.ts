/** What an attempt to deliver an event means: delivered, to be tried again and when, or given up. */

/** How an attempt ended. `status` is null when no answer came. */
export interface AttemptResult {
  readonly status: number | null;
  /** Null: delivered. */
  readonly error: string | null;
  readonly durationMs: number;
}

export interface DeliveryDecision {
  readonly status: "delivered" | "pending" | "failed";
  /** How long to wait before the next attempt; null: there is none. */
  readonly delaySeconds: number | null;
  /** The endpoint says that it is gone: it gets nothing more. */
  readonly disablesWebhook: boolean;
}

/** Before the second attempt, the third …: about two days in all (Standard Webhooks, Deliverability and reliability). */
const DELAYS_SECONDS = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000, 36_000, 36_000] as const;

export const MAX_DELIVERY_ATTEMPTS = DELAYS_SECONDS.length + 1;

const GONE = 410;

/** `attempts` counts the one that has just ended. */
export function decideDelivery(result: AttemptResult, attempts: number): DeliveryDecision {
  if (result.error === null) return { status: "delivered", delaySeconds: null, disablesWebhook: false };
  if (result.status === GONE) return { status: "failed", delaySeconds: null, disablesWebhook: true };
  const delaySeconds = DELAYS_SECONDS[attempts - 1] ?? null;
  return { status: delaySeconds === null ? "failed" : "pending", delaySeconds, disablesWebhook: false };
}

/** Why an answer does not count as delivered; null when it does. */
export function findAnswerError(status: number): string | null {
  if (status >= 200 && status <= 299) return null;
  if (status >= 300 && status <= 399) return "redirect_not_followed";
  return status === GONE ? "gone" : "refused";
}
