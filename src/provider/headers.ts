/** Which headers cross the gateway, as allow-lists (contract: Model traffic). */
import type { Endpoint } from "../core/endpoint.ts";
import { dialectOf } from "../core/endpoint.ts";

/** The version that Anthropic requires when the caller names none. */
const DEFAULT_ANTHROPIC_VERSION = "2023-06-01";

const COMMON_UPSTREAM = ["accept", "content-type", "user-agent"] as const;
const ANTHROPIC_UPSTREAM = ["anthropic-version", "anthropic-beta"] as const;
const OPENAI_UPSTREAM = ["openai-beta"] as const;

/**
 * Headers of the call upstream: an allow-list of the caller's, and our credential. Nothing else of the caller's leaves:
 * no credentials, cookies, organization or project, forwarding or `x-…` headers. `user-agent` passes because it names the
 * SDK and providers use it for compatibility. `accept-encoding` is ours, so that what is metered is plain text.
 */
export function upstreamHeaders(endpoint: Endpoint, inbound: Headers, apiKey: string): Headers {
  const anthropic = dialectOf(endpoint) === "anthropic";
  const headers = new Headers();
  for (const name of [...COMMON_UPSTREAM, ...(anthropic ? ANTHROPIC_UPSTREAM : OPENAI_UPSTREAM)]) {
    const value = inbound.get(name);
    if (value !== null) headers.set(name, value);
  }
  headers.set("content-type", "application/json");
  headers.set("accept-encoding", "identity");
  if (anthropic) {
    headers.set("x-api-key", apiKey);
    if (!headers.has("anthropic-version")) headers.set("anthropic-version", DEFAULT_ANTHROPIC_VERSION);
  } else {
    headers.set("authorization", `Bearer ${apiKey}`);
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
export function downstreamHeaders(upstream: Headers): Headers {
  const hops = new Set((upstream.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase()));
  const headers = new Headers();
  for (const name of DOWNSTREAM) {
    const value = upstream.get(name);
    if (value !== null && !hops.has(name)) headers.set(name, value);
  }
  for (const name of REQUEST_IDS) {
    const id = upstream.get(name);
    if (id !== null) headers.set("x-upstream-request-id", id);
  }
  return headers;
}
