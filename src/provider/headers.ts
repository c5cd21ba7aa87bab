/** Which headers cross the gateway, as allow- and deny-lists (contract: Model traffic). */
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

/** Hop-by-hop headers (RFC 9110 §7.6.1) and those of the encoding and length, which are the runtime's to set. */
const TRANSPORT = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-encoding",
  "content-length",
]);

/** What tells about our account, our pooled limits or the provider's edge. */
const ACCOUNT = new Set([
  "set-cookie",
  "set-cookie2",
  "openai-organization",
  "openai-project",
  "anthropic-organization-id",
  "anthropic-workspace-id",
  "www-authenticate",
  "alt-svc",
  "server",
  "via",
  "nel",
  "report-to",
  "reporting-endpoints",
  "strict-transport-security",
]);
const ACCOUNT_PREFIXES = ["x-ratelimit-", "anthropic-ratelimit-", "anthropic-fast-", "cf-", "access-control-"] as const;

/** Their request ids, kept under another name because the plain names are ours. */
const REQUEST_IDS = ["x-request-id", "request-id"] as const;

/**
 * Headers of the provider's answer that the caller may see. Content type, `openai-processing-ms`, `retry-after` and
 * `x-should-retry` pass; the provider's request id becomes `x-upstream-request-id`.
 */
export function downstreamHeaders(upstream: Headers): Headers {
  const named = new Set((upstream.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase()));
  const headers = new Headers();
  for (const [name, value] of upstream) {
    const hidden = TRANSPORT.has(name) || ACCOUNT.has(name) || named.has(name);
    const limited = ACCOUNT_PREFIXES.some((prefix) => name.startsWith(prefix));
    if (!hidden && !limited && !name.startsWith("x-keeptrusts-")) headers.append(name, value);
  }
  for (const name of REQUEST_IDS) {
    const id = upstream.get(name);
    if (id !== null) headers.set("x-upstream-request-id", id);
    headers.delete(name);
  }
  return headers;
}
