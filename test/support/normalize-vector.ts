/**
 * Reads the providers' usage objects of the pricing vectors. Written apart from `src/provider`, so that a mistake in the
 * product's own reader and one here do not hide each other.
 */
import type { ServiceTier, TokenBuckets, Usage, UsagePass } from "../../src/core/usage.ts";
import { EMPTY_BUCKETS } from "../../src/core/usage.ts";

type Counters = { readonly [name: string]: unknown };

export interface VectorContext {
  readonly at?: string;
  readonly service_tier?: string;
  readonly web_search_calls?: number;
  readonly file_search_calls?: number;
  readonly cache_ttl?: string;
  readonly regional?: boolean;
}

const TIERS: Readonly<Record<string, ServiceTier>> = {
  priority: "fast",
  fast: "fast",
  flex: "flex",
  batch: "batch",
  scale: "contract",
};

export function normalizeVector(endpoint: string, usage: Counters, context: VectorContext): Usage {
  const anthropic = endpoint === "anthropic.messages";
  const iterations = Array.isArray(usage["iterations"]) ? usage["iterations"].filter(isCounters) : [];
  const passes: UsagePass[] = (iterations.length > 0 ? iterations : [usage]).map((pass) => ({
    model: typeof pass["model"] === "string" ? pass["model"] : null,
    tokens: anthropic ? anthropicBuckets(pass, context) : openaiBuckets(endpoint, pass, context),
  }));
  return {
    passes,
    tier: anthropic ? anthropicTier(usage) : (TIERS[context.service_tier ?? ""] ?? "standard"),
    regional: context.regional === true || usage["inference_geo"] === "us",
    calls: {
      webSearch: (context.web_search_calls ?? 0) + count(part(usage, "server_tool_use"), "web_search_requests"),
      fileSearch: context.file_search_calls ?? 0,
      codeInterpreter: 0,
    },
    reasoningTokens: 0,
    flags: [],
  };
}

function anthropicTier(usage: Counters): ServiceTier {
  if (usage["speed"] === "fast") return "fast";
  return usage["service_tier"] === "batch" ? "batch" : usage["service_tier"] === "priority" ? "contract" : "standard";
}

function anthropicBuckets(usage: Counters, context: VectorContext): TokenBuckets {
  const written = count(usage, "cache_creation_input_tokens");
  const split = part(usage, "cache_creation");
  const known = split["ephemeral_1h_input_tokens"] !== undefined;
  const oneHour = known ? count(split, "ephemeral_1h_input_tokens") : context.cache_ttl === "1h" ? written : 0;
  return {
    ...EMPTY_BUCKETS,
    input: count(usage, "input_tokens"),
    cachedInput: count(usage, "cache_read_input_tokens"),
    cacheWrite1h: oneHour,
    cacheWrite5m: written - oneHour,
    output: count(usage, "output_tokens"),
  };
}

function openaiBuckets(endpoint: string, usage: Counters, context: VectorContext): TokenBuckets {
  const [side, other] = endpoint === "openai.chat" ? ["prompt", "completion"] : ["input", "output"];
  const inputDetails = part(usage, `${side}_tokens_details`);
  const audioInput = count(inputDetails, "audio_tokens");
  const audioOutput = count(part(usage, `${other}_tokens_details`), "audio_tokens");
  const cachedInput = count(inputDetails, "cached_tokens");
  const written = count(inputDetails, "cache_write_tokens");
  return {
    ...EMPTY_BUCKETS,
    input: count(usage, `${side}_tokens`) - cachedInput - written - audioInput,
    cachedInput,
    [context.cache_ttl === "12h" ? "cacheWrite12h" : "cacheWrite30m"]: written,
    audioInput,
    output: count(usage, `${other}_tokens`) - audioOutput,
    audioOutput,
  };
}

function isCounters(value: unknown): value is Counters {
  return typeof value === "object" && value !== null;
}

function part(usage: Counters, name: string): Counters {
  const value = usage[name];
  return isCounters(value) ? value : {};
}

function count(usage: Counters, name: string): number {
  const value = usage[name];
  return typeof value === "number" ? value : 0;
}
