/** A record of the price book on the wire (contract: Prices and spend; Names on the wire, Price), and its mapping to `Price`. */
import type { z } from "zod";
import { dialectOf, ENDPOINTS, newestTokenizer } from "../core/endpoint.ts";
import type { Provider } from "../core/endpoint.ts";
import { formatNanos, multiply, NANOS_PER_UNIT, rational, roundHalfUp } from "../core/money.ts";
import type { Nanos } from "../core/money.ts";
import type { Price, RateNanos, TierRates } from "../core/price.ts";
import { TOKEN_CLASSES } from "../core/usage.ts";
import {
  checkPriceRecord,
  listRates,
  priceRecordRequestShape,
  priceRecordShape,
  readNanos,
  WIRE_RATE_NAMES,
} from "./price-fields.ts";
import type { PriceRecordInput, PriceRecordShape, WireRates } from "./price-fields.ts";

/** Beyond these a price is more likely a slip than a price: USD per million tokens, USD per call, and a factor. */
const RATE_CEILING_NANOS: RateNanos = 1_000n * NANOS_PER_UNIT;
const FEE_CEILING_NANOS: Nanos = 10n * NANOS_PER_UNIT;
const FACTOR_CEILING_NANOS: Nanos = 10n * NANOS_PER_UNIT;

export const priceRecordSchema = priceRecordShape.superRefine(checkPriceRecord).meta({ id: "ModelPrice" });

/** What comes out of the schema: every field present, prices as decimal strings, instants as date-times in UTC. */
export type PriceRecord = z.output<typeof priceRecordSchema>;

export const PRICE_EXAMPLE = {
  provider: "openai",
  model: "gpt-5-mini",
  input_price_per_million: "0.25",
  cached_input_price_per_million: "0.025",
  output_price_per_million: "2.00",
  max_output_tokens: 128_000,
  context_window: 400_000,
} as const;

/** The body of `POST` and `PUT /v1/admin/model-pricing`: a record, and `force` for what is more likely a slip than a price. */
export const priceRecordRequestSchema = priceRecordRequestShape
  .superRefine(checkPriceRecord)
  .superRefine((record, context) => {
    if (record.force) return;
    for (const { path, message } of listImplausible(record)) {
      context.addIssue({ code: "custom", path: [...path], message: `${message}; send force: true if that is right` });
    }
  })
  .transform((request) => fromPrice(toPrice(request)))
  .meta({
    id: "ModelPriceRequest",
    example: PRICE_EXAMPLE,
  });

export interface Implausible {
  readonly path: readonly string[];
  readonly message: string;
}

/** What of a record needs `force`. */
export function listImplausible(record: PriceRecordInput): readonly Implausible[] {
  const rates = listRates(record)
    .filter(({ rateNanos }) => rateNanos > RATE_CEILING_NANOS)
    .map(({ path }) => ({ path, message: "more than 1000 USD per million tokens" }));
  const fees = Object.entries(record.per_call_fees ?? {})
    .filter(([, fee]) => (readOptionalNanos(fee) ?? 0n) > FEE_CEILING_NANOS)
    .map(([name]) => ({ path: ["per_call_fees", name], message: "more than 10 USD per call" }));
  const factorNanos = readOptionalNanos(record.regional_multiplier) ?? 0n;
  const factor =
    factorNanos > FACTOR_CEILING_NANOS ? [{ path: ["regional_multiplier"], message: "a factor of more than 10" }] : [];
  return [...rates, ...fees, ...factor];
}

/** What the providers charge for their hosted tools, per call (OpenAI and Anthropic pricing pages). */
const PUBLISHED_FEES: Readonly<Record<Provider, PriceRecordShape["per_call_fees"]>> = {
  openai: {
    web_search: "0.01",
    web_search_low: null,
    web_search_high: null,
    file_search: "0.0025",
    code_interpreter: "0.03",
  },
  anthropic: {
    web_search: "0.01",
    web_search_low: null,
    web_search_high: null,
    file_search: null,
    code_interpreter: null,
  },
};

/** The domain's price of a checked record; its id says provider, model and period until a row gives it one. */
export function toPrice(record: PriceRecordInput): Price {
  const { provider, model, tiers, long_context: long, effective_from: from } = record;
  const fees = record.per_call_fees ?? PUBLISHED_FEES[provider];
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
    endpoints: record.endpoints ?? ENDPOINTS.filter((endpoint) => dialectOf(endpoint) === provider),
    tokenizer: record.tokenizer ?? newestTokenizer(provider),
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
