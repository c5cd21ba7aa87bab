/** Prices: rates per token class, tiers, long context, fees. Source of the rules: the providers' price pages. */
import type { Endpoint, Provider, Tokenizer } from "./endpoint.ts";
import type { Nanos, Rational } from "./money.ts";
import type { FeeKind, TokenClass } from "./usage.ts";

/** Nano-USD per million tokens: `"2.50"` USD per million is 2,500,000,000. */
export type RateNanos = bigint;

/** Null: the class has no rate of its own; it is then billed by its fallback class, never at zero. */
export type RateCard = Readonly<Record<TokenClass, RateNanos | null>> & {
  readonly input: RateNanos;
  readonly output: RateNanos;
};

/** The published rates of a tier; a class that is missing follows the tier's factor on the input rate. */
export type TierRates = Readonly<Partial<Record<TokenClass, RateNanos>>>;

export interface Price {
  readonly id: string;
  readonly provider: Provider;
  readonly model: string;
  readonly aliases: readonly string[];
  /** Inclusive; null is open. */
  readonly effectiveFromMs: number | null;
  /** Exclusive; null is open. */
  readonly effectiveToMs: number | null;
  readonly rates: RateCard;
  /** Applies to the whole request when its prompt has strictly more tokens than the threshold. */
  readonly longContext: { readonly thresholdTokens: number; readonly rates: TierRates } | null;
  readonly tiers: {
    readonly batch: TierRates | null;
    readonly flex: TierRates | null;
    readonly fast: TierRates | null;
    readonly fastLongContext: TierRates | null;
  };
  /** Factor on every token class for regional processing; null: none. */
  readonly regionalMultiplier: Rational | null;
  /** Exact factors of declared pricing: cost = tokens × multiplier × rate. A class that is missing has 1. */
  readonly multipliers?: Readonly<Partial<Record<TokenClass, Rational>>>;
  /** Nano-USD per call; never scaled by tier or region. Null: this tool has no fee here. */
  readonly feesNanos: Readonly<Record<FeeKind, Nanos | null>>;
  /** Web search priced by the request's search context size; `feesNanos.webSearch` is then the medium one. */
  readonly webSearchFeesBySizeNanos?: Readonly<Record<"low" | "high", Nanos>>;
  readonly maxOutputTokens: number | null;
  readonly contextWindowTokens: number | null;
  readonly endpoints: readonly Endpoint[];
  readonly tokenizer: Tokenizer;
  readonly tags: readonly string[];
  /** The only way in which a model costs nothing. */
  readonly free: boolean;
}
