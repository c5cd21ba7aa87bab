/** Request fields that bound or shift cost and that more than one endpoint has. */
import type { RequestedTier } from "../core/request-facts.ts";
import type { CacheLifetime } from "../core/usage.ts";
import { isObject, textOf } from "./json-value.ts";
import type { FieldReader } from "./read-body.ts";

/** Paid hosted calls that a request may cause when it sets no bound of its own (`max_tool_calls`, `max_uses`). */
export const UNBOUNDED_TOOL_CALLS = 10;

/** OpenAI's `service_tier`. Absent means the project's default, which the operator of the pooled key leaves at standard. */
const OPENAI_TIERS = {
  auto: "auto",
  default: "standard",
  flex: "flex",
  priority: "fast",
  fast: "fast",
  scale: "contract",
} as const satisfies Readonly<Record<string, RequestedTier>>;

const OPENAI_TIER_NAMES = ["auto", "default", "flex", "priority", "fast", "scale"] as const;

/** Refuses tiers without a published price, such as `ultrafast`: what has no price cannot be held. */
export function readOpenaiTier(fields: FieldReader): RequestedTier {
  const tier = fields.choice("service_tier", OPENAI_TIER_NAMES);
  return tier === null ? "standard" : OPENAI_TIERS[tier];
}

/** `prompt_cache_options.ttl`: OpenAI writes to its cache on its own, for 30 minutes unless 12 hours are asked for. */
export function readOpenaiCacheWrite(fields: FieldReader): "automatic" | CacheLifetime {
  const ttl = fields.object("prompt_cache_options")?.["ttl"] ?? null;
  if (ttl === null) return "automatic";
  if (ttl === "30m" || ttl === "12h") return ttl;
  fields.refuse("prompt_cache_options.ttl", "invalid_value", "'prompt_cache_options.ttl' must be one of: 30m, 12h.");
  return "automatic";
}

/**
 * Anthropic's `cache_control`, wherever it stands in the body: the longest lifetime asked for, `none` without any.
 * The body is at most 200 levels deep.
 */
export function readAnthropicCacheWrite(value: unknown): "none" | "5m" | "1h" {
  let found: "none" | "5m" = "none";
  if (Array.isArray(value)) {
    for (const entry of value) {
      const lifetime = readAnthropicCacheWrite(entry);
      if (lifetime === "1h") return "1h";
      if (lifetime === "5m") found = "5m";
    }
    return found;
  }
  if (!isObject(value)) return "none";
  for (const [key, entry] of Object.entries(value)) {
    if (key === "cache_control" && isObject(entry)) {
      if (entry["ttl"] === "1h") return "1h";
      found = "5m";
      continue;
    }
    const lifetime = readAnthropicCacheWrite(entry);
    if (lifetime === "1h") return "1h";
    if (lifetime === "5m") found = "5m";
  }
  return found;
}

/** The `type` of every entry of `tools`. */
export function toolTypes(fields: FieldReader): readonly string[] {
  return fields.list("tools").map((tool) => (isObject(tool) ? (textOf(tool["type"]) ?? "") : ""));
}

/** Keeps the first cap given under any of `names`; when several are given, the larger one bounds the cost. */
export function readOutputCap(fields: FieldReader, names: readonly string[], minimum: number): number | null {
  const caps = names.map((name) => fields.integer(name, minimum)).filter((cap) => cap !== null);
  return caps.length === 0 ? null : Math.max(...caps);
}
