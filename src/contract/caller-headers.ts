/** The headers in which a caller says who it is (contract: Identity). Nothing here is verified. */
import type { AssertedIdentity } from "../core/attribution.ts";

/** `Authorization: Bearer` before `x-api-key`, as the official SDKs send them; both are accepted on every path. */
export function readToken(headers: Headers): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "");
  return bearer?.[1] ?? headers.get("x-api-key");
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
