/**
 * What must be held before a request leaves: the worst case of what it can cost, and the output cap that goes with it.
 * The rates are those that settle the request (`price-rates.ts`), so what is held and what is charged cannot drift apart.
 */
import type { Endpoint } from "./endpoint.ts";
import { add, compare, divide, floor, multiply, rational, roundHalfUp, ZERO } from "./money.ts";
import type { Nanos, Rational } from "./money.ts";
import { isLongContext, offersTier, resolveFee, resolveRates } from "./price-rates.ts";
import type { EffectiveRates } from "./price-rates.ts";
import type { Price } from "./price.ts";
import type { RequestFacts } from "./request-facts.ts";
import { FEE_KINDS, SERVICE_TIERS } from "./usage.ts";
import type { CacheLifetime, FeeKind, ServiceTier, TokenClass } from "./usage.ts";
import type { WalletSettings } from "./wallet.ts";

/** Held and sent for a model whose own maximum nobody published (contract: Model traffic). */
const UNKNOWN_MODEL_OUTPUT_TOKENS = 32_768;

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
  const { price, facts, outputCapTokens } = request;
  const cap = rational(BigInt(outputCapTokens));
  const inputTokens = facts.inputTokens[price.tokenizer];
  return {
    holdNanos: pricesOf(request)
      .map((each) => holdTerms(each, request))
      .map(({ fixed, perOutputToken }) => roundHalfUp(add(fixed, multiply(perOutputToken, cap))))
      .reduce((highest, holdNanos) => (holdNanos > highest ? holdNanos : highest)),
    inputTokens,
    outputCapTokens,
    longContext: isLongContext(price, inputTokens),
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
 * The most tokens, in and out, of a request for which no money is held: by the cap that is sent, its own, or what the model
 * can give. `price` null: nobody knows the model, so the highest of the counts is taken.
 */
export function largestUse(price: Price | null, facts: RequestFacts, sendCapTokens: number | null): number {
  const { outputCapTokens, choices } = facts;
  return (
    largestInput(price, facts) +
    choices * (sendCapTokens ?? outputCapTokens ?? price?.maxOutputTokens ?? UNKNOWN_MODEL_OUTPUT_TOKENS)
  );
}

function largestInput(price: Price | null, { inputTokens }: RequestFacts): number {
  return price === null ? Math.max(...Object.values(inputTokens)) : inputTokens[price.tokenizer];
}

/**
 * The cap per choice that keeps a request without one within `tokenRoom`, what the rate limits leave. Null: it needs none, or
 * would get fewer than the organization's minimum, and is refused as it is.
 */
export function planRateCap(request: {
  readonly price: Price | null;
  readonly facts: RequestFacts;
  readonly tokenRoom: number | null;
  readonly minimumOutputTokens: number;
}): number | null {
  const { price, facts, tokenRoom, minimumOutputTokens } = request;
  if (tokenRoom === null || facts.outputCapTokens !== null) return null;
  const cap = Math.floor((tokenRoom - largestInput(price, facts)) / facts.choices);
  const isNeeded = cap < (price?.maxOutputTokens ?? Number.POSITIVE_INFINITY);
  return isNeeded && cap >= minimumOutputTokens ? cap : null;
}

function pricesOf({ price, fallbackPrices = [] }: QuoteRequest): readonly [Price, ...Price[]] {
  return [price, ...fallbackPrices];
}

/** What every target accepts; null when none of them has a published maximum. */
function smallestMaximum(prices: readonly Price[]): number | null {
  const maxima = prices.map((price) => price.maxOutputTokens).filter((tokens) => tokens !== null);
  return maxima.length === 0 ? null : Math.min(...maxima);
}

export type OutputCapSettings = Pick<
  WalletSettings,
  "defaultMaxOutputTokens" | "enforceDefaultMaxOutput" | "minimumOutputTokens" | "clamp"
>;

export interface OutputCapRequest extends QuoteRequest {
  readonly settings: OutputCapSettings;
  /** The caller asked to have its own cap lowered (`x-keeptrusts-clamp`). */
  readonly clampRequested: boolean;
  /** What the best funded source can still hold, in the wallet's currency. */
  readonly availableNanos: Nanos;
  /** The smallest output limit of the access policies that apply; it bounds a request without a cap. Null: none. */
  readonly policyLimitTokens?: number | null;
}

export type OutputCapPlan =
  | {
      readonly outcome: "covered";
      readonly quote: Quote;
      /** Per choice; what `quote` holds. */
      readonly holdCapTokens: number;
      /** The cap to write into the body; null: the body keeps what it has. */
      readonly sendCapTokens: number | null;
      /** The cap is lower than it would be with more money. */
      readonly clamped: boolean;
    }
  | {
      readonly outcome: "short";
      /** What would have to be available. */
      readonly quote: Quote;
      readonly holdCapTokens: number;
      readonly sendCapTokens: number | null;
      readonly affordableOutputTokens: number;
    };

/** Decides the output cap that is held and the one that is sent (contract: Model traffic, "No cap in the request"). */
export function planOutputCap(request: OutputCapRequest): OutputCapPlan {
  const { settings, facts, availableNanos } = request;
  const { holdCapTokens, sendCapTokens } = wantedCap(request);
  const quote = quoteHold({ ...request, outputCapTokens: holdCapTokens });
  if (quote.holdNanos <= availableNanos) {
    return { outcome: "covered", quote, holdCapTokens, sendCapTokens, clamped: false };
  }
  const affordable = affordableOutputTokens({ ...request, amountNanos: availableNanos });
  const lowest =
    facts.outputCapTokens === null
      ? settings.minimumOutputTokens
      : request.clampRequested || settings.clamp
        ? SMALLEST_CAP_TOKENS[facts.endpoint]
        : Number.POSITIVE_INFINITY;
  if (affordable < lowest) {
    return { outcome: "short", quote, holdCapTokens, sendCapTokens, affordableOutputTokens: affordable };
  }
  return {
    outcome: "covered",
    quote: quoteHold({ ...request, outputCapTokens: affordable }),
    holdCapTokens: affordable,
    sendCapTokens: affordable,
    clamped: true,
  };
}

/** The smallest cap that the endpoint accepts (OpenAI: `max_output_tokens` is at least 16). */
const SMALLEST_CAP_TOKENS: Readonly<Record<Endpoint, number>> = {
  "openai.chat": 1,
  "openai.responses": 16,
  "anthropic.messages": 1,
};

/** The caps before money is looked at. */
function wantedCap(request: OutputCapRequest): {
  readonly holdCapTokens: number;
  readonly sendCapTokens: number | null;
} {
  const { facts, settings, policyLimitTokens = null } = request;
  if (facts.outputCapTokens !== null) return { holdCapTokens: facts.outputCapTokens, sendCapTokens: null };
  const prices = pricesOf(request);
  const limits = [settings.defaultMaxOutputTokens, smallestMaximum(prices), policyLimitTokens];
  const known = limits.filter((tokens) => tokens !== null);
  if (known.length === 0) {
    return { holdCapTokens: UNKNOWN_MODEL_OUTPUT_TOKENS, sendCapTokens: UNKNOWN_MODEL_OUTPUT_TOKENS };
  }
  const cap = Math.min(...known);
  if (prices.every((price) => price.maxOutputTokens === cap)) return { holdCapTokens: cap, sendCapTokens: null };
  // Only the organization's own default may be held without being sent: everything else binds.
  const isOpen = cap === settings.defaultMaxOutputTokens && !settings.enforceDefaultMaxOutput;
  return { holdCapTokens: cap, sendCapTokens: isOpen && cap !== policyLimitTokens ? null : cap };
}

/** The hold as a line, in nano-units of the wallet's currency: `fixed + cap × perOutputToken`. */
interface HoldTerms {
  readonly fixed: Rational;
  readonly perOutputToken: Rational;
}

function holdTerms(price: Price, { facts, bufferBasisPoints, exchangeRate }: QuoteRequest): HoldTerms {
  const inputTokens = facts.inputTokens[price.tokenizer];
  const situations = rateSituations(price, facts, inputTokens);
  const input = dearest(situations, inputClassesOf(price, facts));
  const output = dearest(situations, outputClassesOf(facts));
  const scale = multiply(exchangeRate, rational(BASIS_POINTS + BigInt(bufferBasisPoints), BASIS_POINTS));
  const perToken = rational(1n, TOKENS_PER_RATE);
  const usdFixed = add(multiply(multiply(input, perToken), rational(BigInt(inputTokens))), boundFees(price, facts));
  const usdPerOutputToken = multiply(multiply(output, perToken), rational(BigInt(facts.choices)));
  return { fixed: multiply(usdFixed, scale), perOutputToken: multiply(usdPerOutputToken, scale) };
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
