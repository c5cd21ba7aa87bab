/** The words of a spend log row that code shares; the row's schema is in this file too (contract: Names on the wire). */

export const SPEND_STATUSES = [
  "completed",
  "client_disconnected",
  "upstream_error",
  "refused",
  "cached",
  "expired",
] as const;
export type SpendStatus = (typeof SPEND_STATUSES)[number];

export const USAGE_SOURCES = ["provider", "estimated", "none"] as const;
export type UsageSource = (typeof USAGE_SOURCES)[number];

export const PRICING_SOURCES = ["upstream", "config_declared", "wallet_catalog"] as const;
export type PricingSource = (typeof PRICING_SOURCES)[number];

/** One call of one target. */
export interface Attempt {
  readonly targetId: string;
  readonly provider: string;
  readonly model: string;
  /** The upstream's status; null when it could not be reached. */
  readonly status: number | null;
  readonly latencyMs: number;
  readonly error: string | null;
}
