/**
 * What usage costs. Parts are exact rationals, summed, converted, and rounded once, half-up, to a nano-unit; the parts shown
 * are rounded so that they sum to that total. Used alike for settlements, estimates and the cost API (design: Money).
 */
import { add, compare, floor, multiply, ONE, rational, roundHalfUp, ZERO } from "./money.ts";
import type { Nanos, Rational } from "./money.ts";
import { countPromptTokens, isLongContext, offersTier, resolveFee, resolveRates } from "./price-rates.ts";
import type { EffectiveRates } from "./price-rates.ts";
import type { Price } from "./price.ts";
import { FEE_KINDS, TOKEN_CLASSES } from "./usage.ts";
import type { FeeKind, TokenBuckets, TokenClass, Usage } from "./usage.ts";

const TOKENS_PER_RATE = 1_000_000n;

/** One line of the bill: a token class at one rate, or the calls of one tool. */
export type CostLine =
  | {
      readonly unit: "tokens";
      readonly kind: TokenClass;
      readonly tokens: number;
      /** Nano-USD per million tokens after tier, region and multipliers; exact. */
      readonly rate: Rational;
    }
  | {
      readonly unit: "calls";
      readonly kind: FeeKind;
      readonly count: number;
      /** Nano-USD per call; exact. */
      readonly rate: Rational;
    };

/** A line with its cost in the currency of the total. */
export type CostPart = CostLine & { readonly costNanos: Nanos };

export interface PricedUsage {
  readonly outcome: "priced";
  /** The sum of the parts' costs. */
  readonly totalNanos: Nanos;
  /** Without parts that have no tokens and no calls. */
  readonly parts: readonly CostPart[];
  /**
   * What the price rests on: `contract_tier` and `tier_not_offered` (billed at list price), `fallback_model` (a pass ran on a
   * model without a price), `fee_unknown` (calls of a tool without a fee on this model).
   */
  readonly flags: readonly PricingFlag[];
}

export type PricingFlag = "contract_tier" | "tier_not_offered" | "fallback_model" | "fee_unknown";

/** No price for the model, and none for the requested one either. Never the same as zero. */
export interface UnpricedUsage {
  readonly outcome: "unpriced";
  readonly model: string | null;
}

/** The price of a model that the provider named; of the requested model for null. */
export type PriceOf = (model: string | null) => Price | null;

export interface PricingOptions {
  /** Units of the wallet's currency per 1 USD; absent: 1, the total is in USD. */
  readonly exchangeRate?: Rational;
}

/**
 * Prices usage: each pass at its own model's rates and its own prompt length, fees once and unscaled. A pass whose model has
 * no price falls back to the requested model's, flagged. Source of the rules: the providers' price pages.
 */
export function priceUsage(usage: Usage, priceOf: PriceOf, options: PricingOptions = {}): PricedUsage | UnpricedUsage {
  const flags = new Set<PricingFlag>();
  const passes: PricedPass[] = [];
  for (const { model, tokens } of usage.passes) {
    const own = priceOf(model);
    const price = own ?? (model === null ? null : priceOf(null));
    if (price === null) return { outcome: "unpriced", model };
    if (own === null) flags.add("fallback_model");
    if (usage.tier === "contract") flags.add("contract_tier");
    else if (!offersTier(price, usage.tier)) flags.add("tier_not_offered");
    const longContext = isLongContext(price, countPromptTokens(tokens));
    passes.push({ price, tokens, rates: resolveRates(price, { ...usage, longContext }) });
  }
  const feePrice = priceOf(null) ?? passes[0]?.price;
  const items = [...tokenItems(passes), ...(feePrice === undefined ? [] : feeItems(usage, feePrice, flags))];
  return { outcome: "priced", ...roundTogether(items, options.exchangeRate ?? ONE), flags: [...flags] };
}

interface PricedPass {
  readonly price: Price;
  readonly tokens: TokenBuckets;
  readonly rates: EffectiveRates;
}

/** A line with its exact cost, before conversion and rounding. */
interface CostItem {
  readonly line: CostLine;
  readonly usdNanos: Rational;
}

/** One item per token class and rate, in the order of the classes. */
function tokenItems(passes: readonly PricedPass[]): CostItem[] {
  return TOKEN_CLASSES.flatMap((kind) => {
    const tokensByRate: { readonly rate: Rational; readonly tokens: number }[] = [];
    for (const pass of passes) {
      const tokens = pass.tokens[kind];
      if (tokens === 0) continue;
      const rate = pass.rates[kind];
      const same = tokensByRate.findIndex((known) => compare(known.rate, rate) === 0);
      if (same === -1) tokensByRate.push({ rate, tokens });
      else tokensByRate[same] = { rate, tokens: tokens + (tokensByRate[same]?.tokens ?? 0) };
    }
    return tokensByRate.map(({ rate, tokens }) => ({
      line: { unit: "tokens" as const, kind, tokens, rate },
      usdNanos: multiply(rate, rational(BigInt(tokens), TOKENS_PER_RATE)),
    }));
  });
}

function feeItems({ calls, searchContextSize }: Usage, price: Price, flags: Set<PricingFlag>): CostItem[] {
  return FEE_KINDS.filter((kind) => calls[kind] > 0).map((kind) => {
    const feeNanos = resolveFee(price, kind, searchContextSize);
    if (feeNanos === null) flags.add("fee_unknown");
    const rate = rational(feeNanos ?? 0n);
    const count = calls[kind];
    return { line: { unit: "calls", kind, count, rate }, usdNanos: multiply(rate, rational(BigInt(count))) };
  });
}

/**
 * Rounds the sum once, half-up, and gives the parts what is left by largest remainder: each part is its exact cost rounded
 * down or up, and together they are the total.
 */
function roundTogether(items: readonly CostItem[], exchangeRate: Rational): Pick<PricedUsage, "totalNanos" | "parts"> {
  const exact = items.map(({ usdNanos }) => multiply(usdNanos, exchangeRate));
  const totalNanos = roundHalfUp(exact.reduce(add, ZERO));
  const costs = exact.map(floor);
  const byRemainder = exact
    .map((cost, index) => ({ index, remainder: add(cost, rational(-floor(cost))) }))
    .toSorted((a, b) => compare(b.remainder, a.remainder));
  let left = totalNanos - costs.reduce((sum, cost) => sum + cost, 0n);
  for (const { index } of byRemainder) {
    if (left === 0n) break;
    costs[index] = (costs[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return { totalNanos, parts: items.map(({ line }, index) => ({ ...line, costNanos: costs[index] ?? 0n })) };
}
