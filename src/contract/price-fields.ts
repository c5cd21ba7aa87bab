/** The fields of a price book record on the wire, and the rules that bind them together (contract: Prices and spend). */
import { z } from "zod";
import { dialectOf, ENDPOINTS, PROVIDERS, TOKENIZERS } from "../core/endpoint.ts";
import { formatNanos, parseDecimalNanos } from "../core/money.ts";
import type { Nanos } from "../core/money.ts";
import type { RateNanos } from "../core/price.ts";
import { TOKEN_CLASSES } from "../core/usage.ts";
import type { TokenClass } from "../core/usage.ts";
import { amountSchema, formatTime, timeSchema } from "./amount.ts";

/** Leaves as a canonical decimal string. */
const decimal = amountSchema.transform(formatNanos);

const pricePerMillion = decimal.meta({ description: "USD per million tokens.", example: "2.50" });
const optionalPrice = pricePerMillion.nullable().default(null);
const tokenCount = z.int().min(1).max(100_000_000);

/** An ISO date (midnight UTC) or date-time; leaves as a date-time in UTC. */
const instant = timeSchema
  .transform(formatTime)
  .meta({ description: "ISO 8601 date (midnight UTC) or date-time.", example: "2026-11-09" });

const optionalRates = {
  cached_input_price_per_million: optionalPrice,
  cache_write_5m_price_per_million: optionalPrice,
  cache_write_1h_price_per_million: optionalPrice,
  cache_write_30m_price_per_million: optionalPrice,
  cache_write_12h_price_per_million: optionalPrice,
  audio_input_price_per_million: optionalPrice,
  audio_output_price_per_million: optionalPrice,
};

/** Rates that replace the base rates: a class that is null follows the input rate's factor. */
const replacementRates = {
  input_price_per_million: pricePerMillion,
  output_price_per_million: pricePerMillion,
  ...optionalRates,
};

const tierRates = z.strictObject(replacementRates).nullable().default(null);

const name = z.string().max(200).regex(/^\S+$/, "a name without spaces");

const callFees = z
  .strictObject({
    web_search: decimal.nullable().default(null),
    web_search_low: decimal.nullable().default(null),
    web_search_high: decimal.nullable().default(null),
    file_search: decimal.nullable().default(null),
    code_interpreter: decimal.nullable().default(null),
  })
  .meta({
    description: "USD per call; no tier or region scales them. `_low` and `_high`: by the search context size.",
  });

const endpoints = z.array(z.enum(ENDPOINTS)).min(1).max(ENDPOINTS.length);

export const priceRecordShape = z.strictObject({
  provider: z.enum(PROVIDERS),
  model: name,
  aliases: z
    .array(name)
    .max(50)
    .default([])
    .meta({ description: "Other names with the same price; matched exactly, never by prefix." }),
  /** Defaults to 0, which only a free model may have. */
  input_price_per_million: pricePerMillion.default("0.00"),
  output_price_per_million: pricePerMillion.default("0.00"),
  ...optionalRates,
  long_context: z
    .strictObject({ threshold_tokens: tokenCount, ...replacementRates })
    .nullable()
    .default(null)
    .meta({ description: "Rates of the whole request when its prompt has strictly more tokens than the threshold." }),
  tiers: z
    .strictObject({ batch: tierRates, flex: tierRates, fast: tierRates, fast_long_context: tierRates })
    .prefault({})
    .meta({ description: "Rates of other service tiers; null: not offered. `fast_long_context` needs both." }),
  regional_multiplier: decimal
    .nullable()
    .default(null)
    .meta({ description: "Factor on every token class for regional processing.", example: "1.10" }),
  per_call_fees: callFees.prefault({}),
  max_output_tokens: tokenCount.nullable().default(null),
  context_window: tokenCount.nullable().default(null),
  endpoints,
  tokenizer: z.enum(TOKENIZERS).optional(),
  tags: z.array(z.string().min(1).max(200)).max(50).default([]),
  effective_from: instant.nullable().default(null),
  effective_to: instant.nullable().default(null),
  free: z.boolean().default(false).meta({ description: "The only way in which a model costs nothing." }),
});

