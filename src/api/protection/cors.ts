/**
 * Which pages of other origins may call the API from a browser, by the deployment's setting. Never with cookies: a key or a
 * token must come with the request. The OAuth endpoints have rules of their own.
 */
import type { AllowedOrigins } from "../../env.ts";

const METHODS = "GET, POST, PUT, PATCH, DELETE";
const MAX_AGE_SECONDS = "7200";

/** What callers, and the official SDKs in browsers, send; beside everything that begins with one of `HEADER_PREFIXES`. */
const REQUEST_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "authorization",
  "content-type",
  "idempotency-key",
  "openai-beta",
  "openai-organization",
  "openai-project",
  "anthropic-beta",
  "anthropic-dangerous-direct-browser-access",
  "anthropic-organization-id",
  "anthropic-version",
  "anthropic-workspace-id",
  "x-agent-id",
  "x-agent-run-id",
  "x-api-key",
  "x-cost-ticket",
  "x-team-id",
  "x-user-id",
]);
const HEADER_PREFIXES = ["x-stainless-", "x-keeptrusts-"] as const;

/** Scripts can read these beside those that they always can. */
const EXPOSED = [
  "allow",
  "content-disposition",
  "idempotency-replayed",
  "openai-processing-ms",
  "openai-version",
  "request-id",
  "retry-after",
  "server-timing",
  "www-authenticate",
  "x-keeptrusts-balance-available",
  "x-keeptrusts-budget-remaining",
  "x-keeptrusts-cache",
  "x-keeptrusts-clamped-max-tokens",
  "x-keeptrusts-cost",
  "x-keeptrusts-reservation",
  "x-keeptrusts-unreserved",
  "x-keeptrusts-wallet-scope",
  "x-ratelimit-limit-requests",
  "x-ratelimit-limit-tokens",
  "x-ratelimit-remaining-requests",
  "x-ratelimit-remaining-tokens",
  "x-ratelimit-reset-requests",
  "x-ratelimit-reset-tokens",
  "x-request-id",
  "x-should-retry",
  "x-upstream-request-id",
].join(", ");

/** The answer to a preflight; null: the request is none, or its origin may not call. */
export function answerPreflight(request: Request, path: string, origins: AllowedOrigins): Response | null {
  if (request.method !== "OPTIONS" || !request.headers.has("access-control-request-method")) return null;
  if (!isShared(path) || allowedOrigin(request, origins) === null) return null;
  const asked = (request.headers.get("access-control-request-headers") ?? "").toLowerCase().split(",");
  const allowed = asked.map((name) => name.trim()).filter(isAllowedHeader);
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": METHODS,
      ...(allowed.length === 0 ? {} : { "access-control-allow-headers": allowed.join(", ") }),
      "access-control-max-age": MAX_AGE_SECONDS,
      ...(origins === "*" ? {} : { vary: "access-control-request-headers" }),
    },
  });
}

/** Lets the page that asked read the answer, if its origin may. */
export function shareAnswer(headers: Headers, request: Request, path: string, origins: AllowedOrigins): void {
  if (!isShared(path)) return;
  if (origins !== "*" && origins.size > 0) headers.append("vary", "origin");
  const origin = allowedOrigin(request, origins);
  if (origin === null) return;
  headers.set("access-control-allow-origin", origin);
  if (request.method !== "OPTIONS") headers.set("access-control-expose-headers", EXPOSED);
}

function isShared(path: string): boolean {
  return path.startsWith("/v1/") && !path.startsWith("/v1/oauth/");
}

function allowedOrigin(request: Request, origins: AllowedOrigins): string | null {
  const origin = request.headers.get("origin");
  if (origin === null) return null;
  if (origins === "*") return "*";
  return origins.has(origin) ? origin : null;
}

function isAllowedHeader(name: string): boolean {
  return (
    REQUEST_HEADERS.has(name) || HEADER_PREFIXES.some((prefix) => name.startsWith(prefix) && /^[a-z-]+$/.test(name))
  );
}
