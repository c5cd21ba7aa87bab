/**
 * What must be held before a request leaves: the worst case of what it can cost, and the output cap that goes with it.
 * The rates are those that settle the request (`price-rates.ts`), so what is held and what is charged cannot drift apart.
 */
import { add, compare, divide, floor, multiply, rational, roundHalfUp, ZERO } from "./money.ts";
import type { Nanos, Rational } from "./money.ts";
import { isLongContext, offersTier, resolveFee, resolveRates } from "./price-rates.ts";
import type { EffectiveRates } from "./price-rates.ts";
import type { Price } from "./price.ts";
import type { RequestFacts } from "./request-facts.ts";
import { FEE_KINDS, SERVICE_TIERS } from "./usage.ts";
import type { CacheLifetime, FeeKind, ServiceTier, TokenClass } from "./usage.ts";

/** Held and sent for a model whose own maximum nobody published (contract: Model traffic). */
export const UNKNOWN_MODEL_OUTPUT_TOKENS = 32_768;

const TOKENS_PER_RATE = 1_000_000n;
const BASIS_POINTS = 10_000n;

export interface QuoteRequest {
  readonly price: Price;
  /** Prices of the targets to fall back to: the hold covers the dearest. */
  readonly fallbackPrices?: readonly Price[];
  readonly facts: RequestFacts;
  /** 2,000 is 20 %. */
  readonly bufferBasisPoints: number;
  /** Units of the wallet's currency per 1 USD. */
  readonly exchangeRate: Rational;
}

export interface Quote {
  /** In the wallet's currency, buffer included, rounded once, half-up. */
  readonly holdNanos: Nanos;
  /** By the vocabulary that counts most, of those of the prices. */
  readonly inputTokens: number;
  /** Per choice. */
  readonly outputCapTokens: number;
  readonly longContext: boolean;
}

/**
 * (input × dearest input rate that can apply + cap × choices × dearest output rate + fees) × (100 + buffer) %, half-up.
 * `outputCapTokens` is per choice. (Contract: Gateway API.)
 */
export function quoteHold(request: QuoteRequest & { readonly outputCapTokens: number }): Quote {
  const { facts, outputCapTokens } = request;
  const cap = rational(BigInt(outputCapTokens));
  const prices = pricesOf(request);
  return {
    holdNanos: prices
      .map((price) => holdTerms(price, request))
      .map(({ fixed, perOutputToken }) => roundHalfUp(add(fixed, multiply(perOutputToken, cap))))
      .reduce((highest, holdNanos) => (holdNanos > highest ? holdNanos : highest)),
    inputTokens: largestInput(prices, facts),
    outputCapTokens,
    longContext: prices.some((price) => isLongContext(price, facts.inputTokens[price.tokenizer])),
  };
}

/**
 * The largest cap per choice whose hold is at most `amountNanos`: the exact inverse of `quoteHold`, at most the model's
 * maximum (or the caller's own cap, where that is higher). 0 also when the amount does not even cover the input.
 */
export function affordableOutputTokens(request: QuoteRequest & { readonly amountNanos: Nanos }): number {
  const highest = Math.max(
    smallestMaximum(pricesOf(request)) ?? UNKNOWN_MODEL_OUTPUT_TOKENS,
    request.facts.outputCapTokens ?? 0,
  );
  const affordable = pricesOf(request).map((price) => largestCap(holdTerms(price, request), request.amountNanos));
  return Math.min(highest, ...affordable);
}

/** round(fixed + cap × rate) ≤ amount  ⇔  cap × rate < amount + ½ − fixed */
function largestCap({ fixed, perOutputToken }: HoldTerms, amountNanos: Nanos): number {
  const room = add(rational(2n * amountNanos + 1n, 2n), { ...fixed, numerator: -fixed.numerator });
  if (compare(room, ZERO) <= 0) return 0;
  if (compare(perOutputToken, ZERO) === 0) return Number.POSITIVE_INFINITY;
  const quotient = divide(room, perOutputToken);
  const below = floor(quotient);
  return Number(below * quotient.denominator === quotient.numerator ? below - 1n : below);
}

/**
 * The most tokens, in and out, of a request for which no money is held: by the cap that is sent, its own, or what the models of
 * its targets can give. Of a target without a price nobody knows the model, so the highest of the counts is taken.
 */
export function largestUse(
  prices: readonly (Price | null)[],
  facts: RequestFacts,
  sendCapTokens: number | null,
): number {
  const { outputCapTokens, choices } = facts;
  const most = Math.max(...prices.map((price) => price?.maxOutputTokens ?? UNKNOWN_MODEL_OUTPUT_TOKENS));
  return largestInput(prices, facts) + choices * (sendCapTokens ?? outputCapTokens ?? most);
}

