/** Spend logs on the wire of our API: amounts as decimals, instants as ISO 8601 (contract: Spend log row). */
import { z } from "zod";
import { ENDPOINTS } from "../core/endpoint.ts";
import { formatNanos } from "../core/money.ts";
import { METADATA_LIMITS } from "../core/request-facts.ts";
import { amountSchema, amountTextSchema, currencySchema, formatTime, timeSchema, timeTextSchema } from "./amount.ts";
import { idSchema } from "./id.ts";
import { listQuerySchema } from "./list.ts";
import { PRICING_SOURCES, SPEND_STATUSES, spendLogSchema, USAGE_SOURCES, type SpendLogRow } from "./spend-log.ts";

const textOrNull = z.string().max(256).nullable();
const tokensSchema = z.int().min(0).max(1_000_000_000).nullable().default(null);
const costSchema = amountSchema.prefault("0");

export const spendLogViewSchema = spendLogSchema
  .omit({
    organization_id: true,
    created_at_ms: true,
    input_cost_nanos: true,
    cached_input_cost_nanos: true,
    cache_write_cost_nanos: true,
    output_cost_nanos: true,
    fees_cost_nanos: true,
    total_cost_nanos: true,
    held_amount_nanos: true,
    estimated_avoided_cost_nanos: true,
  })
  .extend({
    created_at: timeTextSchema,
    input_cost: amountTextSchema,
    cached_input_cost: amountTextSchema,
    cache_write_cost: amountTextSchema,
    output_cost: amountTextSchema,
    fees_cost: amountTextSchema,
    total_cost: amountTextSchema,
    held_amount: amountTextSchema,
    estimated_avoided_cost: amountTextSchema,
  })
  .meta({ id: "SpendLog" });

export type SpendLogView = z.input<typeof spendLogViewSchema>;

export function spendLogToWire(row: SpendLogRow): SpendLogView {
  const {
    organization_id: _organizationId,
    created_at_ms: createdAtMs,
    input_cost_nanos: inputCost,
    cached_input_cost_nanos: cachedInputCost,
    cache_write_cost_nanos: cacheWriteCost,
    output_cost_nanos: outputCost,
    fees_cost_nanos: feesCost,
    total_cost_nanos: totalCost,
    held_amount_nanos: heldAmount,
    estimated_avoided_cost_nanos: avoidedCost,
    ...shared
  } = row;
  return {
    ...shared,
    created_at: formatTime(createdAtMs),
    input_cost: formatNanos(BigInt(inputCost)),
    cached_input_cost: formatNanos(BigInt(cachedInputCost)),
    cache_write_cost: formatNanos(BigInt(cacheWriteCost)),
    output_cost: formatNanos(BigInt(outputCost)),
    fees_cost: formatNanos(BigInt(feesCost)),
    total_cost: formatNanos(BigInt(totalCost)),
    held_amount: formatNanos(BigInt(heldAmount)),
    estimated_avoided_cost: formatNanos(BigInt(avoidedCost)),
  };
}

/** What a gateway elsewhere reports about a request that did not pass through our wallets. */
export const newSpendLogSchema = z
  .strictObject({
    request_id: idSchema.meta({ description: "One row per request: a repeat answers the first row." }),
    created_at: timeSchema.optional(),
    status: z.enum(SPEND_STATUSES).default("completed"),
    provider: textOrNull.default(null),
    model: z.string().min(1).max(256),
    requested_model: z.string().min(1).max(256).optional(),
    requested_provider: textOrNull.default(null),
    provider_target_id: textOrNull.default(null),
    endpoint: z.enum(ENDPOINTS),
    streamed: z.boolean().default(false),
    user_id: idSchema.nullable().default(null),
    team_id: idSchema.nullable().default(null),
    agent_id: idSchema.nullable().default(null),
    agent_run_id: idSchema.nullable().default(null),
    metadata: z
      .record(z.string().max(METADATA_LIMITS.nameLength), z.string().max(METADATA_LIMITS.valueLength))
      .refine(
        (metadata) => Object.keys(metadata).length <= METADATA_LIMITS.pairs,
        `at most ${METADATA_LIMITS.pairs} pairs`,
      )
      .default({}),
    input_tokens: tokensSchema,
    cached_input_tokens: tokensSchema,
    cache_write_tokens: tokensSchema,
    output_tokens: tokensSchema,
    reasoning_tokens: tokensSchema,
    total_tokens: tokensSchema,
    input_cost: costSchema,
    cached_input_cost: costSchema,
    cache_write_cost: costSchema,
    output_cost: costSchema,
    fees_cost: costSchema,
    total_cost: amountSchema,
    currency: currencySchema.default("USD"),
    exchange_rate: z
      .string()
      .regex(/^\d{1,15}(\.\d{1,9})?$/, "a decimal")
      .default("1"),
    pricing_source: z.enum(PRICING_SOURCES).nullable().default(null),
    usage_source: z.enum(USAGE_SOURCES).default("provider"),
    latency_ms: z.int().min(0).max(86_400_000).nullable().default(null),
    upstream_latency_ms: z.int().min(0).max(86_400_000).nullable().default(null),
    flags: z.array(z.string().max(64)).max(20).default([]),
  })
  .meta({
    id: "NewSpendLog",
    example: {
      request_id: "call-1",
      endpoint: "openai.chat",
      provider: "openai",
      model: "gpt-5-mini",
      input_tokens: 1_200,
      output_tokens: 310,
      total_cost: "0.00092",
    },
  });

