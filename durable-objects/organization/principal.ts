/** From a credential to the key, who is charged, and the wallets that may pay. */
import type { AssertedIdentity, Attribution, Credential } from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import { verifyKey } from "../../src/core/access.ts";
import type { KeyPurpose } from "../../src/core/access.ts";
import { fundingOrder, resolveAttribution } from "../../src/core/attribution.ts";
import { bestFunded } from "../../src/core/cascade.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import type { Nanos } from "../../src/core/money.ts";
import { availableNanos, isClosed } from "../../src/core/wallet.ts";
import { sessionIdOf } from "../../src/core/session.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import type { PlanContext } from "./context.ts";
import { seatTakesPart } from "./directory-index.ts";
import { findAgent } from "./limits.ts";
import { authenticateToken } from "./oauth-tokens.ts";

export function authenticate(context: PlanContext, credential: Credential, purpose: KeyPurpose): Result<KeyRecord> {
  const { tokenSha256, memberId } = credential;
  if (memberId !== undefined) return authenticateMember(context, tokenSha256, memberId, purpose);
  if (credential.oauth === true) return authenticateToken(context, tokenSha256, purpose);
  return verifyKey(context.index.keysByTokenSha256.get(tokenSha256), purpose, context.nowMs);
}

/** A session as a key of its member without a team. The Worker has verified it, and that there is such a member. */
function authenticateMember(
  { index }: PlanContext,
  tokenSha256: string,
  memberId: string,
  purpose: KeyPurpose,
): Result<KeyRecord> {
  if (!index.ownerNames.has(`user:${memberId}`)) return fail({ kind: "unauthenticated", reason: "revoked" });
  if (purpose === "control_plane") return fail({ kind: "capability_required", capability: purpose });
  return ok({
    id: sessionIdOf(memberId),
    type: "gateway",
    name: "Session",
    tokenSha256,
    memberId,
    serviceUserId: null,
    gatewayId: null,
    teamId: null,
    mayAssertIdentity: false,
    capabilities: [],
    models: [],
    tags: [],
    rateLimits: null,
    expiresAtMs: null,
    revokedAtMs: null,
  });
}

/** The second step, for an authenticated key: the organization must be active, and the identity headers name what exists. */
export function attribute(context: PlanContext, key: KeyRecord, asserted: AssertedIdentity): Result<Attribution> {
  const { directory } = context;
  if (directory.organization.status !== "active") return fail({ kind: "organization_suspended" });
  const resolved = resolveAttribution(key, asserted, directory.teams);
  if (!resolved.ok) return resolved;
  const agent = findAgent(context, resolved.value);
  return agent.ok ? resolved : agent;
}

export function identify(
  context: PlanContext,
  credential: Credential,
  asserted: AssertedIdentity,
  purpose: KeyPurpose,
): Result<{ readonly key: KeyRecord; readonly attribution: Attribution }> {
  const authenticated = authenticate(context, credential, purpose);
  if (!authenticated.ok) return authenticated;
  const attributed = attribute(context, authenticated.value, asserted);
  return attributed.ok ? ok({ key: authenticated.value, attribution: attributed.value }) : attributed;
}

/** The charge of a key before its headers are believed: what a refusal is logged under. */
export function ownAttribution(key: KeyRecord): Attribution {
  return {
    keyId: key.id,
    gatewayId: key.gatewayId,
    userId: key.memberId,
    teamId: key.teamId,
    serviceUserId: key.serviceUserId,
    agentId: null,
    agentRunId: null,
  };
}

/** The wallets of the cascade, in the order in which they are asked. Reads only: unknown owners have an empty one, and closed ones do not take part. */
export function cascadeOf(context: PlanContext, attribution: Attribution): Wallet[] {
  const { store, index } = context;
  const order = fundingOrder(attribution, store.organizationId, seatTakesPart(index, attribution));
  return order.map((owner) => store.wallets.of(owner)).filter((wallet) => !isClosed(wallet));
}

/** What the best funded wallet of the cascade can still hold; negative when it is overdrawn. */
export function bestAvailableNanos(context: PlanContext, attribution: Attribution): Nanos {
  const best = bestFunded(cascadeOf(context, attribution));
  return best === null ? 0n : availableNanos(best);
}
