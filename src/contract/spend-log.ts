/**
 * A spend log row: one per request, whatever became of it (contract: Names on the wire). Amounts are integer nano-units of
 * `currency` as decimal text, so that they cross queues and D1 exactly.
 */
import { z } from "zod";

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

export const nanosText = z.string().regex(/^-?\d{1,19}$/, "an integer of nano-units as text");

export const attemptSchema = z.strictObject({
  target_id: z.string(),
  provider: z.string(),
  model: z.string(),
  /** The upstream's status; null when it could not be reached. */
  status: z.int().nullable(),
  latency_ms: z.int(),
  error: z.string().nullable(),
});

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

const id = z.string().nullable();
const count = z.int().nonnegative();

export const spendLogSchema = z.strictObject({
  id: z.string(),
  organization_id: z.string(),
  request_id: z.string(),
  created_at_ms: z.int(),
  status: z.enum(SPEND_STATUSES),
  provider: id,
  model: id,
  requested_model: z.string(),
  requested_provider: id,
  provider_target_id: id,
  endpoint: z.string(),
  streamed: z.boolean(),
  key_id: id,
  gateway_id: id,
  user_id: id,
  team_id: id,
  service_user_id: id,
  agent_id: id,
  agent_run_id: id,
  metadata: z.record(z.string(), z.string()),
  /** Neither read from nor written to a cache. Null counters were not measured. */
  input_tokens: count.nullable(),
  cached_input_tokens: count.nullable(),
  cache_write_tokens: count.nullable(),
  output_tokens: count.nullable(),
  reasoning_tokens: count.nullable(),
  total_tokens: count.nullable(),
  input_cost_nanos: nanosText,
  cached_input_cost_nanos: nanosText,
  cache_write_cost_nanos: nanosText,
  output_cost_nanos: nanosText,
  fees_cost_nanos: nanosText,
  total_cost_nanos: nanosText,
  currency: z.string(),
  exchange_rate: z.string(),
  pricing_source: z.enum(PRICING_SOURCES).nullable(),
  usage_source: z.enum(USAGE_SOURCES),
  wallet_id: id,
  wallet_scope: id,
  reservation_id: id,
  held_amount_nanos: nanosText,
  latency_ms: z.int().nullable(),
  upstream_latency_ms: z.int().nullable(),
  attempts: z.array(attemptSchema),
  estimated_avoided_cost_nanos: nanosText,
  /** `unpriced`, `unreserved`, `overrun`, `late`, `no_charge`, a failure's kind … */
  flags: z.array(z.string()),
});

export type SpendLogRow = z.infer<typeof spendLogSchema>;
