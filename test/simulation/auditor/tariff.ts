/** What usage costs, worked out from the price records as they are on the wire. Source of the rules: the contract's prices. */
import type { Usage } from "../../../src/core/usage.ts";
import type { PriceFields, PriceRow, RateFields } from "../records.ts";
import { decimal, nearest, NOTHING, plus, ratio, roundedDown, roundedUp, times, whole } from "./fractions.ts";
import type { Fraction } from "./fractions.ts";

export type Bucket = keyof Usage["passes"][number]["tokens"];
export type Tool = keyof Usage["calls"];
export type Tier = Usage["tier"];

const FIELD_OF = {
  input: "input_price_per_million",
  cachedInput: "cached_input_price_per_million",
  cacheWrite5m: "cache_write_5m_price_per_million",
  cacheWrite1h: "cache_write_1h_price_per_million",
  cacheWrite30m: "cache_write_30m_price_per_million",
  cacheWrite12h: "cache_write_12h_price_per_million",
  audioInput: "audio_input_price_per_million",
  output: "output_price_per_million",
  audioOutput: "audio_output_price_per_million",
} as const satisfies Record<Bucket, keyof RateFields>;

export const BUCKETS: readonly Bucket[] = [
  "input",
  "cachedInput",
  "cacheWrite5m",
  "cacheWrite1h",
  "cacheWrite30m",
  "cacheWrite12h",
  "audioInput",
  "output",
  "audioOutput",
];

const COLUMN_OF = {
  input: "input",
  audioInput: "input",
  cachedInput: "cached_input",
  cacheWrite5m: "cache_write",
  cacheWrite1h: "cache_write",
  cacheWrite30m: "cache_write",
  cacheWrite12h: "cache_write",
  output: "output",
  audioOutput: "output",
} as const satisfies Record<Bucket, string>;

export type Column = "input" | "cached_input" | "cache_write" | "output" | "fees";
export const COLUMNS: readonly Column[] = ["input", "cached_input", "cache_write", "output", "fees"];

const TOOLS: readonly Tool[] = ["webSearch", "fileSearch", "codeInterpreter"];

/** The listing in force, by exact name: one's own name goes before an alias, and the youngest period before older ones. */
export function findListing(list: readonly PriceRow[], name: string, provider: string, atMs: number): PriceRow | null {
  let best: PriceRow | null = null;
  for (const row of list) {
    if (row.fields.provider !== provider || !isNamed(row, name)) continue;
    if ((row.fromMs !== null && row.fromMs > atMs) || (row.toMs !== null && row.toMs <= atMs)) continue;
    if (best === null || rank(row, name) > rank(best, name)) best = row;
  }
  return best;
}

/** What a name has ever stood for: a model does not end with its price. */
export function findEver(list: readonly PriceRow[], name: string, provider: string): PriceRow | null {
  let best: PriceRow | null = null;
  for (const row of list) {
    if (row.fields.provider !== provider || !isNamed(row, name)) continue;
    if (best === null || rank(row, name) >= rank(best, name)) best = row;
  }
  return best;
}

export function isNamed({ fields }: PriceRow, name: string): boolean {
  return fields.model === name || (fields.aliases ?? []).includes(name);
}

function rank(row: PriceRow, name: string): number {
  return (row.fields.model === name ? 1e15 : 0) + (row.fromMs ?? -1);
}

export interface Conditions {
  readonly tier: Tier;
  readonly long: boolean;
  readonly regional: boolean;
}

/** Nano-USD for one token. */
export function tokenRate(fields: PriceFields, conditions: Conditions, bucket: Bucket): Fraction {
  if (fields.free === true) return NOTHING;
  const levels = levelsOf(fields, conditions);
  const isPriced = [fields, ...levels.map(({ rates }) => rates)].some((rates) => rates[FIELD_OF[bucket]] !== undefined);
  const billed = isPriced ? bucket : substituteOf(bucket);
  let perMillion = decimal(fields[FIELD_OF[billed]] ?? fields[FIELD_OF[substituteOf(bucket)]] ?? "0");
  for (const { rates, share } of levels) {
    const own = rates[FIELD_OF[billed]];
    perMillion = own === undefined ? times(perMillion, share) : decimal(own);
  }
  const region = conditions.regional && fields.regional_multiplier !== undefined ? fields.regional_multiplier : "1";
  return times(perMillion, decimal(region), whole(1_000));
}

/** A rate that nobody published is that of plain input or output. */
function substituteOf(bucket: Bucket): Bucket {
  return bucket === "output" || bucket === "audioOutput" ? "output" : "input";
}

