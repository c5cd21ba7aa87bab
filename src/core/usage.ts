/**
 * What a provider says was used, normalized into disjoint buckets before pricing: OpenAI counts cached tokens inside the
 * input, Anthropic outside. Token counts are non-negative safe integers.
 */

/** Token classes that have a rate of their own. Each token of a pass is in exactly one. */
export const TOKEN_CLASSES = [
  "input",
  "cachedInput",
  "cacheWrite5m",
  "cacheWrite1h",
  "cacheWrite30m",
  "cacheWrite12h",
  "audioInput",
  "output",
  "audioOutput",
] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];

export type TokenBuckets = Readonly<Record<TokenClass, number>>;

export const EMPTY_BUCKETS: TokenBuckets = {
  input: 0,
  cachedInput: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheWrite30m: 0,
  cacheWrite12h: 0,
  audioInput: 0,
  output: 0,
  audioOutput: 0,
};

/** The lifetime of the cache entries that a request writes; it decides their rate. */
export type CacheLifetime = "5m" | "1h" | "30m" | "12h";

/** One run of a model. Anthropic's `usage.iterations` make several of them; everything else is one. */
export interface UsagePass {
  /** The model that ran, as the provider names it; null when the provider did not say. */
  readonly model: string | null;
  readonly tokens: TokenBuckets;
}

/** The tier that the provider really used. `contract` is committed capacity without a public price: list price, flagged. */
export const SERVICE_TIERS = ["standard", "batch", "flex", "fast", "contract"] as const;
export type ServiceTier = (typeof SERVICE_TIERS)[number];

/** Calls of hosted tools that have a fee of their own. */
export const FEE_KINDS = ["webSearch", "fileSearch", "codeInterpreter"] as const;
export type FeeKind = (typeof FEE_KINDS)[number];
export type CallCounts = Readonly<Record<FeeKind, number>>;

/** Some search models take a fee per request by the context size that was asked for. */
export const SEARCH_CONTEXT_SIZES = ["low", "medium", "high"] as const;
export type SearchContextSize = (typeof SEARCH_CONTEXT_SIZES)[number];

export const NO_CALLS: CallCounts = { webSearch: 0, fileSearch: 0, codeInterpreter: 0 };

export interface Usage {
  /** At least one. */
  readonly passes: readonly UsagePass[];
  readonly tier: ServiceTier;
  /** Served under a data-residency rule that has a surcharge (`inference_geo: "us"`, a regional host). */
  readonly regional: boolean;
  readonly calls: CallCounts;
  /** Absent: medium, the providers' default. */
  readonly searchContextSize?: SearchContextSize;
  /** Inside `output`; for information only. */
  readonly reasoningTokens: number;
  /** What was odd about the provider's object, such as `inconsistent_usage`. */
  readonly flags: readonly string[];
}

/** One pass of the requested model at list price, without calls: tokens and nothing else. */
export function plainUsage(tokens: Partial<TokenBuckets>): Usage {
  return {
    passes: [{ model: null, tokens: { ...EMPTY_BUCKETS, ...tokens } }],
    tier: "standard",
    regional: false,
    calls: NO_CALLS,
    reasoningTokens: 0,
    flags: [],
  };
}

/** Every token of every class and pass. */
export function totalTokens(usage: Usage): number {
  return usage.passes.reduce((sum, { tokens }) => TOKEN_CLASSES.reduce((part, name) => part + tokens[name], sum), 0);
}
