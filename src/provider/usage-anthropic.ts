/**
 * Anthropic usage objects. `input_tokens` excludes what was read from and written to the cache; thinking is inside the
 * output; `iterations`, when there are any, replace the top-level counters (anthropic-sdk-typescript `Usage`, `BetaUsage`;
 * Anthropic, compaction).
 */
import { EMPTY_BUCKETS, type ServiceTier, type TokenBuckets, type Usage, type UsagePass } from "../core/usage.ts";
import type { UsageContext } from "./adapter.ts";
import { isObject, listOf, member, textOf, type JsonObject } from "./json-value.ts";
import { contextCalls, CounterReader, flagUnknownCounters, INCONSISTENT_USAGE } from "./usage-counter.ts";

/** The flag of code that ran in a container: free beside web search and fetch, else by the hour, which usage does not count. */
const CONTAINER_TIME_UNMETERED = "container_time_unmetered";

/** Counters that are priced, are inside of one that is, or are free. */
const KNOWN_COUNTERS: ReadonlySet<string> = new Set([
  "input_tokens",
  "cache_creation_input_tokens",
  "cache_read_input_tokens",
  "ephemeral_5m_input_tokens",
  "ephemeral_1h_input_tokens",
  "output_tokens",
  "thinking_tokens",
  "web_search_requests",
  "web_fetch_requests",
]);

export function normalizeMessagesUsage(usage: unknown, context: UsageContext): Usage | null {
  if (!isObject(usage)) return null;
  const reader = new CounterReader();
  const flags: string[] = [];
  const passes = passesOf(usage, context, reader, flags);
  const searches = member(usage["server_tool_use"], "web_search_requests") ?? null;
  const calls = contextCalls(context);
  const webSearch = searches === null ? calls.webSearch : reader.required(searches);
  const fetches = reader.optional(member(usage["server_tool_use"], "web_fetch_requests"));
  if (context.containerRan === true && webSearch === 0 && fetches === 0) flags.push(CONTAINER_TIME_UNMETERED);
  const thinking = reader.optional(member(usage["output_tokens_details"], "thinking_tokens"));
  if (!reader.usable) return null;
  flagUnknownCounters(usage, KNOWN_COUNTERS, flags);
  return {
    passes,
    tier: tierOf(usage, context, flags),
    regional: regionOf(usage, context),
    calls: { ...calls, webSearch },
    reasoningTokens: thinking,
    flags: [...new Set(flags)],
  };
}

/** One pass per iteration with its own model (an advisor, a fallback), else one pass from the top-level counters. */
function passesOf(
  usage: JsonObject,
  context: UsageContext,
  reader: CounterReader,
  flags: string[],
): readonly UsagePass[] {
  const model = context.model ?? null;
  const iterations = listOf(usage["iterations"]);
  if (iterations.length === 0) return [{ model, tokens: bucketsOf(usage, context, reader, flags) }];
  return iterations.map((iteration) => ({
    model: textOf(member(iteration, "model")) ?? model,
    tokens: bucketsOf(isObject(iteration) ? iteration : {}, context, reader, flags),
  }));
}

/**
 * A missing split of cache writes is billed at the lifetime that the request asked for, else at five minutes. A split that
 * leaves tokens over bills the parts, and the remainder at five minutes.
 */
function bucketsOf(counters: JsonObject, context: UsageContext, reader: CounterReader, flags: string[]): TokenBuckets {
  const written = reader.optional(counters["cache_creation_input_tokens"]);
  const split = counters["cache_creation"];
  const fiveMinutes = reader.optional(member(split, "ephemeral_5m_input_tokens"));
  const oneHour = reader.optional(member(split, "ephemeral_1h_input_tokens"));
  const unsplit = written - fiveMinutes - oneHour;
  const splitGiven =
    (member(split, "ephemeral_5m_input_tokens") ?? member(split, "ephemeral_1h_input_tokens") ?? null) !== null;
  if (splitGiven && unsplit !== 0) flags.push(INCONSISTENT_USAGE);
  const rest = Math.max(0, unsplit);
  const restLivesAnHour = !splitGiven && context.cacheLifetime === "1h";
  return {
    ...EMPTY_BUCKETS,
    input: reader.required(counters["input_tokens"]),
    cachedInput: reader.optional(counters["cache_read_input_tokens"]),
    cacheWrite5m: fiveMinutes + (restLivesAnHour ? 0 : rest),
    cacheWrite1h: oneHour + (restLivesAnHour ? rest : 0),
    output: reader.required(counters["output_tokens"]),
  };
}

/** `speed` chooses the fast rates; `priority` is committed capacity without a public price. */
function tierOf(usage: JsonObject, context: UsageContext, flags: string[]): ServiceTier {
  const speed = textOf(usage["speed"]);
  if (speed === "fast" || (speed === null && context.requestedTier === "fast")) return "fast";
  const tier = textOf(usage["service_tier"]) ?? context.serviceTier ?? "standard";
  if (tier === "batch") return "batch";
  if (tier === "priority") return "contract";
  if (tier !== "standard") flags.push("unknown_service_tier");
  return "standard";
}

/** Only `us` has a surcharge. What the usage object says, null included, wins over what was asked for. */
function regionOf(usage: JsonObject, context: UsageContext): boolean {
  const geography = usage["inference_geo"];
  return geography === undefined ? (context.regional ?? false) : geography === "us";
}
