/** Sums of the spend log on the wire (contract: Prices and spend, Spend). */
import { z } from "zod";
import { formatNanos } from "../core/money.ts";
import type { SpendSums } from "../core/spend-sums.ts";
import { amountTextSchema, currencySchema, timeSchema, timeTextSchema } from "./amount.ts";
import { timeZoneSchema } from "./wallet-settings.ts";

export const GROUPINGS = ["provider", "model", "team", "user", "key", "agent", "day", "hour"] as const;

export const spendSummaryQuerySchema = z.strictObject({
  from: timeSchema.optional().meta({ description: "Inclusive; without it, 30 days before `to`." }),
  to: timeSchema.optional().meta({ description: "Exclusive; without it, now." }),
  group_by: z.enum(GROUPINGS).default("day"),
  time_zone: timeZoneSchema.optional().meta({
    description: "An IANA name: whose days and hours; without it, the organization's.",
    example: "Asia/Kathmandu",
  }),
  provider: z.string().min(1).max(128).optional(),
  currency: currencySchema.optional().meta({ description: "Without it, the one that the organization has now." }),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).meta({
    description: "Rows at most, those that cost most; the others together are `rest`. Days and hours are always all.",
  }),
});

const sumsSchema = z.strictObject({
  requests: z.int().meta({ description: "Refused ones and those from the cache too." }),
  refused_requests: z.int(),
  input_tokens: z.int(),
  cached_input_tokens: z.int(),
  cache_write_tokens: z.int(),
  output_tokens: z.int(),
  reasoning_tokens: z.int(),
  total_tokens: z.int(),
  input_cost: amountTextSchema,
  cached_input_cost: amountTextSchema,
  cache_write_cost: amountTextSchema,
  output_cost: amountTextSchema,
  fees_cost: amountTextSchema,
  total_cost: amountTextSchema,
  estimated_avoided_cost: amountTextSchema,
});

export const spendSummarySchema = sumsSchema
  .extend({
    from: timeTextSchema,
    to: timeTextSchema,
    time_zone: z.string(),
    group_by: z.enum(GROUPINGS),
    currency: currencySchema,
    other_currencies: z.array(z.string()).meta({ description: "In which something was spent too: ask for each." }),
    top_provider: z.string().nullable().meta({ description: "That cost most; null: no request was for any." }),
    rows: z.array(
      sumsSchema.extend({
        group: z.string().nullable().meta({ description: "An id or a name; a local date or hour. Null: without one." }),
        from: timeTextSchema.nullable().meta({ description: "Of a day or an hour: where it begins." }),
        to: timeTextSchema.nullable(),
      }),
    ),
    rest: sumsSchema.nullable().meta({ description: "What `rows` leave out; null: nothing." }),
  })
  .meta({ id: "SpendSummary" });

export type SpendSummary = z.input<typeof spendSummarySchema>;

export function spendSumsToWire(sums: SpendSums): z.infer<typeof sumsSchema> {
  return {
    requests: Number(sums.requests),
    refused_requests: Number(sums.refused_requests),
    input_tokens: Number(sums.input_tokens),
    cached_input_tokens: Number(sums.cached_input_tokens),
    cache_write_tokens: Number(sums.cache_write_tokens),
    output_tokens: Number(sums.output_tokens),
    reasoning_tokens: Number(sums.reasoning_tokens),
    total_tokens: Number(sums.total_tokens),
    input_cost: formatNanos(sums.input_cost_nanos),
    cached_input_cost: formatNanos(sums.cached_input_cost_nanos),
    cache_write_cost: formatNanos(sums.cache_write_cost_nanos),
    output_cost: formatNanos(sums.output_cost_nanos),
    fees_cost: formatNanos(sums.fees_cost_nanos),
    total_cost: formatNanos(sums.total_cost_nanos),
    estimated_avoided_cost: formatNanos(sums.estimated_avoided_cost_nanos),
  };
}