export type NewSpendLog = z.output<typeof newSpendLogSchema>;

/** Whose row it is: what a key that reports it adds. */
export interface SpendLogOrigin {
  readonly id: string;
  readonly organizationId: string;
  readonly keyId: string;
  readonly gatewayId: string | null;
  readonly serviceUserId: string | null;
  readonly nowMs: number;
}

export function newSpendLogRow(body: NewSpendLog, origin: SpendLogOrigin): SpendLogRow {
  const { created_at: createdAtMs, requested_model: requestedModel, ...rest } = body;
  return spendLogSchema.parse({
    id: origin.id,
    organization_id: origin.organizationId,
    created_at_ms: createdAtMs ?? origin.nowMs,
    request_id: rest.request_id,
    status: rest.status,
    provider: rest.provider,
    model: rest.model,
    requested_model: requestedModel ?? rest.model,
    requested_provider: rest.requested_provider,
    provider_target_id: rest.provider_target_id,
    endpoint: rest.endpoint,
    streamed: rest.streamed,
    key_id: origin.keyId,
    gateway_id: origin.gatewayId,
    user_id: rest.user_id,
    team_id: rest.team_id,
    service_user_id: origin.serviceUserId,
    agent_id: rest.agent_id,
    agent_run_id: rest.agent_run_id,
    metadata: rest.metadata,
    input_tokens: rest.input_tokens,
    cached_input_tokens: rest.cached_input_tokens,
    cache_write_tokens: rest.cache_write_tokens,
    output_tokens: rest.output_tokens,
    reasoning_tokens: rest.reasoning_tokens,
    total_tokens: rest.total_tokens ?? sumTokens(rest),
    input_cost_nanos: rest.input_cost.toString(),
    cached_input_cost_nanos: rest.cached_input_cost.toString(),
    cache_write_cost_nanos: rest.cache_write_cost.toString(),
    output_cost_nanos: rest.output_cost.toString(),
    fees_cost_nanos: rest.fees_cost.toString(),
    total_cost_nanos: rest.total_cost.toString(),
    currency: rest.currency,
    exchange_rate: rest.exchange_rate,
    pricing_source: rest.pricing_source,
    usage_source: rest.usage_source,
    wallet_id: null,
    wallet_scope: null,
    reservation_id: null,
    held_amount_nanos: "0",
    latency_ms: rest.latency_ms,
    upstream_latency_ms: rest.upstream_latency_ms,
    attempts: [],
    estimated_avoided_cost_nanos: "0",
    flags: rest.flags,
  });
}

/** Null when nothing was measured. */
function sumTokens(body: Omit<NewSpendLog, "created_at" | "requested_model">): number | null {
  const counts = [body.input_tokens, body.cached_input_tokens, body.cache_write_tokens, body.output_tokens];
  return counts.every((count) => count === null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

export const spendLogQuerySchema = listQuerySchema.extend({
  key_id: z.string().max(128).optional(),
  user_id: z.string().max(128).optional(),
  team_id: z.string().max(128).optional(),
  agent_id: z.string().max(128).optional(),
  provider: z.string().max(128).optional(),
  model: z.string().max(256).optional(),
  status: z.enum(SPEND_STATUSES).optional(),
  from: timeSchema.optional().meta({ description: "Inclusive." }),
  to: timeSchema.optional().meta({ description: "Exclusive." }),
});
