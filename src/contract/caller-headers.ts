/** The headers in which a caller says who it is (contract: Identity). Nothing here is verified. */
import type { AssertedIdentity } from "../core/attribution.ts";

/** `Authorization: Bearer` before `x-api-key`, as the official SDKs send them; both are accepted on every path. */
export function readToken(headers: Headers): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "");
  return bearer?.[1] ?? headers.get("x-api-key");
}

/** Whether the request brings a key or a token, usable or not: then its cookies are nobody's. */
export function bringsToken(headers: Headers): boolean {
  return Boolean(headers.get("authorization")) || Boolean(headers.get("x-api-key"));
}

/** `x-keeptrusts-organization`: as whose member a signed-in person asks. An empty header is an absent one. */
export function readChosenOrganization(headers: Headers): string | null {
  return headers.get("x-keeptrusts-organization") || null;
}

/**
 * Whether a page of our own has sent the request, as the browser says. `Sec-Fetch-Site` is the browser's own word; where it sends
 * none, on plain http, `Origin` is.
 */
export function isFromOwnPage(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  return site === null ? request.headers.get("origin") === new URL(request.url).origin : site === "same-origin";
}

/**
 * Whether another site's page has sent a form of ours. Browsers tell where a form comes from: with `Sec-Fetch-Site`, on plain http
 * with `Origin` alone, where `null` is any page that hides its own. Whoever tells neither is no browser, and has no cookies to abuse.
 */
export function isCrossSite(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== "null" && origin !== new URL(request.url).origin) return true;
  return site === null ? origin === "null" : site !== "same-origin" && site !== "none";
}

/** An empty header is an absent one. */
export function readAssertedIdentity(headers: Headers): AssertedIdentity {
  const valueOf = (name: string): string | null => headers.get(name) || null;
  return {
    userId: valueOf("x-user-id"),
    teamId: valueOf("x-team-id"),
    agentId: valueOf("x-agent-id"),
    agentRunId: valueOf("x-agent-run-id"),
  };
}
