/** Which headers cross the gateway, as allow-lists, and those that tell of our limits (contract: Model traffic). */
import type { Endpoint } from "../core/endpoint.ts";
import { dialectOf } from "../core/endpoint.ts";
import type { RateRemaining, RateView } from "../core/rate-limit.ts";

/** The version that Anthropic requires when the caller names none. */
const DEFAULT_ANTHROPIC_VERSION = "2023-06-01";

const COMMON_UPSTREAM = ["accept", "user-agent"] as const;
const ANTHROPIC_UPSTREAM = [...COMMON_UPSTREAM, "anthropic-version", "anthropic-beta"] as const;
const OPENAI_UPSTREAM = [...COMMON_UPSTREAM, "openai-beta"] as const;

/** Values by name in lower case: cheaper to make than `Headers`, which live outside of the script's heap. */
export type HeaderValues = Record<string, string>;

/**
 * Headers of the call upstream: an allow-list of the caller's, and our credential. Nothing else of the caller's leaves:
 * no credentials, cookies, organization or project, forwarding or `x-…` headers. `user-agent` passes because it names the
 * SDK and providers use it for compatibility. `accept-encoding` is ours, so that what is metered is plain text.
 */
export function upstreamHeaders(endpoint: Endpoint, inbound: Headers, apiKey: string): HeaderValues {
  const anthropic = dialectOf(endpoint) === "anthropic";
  const headers: HeaderValues = {};
  for (const name of anthropic ? ANTHROPIC_UPSTREAM : OPENAI_UPSTREAM) {
    const value = inbound.get(name);
    if (value !== null) headers[name] = value;
  }
  headers["content-type"] = "application/json";
  headers["accept-encoding"] = "identity";
  if (anthropic) {
    headers["x-api-key"] = apiKey;
    headers["anthropic-version"] ??= DEFAULT_ANTHROPIC_VERSION;
  } else {
    headers["authorization"] = `Bearer ${apiKey}`;
  }
  return headers;
}

/** What an answer says about itself. Everything else may tell about our account, our pooled limits or the provider's edge. */
const DOWNSTREAM = ["content-type", "openai-processing-ms", "openai-version", "retry-after", "x-should-retry"] as const;

/** Their request ids, passed under another name because the plain names are ours. */
const REQUEST_IDS = ["x-request-id", "request-id"] as const;

/**
 * Headers of the provider's answer that the caller may see: an allow-list, and the provider's request id as
 * `x-upstream-request-id`. One that `connection` names is for the next hop alone (RFC 9110 §7.6.1).
 */
export function downstreamHeaders(upstream: Headers): HeaderValues {
  const connection = upstream.get("connection");
  const hops = connection?.split(",").map((name) => name.trim().toLowerCase()) ?? [];
  const headers: HeaderValues = {};
  for (const name of DOWNSTREAM) {
    const value = upstream.get(name);
    if (value !== null && !hops.includes(name)) headers[name] = value;
  }
  for (const name of REQUEST_IDS) {
    const id = upstream.get(name);
    if (id !== null) headers["x-upstream-request-id"] = id;
  }
  return headers;
}

/** What is left of our rate limits, under the names of OpenAI's API, whose resets are durations such as `12ms`, `7.5s`, `1m0s`. */
export function rateHeaders({ requests, tokens }: RateView): HeaderValues {
  return { ...remainingHeaders("requests", requests), ...remainingHeaders("tokens", tokens) };
}

function remainingHeaders(unit: string, left: RateRemaining | null): HeaderValues {
  if (left === null) return {};
  return {
    [`x-ratelimit-limit-${unit}`]: String(left.limit),
    [`x-ratelimit-remaining-${unit}`]: String(left.remaining),
    [`x-ratelimit-reset-${unit}`]: formatDuration(left.resetMs),
  };
}

function formatDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${durationMs}ms`;
  const minutes = Math.floor(durationMs / 60_000);
  const seconds = `${(durationMs % 60_000) / 1_000}s`;
  return minutes === 0 ? seconds : `${minutes}m${seconds}`;
}
