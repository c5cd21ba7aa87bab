/** `POST /v1/unified-access/cost`: any usage object of the three endpoints, priced as a settlement would be. */
import { z } from "zod";
import { ENDPOINTS } from "../core/endpoint.ts";
import { formatNanos, roundHalfUp } from "../core/money.ts";
import type { CostPart, PricedUsage } from "../core/pricing.ts";
import type { FeeKind, TokenClass } from "../core/usage.ts";
import { timeSchema } from "./amount.ts";
import { PRICING_SOURCES } from "./spend-log.ts";
import type { PricingSource } from "./spend-log.ts";
import { readUsageContext, usageContextShape } from "./usage-context.ts";

export const costRequestSchema = z
  .strictObject({
    endpoint: z.enum(ENDPOINTS),
    model: z.string().min(1).max(200).meta({ description: "As the provider's answer names it; an alias will do." }),
    usage: z.record(z.string(), z.unknown()).meta({
      description: "The provider's own usage object, unchanged.",
      example: { input_tokens: 12, output_tokens: 5 },
    }),
    at: timeSchema.optional().meta({ description: "When the request was made; absent: now. A date is midnight UTC." }),
    ...usageContextShape,
  })
  .transform((request) => ({
    endpoint: request.endpoint,
    model: request.model,
    usage: request.usage,
    /** Null: now. */
    atMs: request.at ?? null,
    context: readUsageContext(request),
  }))
  .meta({
    id: "CostRequest",
    example: {
      endpoint: "openai.chat",
      model: "gpt-5-mini",
      usage: { prompt_tokens: 1_200, completion_tokens: 310 },
      at: "2026-11-09",
    },
  });

export type CostRequest = z.output<typeof costRequestSchema>;

const WIRE_KINDS = {
  input: "input",
  cachedInput: "cached_input",
  cacheWrite5m: "cache_write_5m",
  cacheWrite1h: "cache_write_1h",
  cacheWrite30m: "cache_write_30m",
  cacheWrite12h: "cache_write_12h",
  audioInput: "audio_input",
  output: "output",
  audioOutput: "audio_output",
  webSearch: "web_search",
  fileSearch: "file_search",
  codeInterpreter: "code_interpreter",
} as const satisfies Record<TokenClass | FeeKind, string>;

const kind = z.enum(WIRE_KINDS);
const decimalText = z.string().meta({ description: "A decimal string.", example: "0.0025" });

const costLineSchema = z.union([
  z.strictObject({
    kind,
    tokens: z.int(),
    rate_per_million: decimalText.meta({ description: "USD per million tokens, after tier, region and multipliers." }),
    cost: decimalText,
  }),
  z.strictObject({
    kind,
    count: z.int(),
    rate: decimalText.meta({ description: "USD per call." }),
    cost: decimalText,
  }),
]);

export const costAnswerSchema = z
  .strictObject({
    total_cost: decimalText,
    currency: z.literal("USD"),
    pricing_source: z.enum(PRICING_SOURCES),
    breakdown: z.array(costLineSchema).meta({ description: "Its costs sum to `total_cost`." }),
    flags: z.array(z.string()).meta({ description: "What was odd about the usage or its price." }),
  })
  .meta({ id: "CostAnswer" });

export type CostAnswer = z.infer<typeof costAnswerSchema>;
export type CostLineWire = z.infer<typeof costLineSchema>;

/** The answer to a cost request; `priced` must be in USD. `usageFlags` are those of the usage object. */
export function writeCostAnswer(
  priced: PricedUsage,
  pricingSource: PricingSource,
  usageFlags: readonly string[] = [],
): CostAnswer {
  return {
    total_cost: formatNanos(priced.totalNanos),
    currency: "USD",
    pricing_source: pricingSource,
    breakdown: priced.parts.map(writeCostLine),
    flags: [...new Set([...usageFlags, ...priced.flags])],
  };
}

/** One line of a breakdown. A rate beyond nine decimals is shown rounded; the cost never rests on what is shown. */
function writeCostLine(part: CostPart): CostLineWire {
  const shared = { kind: WIRE_KINDS[part.kind], cost: formatNanos(part.costNanos) };
  const rate = formatNanos(roundHalfUp(part.rate));
  return part.unit === "tokens"
    ? { ...shared, tokens: part.tokens, rate_per_million: rate }
    : { ...shared, count: part.count, rate };
}
