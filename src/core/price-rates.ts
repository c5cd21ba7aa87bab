/**
 * The rate that each token class has in a situation: base or long context, then the tier, then the region. Fees per call are
 * scaled by none of them. Source: the providers' price pages; where two effects meet, published figures win over factors.
 */
import { divide, multiply, ONE, rational, ZERO } from "./money.ts";
import type { Nanos, Rational } from "./money.ts";
import type { Price, TierRates } from "./price.ts";
import { TOKEN_CLASSES } from "./usage.ts";
import type { FeeKind, SearchContextSize, ServiceTier, TokenBuckets, TokenClass } from "./usage.ts";

export interface RateSituation {
  readonly tier: ServiceTier;
  /** The prompt has more tokens than the model's long-context threshold. */
  readonly longContext: boolean;
  readonly regional: boolean;
}

/** Nano-USD per million tokens, exact. Every class has a rate. */
export type EffectiveRates = Readonly<Record<TokenClass, Rational>>;

/** Every token class of the prompt; the rest is output. */
const INPUT_CLASSES = TOKEN_CLASSES.filter((tokenClass) => !isOutputClass(tokenClass));

function isOutputClass(tokenClass: TokenClass): tokenClass is "output" | "audioOutput" {
  return tokenClass === "output" || tokenClass === "audioOutput";
}

/** Tokens of the prompt, whether fresh, read from a cache or written to one: what long-context thresholds count. */
export function countPromptTokens(tokens: TokenBuckets): number {
  return INPUT_CLASSES.reduce((sum, tokenClass) => sum + tokens[tokenClass], 0);
}

/** Long context begins at strictly more than the threshold. */
export function isLongContext(price: Price, promptTokens: number): boolean {
  return price.longContext !== null && promptTokens > price.longContext.thresholdTokens;
}

/** A tier without rates of its own on this model is billed at list price. */
export function offersTier(price: Price, tier: ServiceTier): boolean {
  return tier === "standard" || (tier !== "contract" && price.tiers[tier] !== null);
}

/** The effective rate of every token class. A free model has zero rates, and nothing else has. */
export function resolveRates(price: Price, situation: RateSituation): EffectiveRates {
  const regional = situation.regional && price.regionalMultiplier !== null ? price.regionalMultiplier : ONE;
  const layers = rateLayers(price, situation);
  const rateOf = (tokenClass: TokenClass): Rational => {
    if (price.free) return ZERO;
    const multiplier = price.multipliers?.[tokenClass] ?? ONE;
    return multiply(multiply(rateInLayers(price, layers, tokenClass), regional), multiplier);
  };
  return {
    input: rateOf("input"),
    cachedInput: rateOf("cachedInput"),
    cacheWrite5m: rateOf("cacheWrite5m"),
    cacheWrite1h: rateOf("cacheWrite1h"),
    cacheWrite30m: rateOf("cacheWrite30m"),
    cacheWrite12h: rateOf("cacheWrite12h"),
    audioInput: rateOf("audioInput"),
    output: rateOf("output"),
    audioOutput: rateOf("audioOutput"),
  };
}

/** Published rates that replace those below them, and the factor for classes that they do not name. */
interface RateLayer {
  readonly published: TierRates;
  readonly factor: Rational;
}

/** From the base upwards. */
function rateLayers(price: Price, { tier, longContext }: RateSituation): readonly RateLayer[] {
  const long = longContext ? price.longContext : null;
  const layers: RateLayer[] = [];
  if (long !== null) layers.push(layerOver(long.rates, price.rates.input));
  const tierRates = tier === "standard" || tier === "contract" ? null : price.tiers[tier];
  if (tierRates === null) return layers;
  const tierLayer = layerOver(tierRates, price.rates.input);
  if (long === null) layers.push(tierLayer);
  else if (tier === "fast" && price.tiers.fastLongContext !== null) {
    layers.push(layerOver(price.tiers.fastLongContext, long.rates.input ?? price.rates.input));
  }
  // A tier's figures are for short requests: on a long one only its factor counts.
  else layers.push({ published: {}, factor: tierLayer.factor });
  return layers;
}

/** `inputBelow` is the input rate that the layer replaces. */
function layerOver(published: TierRates, inputBelow: bigint): RateLayer {
  const factor =
    published.input === undefined || inputBelow === 0n ? ONE : divide(rational(published.input), rational(inputBelow));
  return { published, factor };
}

/** A class that nothing here names is billed as its fallback class, never at zero. */
function rateInLayers(price: Price, layers: readonly RateLayer[], tokenClass: TokenClass): Rational {
  const fallback = isOutputClass(tokenClass) ? "output" : "input";
  const isNamed =
    price.rates[tokenClass] !== null || layers.some(({ published }) => published[tokenClass] !== undefined);
  const billedAs = isNamed ? tokenClass : fallback;
  return layers.reduce<Rational>(
    (below, { published, factor }) => {
      const rate = published[billedAs];
      return rate === undefined ? multiply(below, factor) : rational(rate);
    },
    rational(price.rates[billedAs] ?? price.rates[fallback]),
  );
}

/** Nano-USD per call of a hosted tool, by no tier or region scaled; null: the model has no such fee. */
export function resolveFee(price: Price, kind: FeeKind, size: SearchContextSize = "medium"): Nanos | null {
  if (price.free) return 0n;
  const bySize = kind === "webSearch" && size !== "medium" ? price.webSearchFeesBySizeNanos?.[size] : undefined;
  return bySize ?? price.feesNanos[kind];
}