/** What may be left out when a price is written, because the provider says it. */
export const priceRecordRequestShape = priceRecordShape.extend({
  per_call_fees: callFees.optional().meta({ description: "Absent: the provider's published fees." }),
  endpoints: endpoints.optional().meta({ description: "Absent: every endpoint of the provider." }),
  force: z.boolean().default(false).meta({
    description: "Accept more than 1,000 USD per million tokens, 10 USD per call, or a regional factor of 10.",
  }),
});

export type PriceRecordShape = z.output<typeof priceRecordShape>;
export type PriceRecordInput = Omit<z.output<typeof priceRecordRequestShape>, "force">;
export type WireRates = Pick<
  PriceRecordShape,
  keyof typeof optionalRates | "input_price_per_million" | "output_price_per_million"
>;

/** Refuses what no single field can see. */
export function checkPriceRecord(record: PriceRecordInput, context: z.RefinementCtx): void {
  const refuse = (path: readonly (string | number)[], message: string): void => {
    context.addIssue({ code: "custom", path: [...path], message });
  };
  for (const { path, tokenClass, rateNanos } of listRates(record)) {
    if (record.free && rateNanos !== 0n) refuse(path, "a free model has no other price than 0");
    if (!record.free && rateNanos === 0n && (tokenClass === "input" || tokenClass === "output")) {
      refuse(path, "must be more than 0, unless the model is free");
    }
  }
  const { tiers, effective_from: from, effective_to: to } = record;
  if (tiers.fast_long_context !== null && (tiers.fast === null || record.long_context === null)) {
    refuse(["tiers", "fast_long_context"], "needs tiers.fast and long_context");
  }
  if (record.regional_multiplier !== null && readNanos(record.regional_multiplier) === 0n) {
    refuse(["regional_multiplier"], "must be more than 0");
  }
  if (record.per_call_fees !== undefined) {
    const { web_search: medium, web_search_low: low, web_search_high: high } = record.per_call_fees;
    if ((low === null) !== (high === null) || (low !== null && medium === null)) {
      refuse(["per_call_fees"], "web_search_low and web_search_high come together, beside web_search");
    }
  }
  if (from !== null && to !== null && from >= to) refuse(["effective_to"], "must be after effective_from");
  for (const [index, endpoint] of (record.endpoints ?? []).entries()) {
    if (dialectOf(endpoint) !== record.provider) refuse(["endpoints", index], "is not an endpoint of the provider");
  }
}

export const WIRE_RATE_NAMES = {
  input: "input_price_per_million",
  cachedInput: "cached_input_price_per_million",
  cacheWrite5m: "cache_write_5m_price_per_million",
  cacheWrite1h: "cache_write_1h_price_per_million",
  cacheWrite30m: "cache_write_30m_price_per_million",
  cacheWrite12h: "cache_write_12h_price_per_million",
  audioInput: "audio_input_price_per_million",
  output: "output_price_per_million",
  audioOutput: "audio_output_price_per_million",
} as const satisfies Record<TokenClass, keyof WireRates>;

interface ListedRate {
  readonly path: string[];
  readonly tokenClass: TokenClass;
  readonly rateNanos: RateNanos;
}

/** Every rate that the record names, with its path in the body. */
export function listRates(record: PriceRecordInput): readonly ListedRate[] {
  const { tiers } = record;
  const blocks: readonly (readonly [readonly string[], WireRates | null])[] = [
    [[], record],
    [["long_context"], record.long_context],
    [["tiers", "batch"], tiers.batch],
    [["tiers", "flex"], tiers.flex],
    [["tiers", "fast"], tiers.fast],
    [["tiers", "fast_long_context"], tiers.fast_long_context],
  ];
  return blocks.flatMap(([path, rates]) =>
    TOKEN_CLASSES.flatMap((tokenClass) => {
      const wireName = WIRE_RATE_NAMES[tokenClass];
      const text = rates?.[wireName] ?? null;
      return text === null ? [] : [{ path: [...path, wireName], tokenClass, rateNanos: readNanos(text) }];
    }),
  );
}

/** The text has passed the schema. */
export function readNanos(text: string): Nanos {
  const nanos = parseDecimalNanos(text);
  if (nanos === null) throw new RangeError(`not a decimal: ${text}`);
  return nanos;
}
