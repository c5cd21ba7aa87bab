/** The price that a gateway's configuration declares for a model (contract: Prices and spend). */
import { endpointsOf, newestTokenizer } from "./endpoint.ts";
import type { Provider } from "./endpoint.ts";
import type { DeclaredPricing } from "./gateway-config.ts";
import { multiply, ONE, rational, roundHalfUp } from "./money.ts";
import type { Price, RateNanos } from "./price.ts";
import type { TokenClass } from "./usage.ts";

/** What stands for the model of a declared price that is the same for whatever is asked for. */
export const ANY_MODEL = "*";

/** The same price to the eye: each rate times its multiplier, to the nano-dollar. Nothing is billed by it. */
export function showMultiplied(price: Price): Price {
  const { rates, multipliers } = price;
  if (multipliers === undefined) return price;
  const multiplied = (tokenClass: TokenClass, rateNanos: RateNanos): RateNanos =>
    roundHalfUp(multiply(rational(rateNanos), multipliers[tokenClass] ?? ONE));
  return {
    ...price,
    rates: {
      ...rates,
      input: multiplied("input", rates.input),
      cachedInput: multiplied("cachedInput", rates.cachedInput ?? rates.input),
      output: multiplied("output", rates.output),
    },
  };
}

/**
 * Contract rates in the place of list prices: one rate each for input, cached input and output, without tiers, long context or
 * region. What a declaration cannot say (fees per call, limits, vocabulary, tags) is that of `listed`, the model in the price
 * book; null: it has no such model. Cache writes and audio are billed as input and output, by their multipliers.
 */
export function declarePrice(
  pricing: DeclaredPricing,
  of: { readonly id: string; readonly provider: Provider; readonly model: string; readonly aliases: readonly string[] },
  listed: Price | null,
): Price {
  const { inputNanos, cachedInputNanos, outputNanos, inputMultiplier, cachedInputMultiplier, outputMultiplier } =
    pricing;
  const free = [inputNanos, cachedInputNanos ?? 0n, outputNanos].every((rate) => rate === 0n);
  return {
    id: of.id,
    provider: of.provider,
    model: listed?.model ?? of.model,
    aliases: [...new Set([of.model, ...of.aliases, ...(listed?.aliases ?? [])])],
    effectiveFromMs: null,
    effectiveToMs: null,
    rates: {
      input: inputNanos,
      cachedInput: cachedInputNanos,
      cacheWrite5m: null,
      cacheWrite1h: null,
      cacheWrite30m: null,
      cacheWrite12h: null,
      audioInput: null,
      output: outputNanos,
      audioOutput: null,
    },
    longContext: null,
    tiers: { batch: null, flex: null, fast: null, fastLongContext: null },
    regionalMultiplier: null,
    multipliers: {
      input: inputMultiplier,
      cachedInput: cachedInputMultiplier,
      cacheWrite5m: inputMultiplier,
      cacheWrite1h: inputMultiplier,
      cacheWrite30m: inputMultiplier,
      cacheWrite12h: inputMultiplier,
      audioInput: inputMultiplier,
      output: outputMultiplier,
      audioOutput: outputMultiplier,
    },
    feesNanos: listed?.feesNanos ?? { webSearch: null, fileSearch: null, codeInterpreter: null },
    ...(listed?.webSearchFeesBySizeNanos === undefined
      ? {}
      : { webSearchFeesBySizeNanos: listed.webSearchFeesBySizeNanos }),
    maxOutputTokens: listed?.maxOutputTokens ?? null,
    contextWindowTokens: listed?.contextWindowTokens ?? null,
    endpoints: endpointsOf(of.provider),
    tokenizer: listed?.tokenizer ?? newestTokenizer(of.provider),
    tags: listed?.tags ?? [],
    free,
  };
}
