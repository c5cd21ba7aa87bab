/** Applications that act for a member: their access tokens, which the OAuthServer object brings and takes back. */
import { refuse } from "../../src/contract/commands.ts";
import type { Refused } from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import type { Found, OAuthTokenCommand, OAuthTokenRevocation } from "../../src/contract/organization-rpc.ts";
import type { KeyPurpose } from "../../src/core/access.ts";
import type { BudgetPolicy } from "../../src/core/budget.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import { allowPurpose, budgetOfCap, GRANT_ID_PREFIX, verifyOAuthToken } from "../../src/core/oauth-grant.ts";
import type { OAuthToken } from "../../src/core/oauth-grant.ts";
import type { CommandContext, PlanContext } from "./context.ts";

/** The application as a key of the member that consented: everything that limits such a key limits it too. */
export function authenticateToken(context: PlanContext, tokenSha256: string, purpose: KeyPurpose): Result<KeyRecord> {
  const { oauth } = context.store;
  // Who decides without the object knows no tokens.
  if (oauth === null) return fail({ kind: "wallet_unavailable" });
  const verified = verify(context, oauth.findToken(tokenSha256));
  const allowed = verified.ok ? allowPurpose(verified.value, purpose) : verified;
  if (!allowed.ok) return allowed;
  const { grant, expiresAtMs } = allowed.value;
  return ok({
    id: grant.id,
    type: "gateway",
    name: grant.clientName,
    tokenSha256,
    memberId: grant.memberId,
    serviceUserId: null,
    gatewayId: null,
    teamId: null,
    mayAssertIdentity: false,
    capabilities: [],
    models: [],
    tags: [],
    rateLimits: null,
    expiresAtMs,
    revokedAtMs: null,
  });
}

/** The budget that the consent of a grant's user has set. Null: it is no grant, or has none. */
export function findSpendCap({ store }: PlanContext, keyId: string | null): BudgetPolicy | null {
  const isGrant = keyId !== null && keyId.startsWith(`${GRANT_ID_PREFIX}_`);
  const grant = isGrant ? (store.oauth?.findGrant(keyId) ?? null) : null;
  return grant === null ? null : budgetOfCap(grant);
}

/** Refused when the grant is revoked, or its user is no member any more. */
export function rememberToken(
  context: CommandContext,
  { tokenSha256, ...token }: OAuthTokenCommand,
): { readonly outcome: "remembered" } | Refused {
  const isRevoked = context.store.oauth.findGrant(token.grant.id)?.isRevoked === true;
  const verified = verify(context, { ...token, isRevoked });
  if (!verified.ok) return refuse(verified.failure);
  context.store.oauth.remember(tokenSha256, token);
  return { outcome: "remembered" };
}

export function revokeGrants(
  { store, nowMs }: CommandContext,
  grantIds: readonly string[],
): { readonly outcome: "revoked" } {
  for (const grantId of grantIds) store.oauth.revokeGrant(grantId, nowMs);
  return { outcome: "revoked" };
}

/** Only for the client that the token was given to. */
export function revokeToken(
  { store, nowMs }: CommandContext,
  { tokenSha256, clientId }: { readonly tokenSha256: string; readonly clientId: string },
): Found<OAuthTokenRevocation> {
  const token = store.oauth.findToken(tokenSha256);
  if (token === null) return { outcome: "found", value: "unknown" };
  if (token.grant.clientId !== clientId) return { outcome: "found", value: "of_another_client" };
  store.oauth.revokeToken(tokenSha256, nowMs);
  return { outcome: "found", value: "revoked" };
}

/** Who an access token speaks for, while the organization is active. */
export function viewToken(context: CommandContext, tokenSha256: string): Result<OAuthToken> {
  if (context.directory.organization.status !== "active") return fail({ kind: "organization_suspended" });
  return verify(context, context.store.oauth.findToken(tokenSha256));
}

function verify({ index, nowMs }: PlanContext, token: OAuthToken | null): Result<OAuthToken> {
  return verifyOAuthToken(token, (memberId) => index.ownerNames.has(`user:${memberId}`), nowMs);
}
