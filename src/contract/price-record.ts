/** A record of the price book on the wire (contract: Prices and spend; Names on the wire, Price), and its mapping to `Price`. */
import { z } from "zod";
import { dialectOf, ENDPOINTS, PROVIDERS, TOKENIZERS } from "../core/endpoint.ts";
import {
  formatNanos,
  multiply,
  NANOS_PER_UNIT,
  parseAmountNanos,
  parseDecimalNanos,
  rational,
  roundHalfUp,
} from "../core/money.ts";
import type { Nanos } from "../core/money.ts";
import type { Price, RateNanos, TierRates } from "../core/price.ts";
import { TOKEN_CLASSES } from "../core/usage.ts";
import type { TokenClass } from "../core/usage.ts";

/** 1,000 USD per million tokens: beyond it a price is more likely a slip than a price. */
const CEILING_NANOS: RateNanos = 1_000n * NANOS_PER_UNIT;

/** A decimal string or JSON number, at most nine decimals, not negative; leaves as a canonical decimal string. */
const decimal = z.union([z.string(), z.number()]).transform((input, context) => {
  const nanos = parseAmountNanos(input);
  if (nanos !== null && nanos >= 0n) return formatNanos(nanos);
  context.addIssue({ code: "custom", message: "not a decimal from 0 on with at most nine decimals" });
  return z.NEVER;
});

const pricePerMillion = decimal.meta({ description: "USD per million tokens.", example: "2.50" });
const optionalPrice = pricePerMillion.nullable().default(null);
const tokenCount = z.int().min(1).max(100_000_000);

/** An ISO date (midnight UTC) or date-time; leaves as a date-time in UTC. */
const instant = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .transform((text) => new Date(text).toISOString())
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

const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s\p{Cc}]+$/u, "no spaces or control characters");

const priceRecordShape = z.strictObject({
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
  per_call_fees: z
    .strictObject({
      web_search: decimal.nullable().default(null),
      web_search_low: decimal.nullable().default(null),
      web_search_high: decimal.nullable().default(null),
      file_search: decimal.nullable().default(null),
      code_interpreter: decimal.nullable().default(null),
    })
    .prefault({})
    .meta({
      description: "USD per call; no tier or region scales them. `_low` and `_high`: by the search context size.",
    }),
  max_output_tokens: tokenCount.nullable().default(null),
  context_window: tokenCount.nullable().default(null),
  endpoints: z.array(z.enum(ENDPOINTS)).min(1).max(ENDPOINTS.length),
  tokenizer: z.enum(TOKENIZERS).optional(),
  tags: z.array(z.string().min(1).max(200)).max(50).default([]),
  effective_from: instant.nullable().default(null),
  effective_to: instant.nullable().default(null),
  free: z.boolean().default(false).meta({ description: "The only way in which a model costs nothing." }),
});

export const priceRecordSchema = priceRecordShape.superRefine(checkRecord).meta({ id: "ModelPrice" });

/** What comes out of the schema: every field present, prices as decimal strings, instants as date-times in UTC. */
export type PriceRecord = z.output<typeof priceRecordSchema>;

/** The body of `POST` and `PUT /v1/admin/model-pricing`: a record, and `force` for a price beyond 1,000 USD per million. */
export const priceRecordRequestSchema = priceRecordShape
  .extend({ force: z.boolean().default(false) })
  .superRefine(checkRecord)
  .superRefine((record, context) => {
    if (record.force) return;
    for (const { path, rateNanos } of listRates(record)) {
      if (rateNanos <= CEILING_NANOS) continue;
      context.addIssue({
        code: "custom",
        path,
        message: "more than 1000 USD per million tokens; send force: true if that is the price",
      });
    }
  })
  .transform((request) => fromPrice(toPrice(request)))
  .meta({ id: "ModelPriceRequest" });

type RecordShape = z.output<typeof priceRecordShape>;
type WireRates = Pick<RecordShape, keyof typeof optionalRates | "input_price_per_million" | "output_price_per_million">;

function checkRecord(record: RecordShape, context: z.RefinementCtx): void {
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
  const { web_search: medium, web_search_low: low, web_search_high: high } = record.per_call_fees;
  if ((low === null) !== (high === null) || (low !== null && medium === null)) {
    refuse(["per_call_fees"], "web_search_low and web_search_high come together, beside web_search");
  }
  if (from !== null && to !== null && from >= to) refuse(["effective_to"], "must be after effective_from");
  for (const [index, endpoint] of record.endpoints.entries()) {
    if (dialectOf(endpoint) !== record.provider) refuse(["endpoints", index], "is not an endpoint of the provider");
  }
}