interface Level {
  readonly rates: RateFields;
  /** What rates that it does not name are multiplied by. */
  readonly share: Fraction;
}

function levelsOf(fields: PriceFields, { tier, long }: Conditions): readonly Level[] {
  const levels: Level[] = [];
  const longRates = long ? fields.long_context : undefined;
  if (longRates !== undefined) levels.push(levelOf(longRates, fields));
  const tierRates = tier === "standard" || tier === "contract" ? undefined : fields.tiers?.[tier];
  if (tierRates === undefined) return levels;
  if (longRates === undefined) levels.push(levelOf(tierRates, fields));
  else if (tier === "fast" && fields.tiers?.fast_long_context !== undefined) {
    levels.push(levelOf(fields.tiers.fast_long_context, { ...fields, ...longRates }));
  } else levels.push({ rates: {}, share: levelOf(tierRates, fields).share });
  return levels;
}

function levelOf(rates: RateFields, below: RateFields): Level {
  const own = rates.input_price_per_million;
  const former = below.input_price_per_million;
  return { rates, share: own === undefined || former === undefined ? whole(1) : ratio(decimal(own), decimal(former)) };
}

/** Nano-USD for one call; null: the record names no fee. */
export function callFee(fields: PriceFields, tool: Tool, size: Usage["searchContextSize"]): Fraction | null {
  if (fields.free === true) return NOTHING;
  const fees = fields.per_call_fees ?? {};
  const webSearch = size === "low" ? fees.web_search_low : size === "high" ? fees.web_search_high : undefined;
  const text = {
    webSearch: webSearch ?? fees.web_search,
    fileSearch: fees.file_search,
    codeInterpreter: fees.code_interpreter,
  }[tool];
  return text === undefined ? null : times(decimal(text), whole(1_000_000_000));
}

export interface Bill {
  readonly totalNanos: bigint;
  /** Between what and what a column of the log may be: each of its parts is rounded down or up. */
  readonly columns: Readonly<Record<Column, readonly [least: bigint, most: bigint]>>;
  readonly flags: readonly string[];
}

/** The bill of usage at a price; null when a model that ran has none. `priceOf(null)` is the requested model's. */
export function billFor(
  usage: Usage,
  priceOf: (model: string | null) => PriceFields | null,
  exchangeRate: Fraction,
): Bill | null {
  const flags: string[] = [];
  const columns = {
    input: range(),
    cached_input: range(),
    cache_write: range(),
    output: range(),
    fees: range(),
  } satisfies Record<Column, [bigint, bigint]>;
  let exact = NOTHING;
  const add = (column: Column, usdNanos: Fraction): void => {
    const cost = times(usdNanos, exchangeRate);
    exact = plus(exact, cost);
    columns[column][0] += roundedDown(cost);
    columns[column][1] += roundedUp(cost);
  };
  let first: PriceFields | null = null;
  for (const { model, tokens } of usage.passes) {
    const own = priceOf(model);
    const fields = own ?? priceOf(null);
    if (fields === null) return null;
    first ??= fields;
    if (own === null) flags.push("fallback_model");
    if (usage.tier === "contract") flags.push("contract_tier");
    else if (usage.tier !== "standard" && fields.tiers?.[usage.tier] === undefined) flags.push("tier_not_offered");
    const long = isLong(fields, promptTokens(tokens));
    for (const bucket of BUCKETS) {
      const count = tokens[bucket];
      const rate = tokenRate(fields, { tier: usage.tier, regional: usage.regional, long }, bucket);
      if (count > 0) add(COLUMN_OF[bucket], times(rate, whole(count)));
    }
  }
  const feeFields = priceOf(null) ?? first;
  for (const tool of TOOLS) {
    const count = usage.calls[tool];
    if (count === 0 || feeFields === null) continue;
    const fee = callFee(feeFields, tool, usage.searchContextSize);
    if (fee === null) flags.push("fee_unknown");
    else add("fees", times(fee, whole(count)));
  }
  return { totalNanos: nearest(exact), columns, flags };
}

function range(): [bigint, bigint] {
  return [0n, 0n];
}

export function promptTokens(tokens: Usage["passes"][number]["tokens"]): number {
  let sum = 0;
  for (const bucket of BUCKETS) if (substituteOf(bucket) === "input") sum += tokens[bucket];
  return sum;
}

export function isLong(fields: PriceFields, tokens: number): boolean {
  return fields.long_context !== undefined && tokens > fields.long_context.threshold_tokens;
}