/** Of the vocabularies of the prices the count that is highest; of a target without a price, of all. */
export function largestInput(prices: readonly (Price | null)[], { inputTokens }: RequestFacts): number {
  return Math.max(
    ...prices.flatMap((price) => (price === null ? Object.values(inputTokens) : [inputTokens[price.tokenizer]])),
  );
}

export function pricesOf({
  price,
  fallbackPrices = [],
}: Pick<QuoteRequest, "price" | "fallbackPrices">): readonly [Price, ...Price[]] {
  return [price, ...fallbackPrices];
}

/** What every target accepts; null when none of them has a published maximum. */
export function smallestMaximum(prices: readonly Price[]): number | null {
  const maxima = prices.map((price) => price.maxOutputTokens).filter((tokens) => tokens !== null);
  return maxima.length === 0 ? null : Math.min(...maxima);
}

/** The hold as a line, in nano-units of the wallet's currency: `fixed + cap × perOutputToken`. */
interface HoldTerms {
  readonly fixed: Rational;
  readonly perOutputToken: Rational;
}

function holdTerms(price: Price, { facts, bufferBasisPoints, exchangeRate }: QuoteRequest): HoldTerms {
  const { prompt, fees, perOutputToken } = dearestTerms(price, facts);
  const scale = multiply(exchangeRate, rational(BASIS_POINTS + BigInt(bufferBasisPoints), BASIS_POINTS));
  return { fixed: multiply(add(prompt, fees), scale), perOutputToken: multiply(perOutputToken, scale) };
}

/** What the parts of a request cost at the dearest rates that can apply, in nano-USD, exact. */
export interface DearestTerms {
  readonly prompt: Rational;
  readonly fees: Rational;
  /** Of every choice together, for one more token of each. */
  readonly perOutputToken: Rational;
}

export function dearestTerms(price: Price, facts: RequestFacts): DearestTerms {
  const inputTokens = facts.inputTokens[price.tokenizer];
  const situations = rateSituations(price, facts, inputTokens);
  const input = dearest(situations, inputClassesOf(price, facts));
  const output = dearest(situations, outputClassesOf(facts));
  return {
    prompt: multiply(input, rational(BigInt(inputTokens), TOKENS_PER_RATE)),
    fees: boundFees(price, facts),
    perOutputToken: multiply(output, rational(BigInt(facts.choices), TOKENS_PER_RATE)),
  };
}

/** The rates of every situation in which the request may be billed. A long estimate may still turn out short. */
function rateSituations(price: Price, facts: RequestFacts, inputTokens: number): readonly EffectiveRates[] {
  const lengths = isLongContext(price, inputTokens) ? [false, true] : [false];
  return servableTiers(price, facts).flatMap((tier) =>
    lengths.map((longContext) => resolveRates(price, { tier, longContext, regional: facts.regional })),
  );
}

function servableTiers(price: Price, { requestedTier }: RequestFacts): readonly ServiceTier[] {
  return requestedTier === "auto" ? SERVICE_TIERS.filter((tier) => offersTier(price, tier)) : [requestedTier];
}

/** A request that asks for the longer lifetime may write with the shorter one too. */
const WRITE_CLASSES: Readonly<Record<CacheLifetime | "none", readonly TokenClass[]>> = {
  none: [],
  "5m": ["cacheWrite5m"],
  "1h": ["cacheWrite5m", "cacheWrite1h"],
  "30m": ["cacheWrite30m"],
  "12h": ["cacheWrite30m", "cacheWrite12h"],
};

const DEFAULT_LIFETIME = { openai: "30m", anthropic: "5m" } as const;

function inputClassesOf(price: Price, { cacheWrite, audioInput }: RequestFacts): readonly TokenClass[] {
  const lifetime = cacheWrite === "automatic" ? DEFAULT_LIFETIME[price.provider] : cacheWrite;
  const classes: readonly TokenClass[] = ["input", "cachedInput", ...WRITE_CLASSES[lifetime]];
  return audioInput === false ? classes : [...classes, "audioInput"];
}

function outputClassesOf({ audioOutput }: RequestFacts): readonly TokenClass[] {
  return audioOutput === false ? ["output"] : ["output", "audioOutput"];
}

function dearest(situations: readonly EffectiveRates[], classes: readonly TokenClass[]): Rational {
  return situations
    .flatMap((rates) => classes.map((tokenClass) => rates[tokenClass]))
    .reduce((highest, rate) => (compare(rate, highest) > 0 ? rate : highest), ZERO);
}

/** Calls at their upper bounds, in nano-USD. */
function boundFees(price: Price, { calls, searchContextSize }: RequestFacts): Rational {
  const feeNanos = (kind: FeeKind): Nanos => resolveFee(price, kind, searchContextSize) ?? 0n;
  return rational(FEE_KINDS.reduce((sum, kind) => sum + BigInt(calls[kind]) * feeNanos(kind), 0n));
}