const WIRE_RATE_NAMES = {
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
function listRates(record: RecordShape): readonly ListedRate[] {
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

/** The domain's price of a checked record; its id says provider, model and period until a row gives it one. */
export function toPrice(record: RecordShape): Price {
  const { provider, model, tiers, per_call_fees: fees, long_context: long, effective_from: from } = record;
  const low = readOptionalNanos(fees.web_search_low);
  const high = readOptionalNanos(fees.web_search_high);
  return {
    id: `${provider}/${model}@${from ?? "always"}`,
    provider,
    model,
    aliases: record.aliases,
    effectiveFromMs: from === null ? null : Date.parse(from),
    effectiveToMs: record.effective_to === null ? null : Date.parse(record.effective_to),
    rates: {
      input: readNanos(record.input_price_per_million),
      cachedInput: readOptionalNanos(record.cached_input_price_per_million),
      cacheWrite5m: readOptionalNanos(record.cache_write_5m_price_per_million),
      cacheWrite1h: readOptionalNanos(record.cache_write_1h_price_per_million),
      cacheWrite30m: readOptionalNanos(record.cache_write_30m_price_per_million),
      cacheWrite12h: readOptionalNanos(record.cache_write_12h_price_per_million),
      audioInput: readOptionalNanos(record.audio_input_price_per_million),
      output: readNanos(record.output_price_per_million),
      audioOutput: readOptionalNanos(record.audio_output_price_per_million),
    },
    longContext: long === null ? null : { thresholdTokens: long.threshold_tokens, rates: readTierRates(long) },
    tiers: {
      batch: tiers.batch && readTierRates(tiers.batch),
      flex: tiers.flex && readTierRates(tiers.flex),
      fast: tiers.fast && readTierRates(tiers.fast),
      fastLongContext: tiers.fast_long_context && readTierRates(tiers.fast_long_context),
    },
    regionalMultiplier:
      record.regional_multiplier === null ? null : rational(readNanos(record.regional_multiplier), NANOS_PER_UNIT),
    feesNanos: {
      webSearch: readOptionalNanos(fees.web_search),
      fileSearch: readOptionalNanos(fees.file_search),
      codeInterpreter: readOptionalNanos(fees.code_interpreter),
    },
    ...(low !== null && high !== null ? { webSearchFeesBySizeNanos: { low, high } } : {}),
    maxOutputTokens: record.max_output_tokens,
    contextWindowTokens: record.context_window,
    endpoints: record.endpoints,
    tokenizer: record.tokenizer ?? (provider === "openai" ? "o200k" : "claude-4-7"),
    tags: record.tags,
    free: record.free,
  };
}

/** The record that `GET` shows of a price; without its id, which the row adds. */
export function fromPrice(price: Price): PriceRecord {
  const { rates, longContext, tiers, feesNanos, regionalMultiplier } = price;
  return {
    provider: price.provider,
    model: price.model,
    aliases: [...price.aliases],
    ...writeRates(rates, rates),
    long_context:
      longContext === null
        ? null
        : { threshold_tokens: longContext.thresholdTokens, ...writeRates(longContext.rates, rates) },
    tiers: {
      batch: tiers.batch && writeRates(tiers.batch, rates),
      flex: tiers.flex && writeRates(tiers.flex, rates),
      fast: tiers.fast && writeRates(tiers.fast, rates),
      fast_long_context: tiers.fastLongContext && writeRates(tiers.fastLongContext, rates),
    },
    regional_multiplier:
      regionalMultiplier && formatNanos(roundHalfUp(multiply(regionalMultiplier, rational(NANOS_PER_UNIT)))),
    per_call_fees: {
      web_search: writeNanos(feesNanos.webSearch),
      web_search_low: writeNanos(price.webSearchFeesBySizeNanos?.low),
      web_search_high: writeNanos(price.webSearchFeesBySizeNanos?.high),
      file_search: writeNanos(feesNanos.fileSearch),
      code_interpreter: writeNanos(feesNanos.codeInterpreter),
    },
    max_output_tokens: price.maxOutputTokens,
    context_window: price.contextWindowTokens,
    endpoints: [...price.endpoints],
    tokenizer: price.tokenizer,
    tags: [...price.tags],
    effective_from: writeInstant(price.effectiveFromMs),
    effective_to: writeInstant(price.effectiveToMs),
    free: price.free,
  };
}

/** The text has passed the schema. */
function readNanos(text: string): Nanos {
  const nanos = parseDecimalNanos(text);
  if (nanos === null) throw new RangeError(`not a decimal: ${text}`);
  return nanos;
}

function readOptionalNanos(text: string | null): Nanos | null {
  return text === null ? null : readNanos(text);
}

function readTierRates(rates: WireRates): TierRates {
  return Object.fromEntries(
    TOKEN_CLASSES.flatMap((tokenClass) => {
      const text = rates[WIRE_RATE_NAMES[tokenClass]];
      return text === null ? [] : [[tokenClass, readNanos(text)]];
    }),
  );
}

/** `base` stands in for an input or output rate that a replacement does not name. */
function writeRates(rates: Price["rates"] | TierRates, base: Price["rates"]): WireRates {
  return {
    input_price_per_million: formatNanos(rates.input ?? base.input),
    cached_input_price_per_million: writeNanos(rates.cachedInput),
    cache_write_5m_price_per_million: writeNanos(rates.cacheWrite5m),
    cache_write_1h_price_per_million: writeNanos(rates.cacheWrite1h),
    cache_write_30m_price_per_million: writeNanos(rates.cacheWrite30m),
    cache_write_12h_price_per_million: writeNanos(rates.cacheWrite12h),
    audio_input_price_per_million: writeNanos(rates.audioInput),
    output_price_per_million: formatNanos(rates.output ?? base.output),
    audio_output_price_per_million: writeNanos(rates.audioOutput),
  };
}

function writeNanos(nanos: Nanos | null | undefined): string | null {
  return nanos === null || nanos === undefined ? null : formatNanos(nanos);
}

function writeInstant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
