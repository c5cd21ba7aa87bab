/** Who is charged for a request: what the key says, and what the identity headers may add to it (contract: Identity). */
import { fail, invalid, ok } from "./failure.ts";
import type { Failure, Result } from "./failure.ts";
import type { WalletScope } from "./wallet.ts";

/** The `X-User-Id`, `X-Team-Id`, `X-Agent-Id` and `X-Agent-Run-Id` headers, unverified. */
export interface AssertedIdentity {
  readonly userId: string | null;
  readonly teamId: string | null;
  readonly agentId: string | null;
  readonly agentRunId: string | null;
}

/** Who is charged, after verification. */
export interface Attribution {
  readonly keyId: string | null;
  readonly gatewayId: string | null;
  readonly userId: string | null;
  readonly teamId: string | null;
  readonly serviceUserId: string | null;
  readonly agentId: string | null;
  readonly agentRunId: string | null;
}

export interface AttributionKey {
  readonly id: string;
  readonly memberId: string | null;
  readonly serviceUserId: string | null;
  readonly gatewayId: string | null;
  readonly teamId: string | null;
  readonly mayAssertIdentity: boolean;
}

export interface TeamMembership {
  readonly id: string;
  readonly memberIds: readonly string[];
}

/** Whose wallet it is; the organization's own has the organization's id. */
export interface WalletOwner {
  readonly scope: WalletScope;
  readonly ownerId: string;
}

export const NO_IDENTITY: AssertedIdentity = { userId: null, teamId: null, agentId: null, agentRunId: null };

/** Ids that callers choose become wallet owners and log columns: at most 128 characters of a plain alphabet. */
export const OWNER_ID = /^[A-Za-z0-9_.:@-]{1,128}$/;

export function isOwnerId(text: string): boolean {
  return OWNER_ID.test(text);
}

const HEADERS = [
  ["userId", "X-User-Id"],
  ["teamId", "X-Team-Id"],
  ["agentId", "X-Agent-Id"],
  ["agentRunId", "X-Agent-Run-Id"],
] as const;

/**
 * Resolves the attribution of a verified key.
 *
 * A key with `may_assert_identity` is believed; any other key may only repeat what its owner already is, and is refused
 * with `identity_not_allowed` naming the header otherwise. A header that is no id is `invalid_request`.
 */
export function resolveAttribution(
  key: AttributionKey,
  asserted: AssertedIdentity,
  teams: readonly TeamMembership[],
): Result<Attribution> {
  for (const [field, header] of HEADERS) {
    const value = asserted[field];
    if (value !== null && !isOwnerId(value)) return fail(invalidIdentity(header));
  }
  return key.mayAssertIdentity ? ok(believe(key, asserted, teams)) : agreeWithOwner(key, asserted, teams);
}

function believe(key: AttributionKey, asserted: AssertedIdentity, teams: readonly TeamMembership[]): Attribution {
  return {
    keyId: key.id,
    gatewayId: key.gatewayId,
    userId: asserted.userId,
    teamId: asserted.teamId ?? key.teamId ?? onlyTeamOf(asserted.userId, teams),
    serviceUserId: key.serviceUserId,
    agentId: asserted.agentId,
    agentRunId: asserted.agentRunId,
  };
}

function agreeWithOwner(
  key: AttributionKey,
  asserted: AssertedIdentity,
  teams: readonly TeamMembership[],
): Result<Attribution> {
  if (asserted.agentId !== null) return fail(identityNotAllowed("X-Agent-Id"));
  if (asserted.agentRunId !== null) return fail(identityNotAllowed("X-Agent-Run-Id"));
  if (asserted.userId !== null && asserted.userId !== (key.memberId ?? key.serviceUserId)) {
    return fail(identityNotAllowed("X-User-Id"));
  }
  if (asserted.teamId !== null && !mayUseTeam(key, asserted.teamId, teams)) {
    return fail(identityNotAllowed("X-Team-Id"));
  }
  return ok({
    keyId: key.id,
    gatewayId: key.gatewayId,
    userId: key.memberId,
    teamId: asserted.teamId ?? key.teamId ?? onlyTeamOf(key.memberId, teams),
    serviceUserId: key.serviceUserId,
    agentId: null,
    agentRunId: null,
  });
}

function mayUseTeam(key: AttributionKey, teamId: string, teams: readonly TeamMembership[]): boolean {
  if (teamId === key.teamId) return true;
  const { memberId } = key;
  return memberId !== null && teams.some((team) => team.id === teamId && team.memberIds.includes(memberId));
}

/** A member of several teams is charged to none of them unless the request or the key says which. */
export function onlyTeamOf(memberId: string | null, teams: readonly TeamMembership[]): string | null {
  if (memberId === null) return null;
  const own = teams.filter((team) => team.memberIds.includes(memberId));
  return own.length === 1 ? (own[0]?.id ?? null) : null;
}

/** What of an attribution says who pays. */
export type Payer = Pick<Attribution, "userId" | "teamId" | "serviceUserId">;

/**
 * The wallets that may pay, in the order in which they are asked: seat, user, team, organization (design: Reservations). A
 * service user has a wallet of its own instead of a seat and a user's, also when its key asserts a user (contract: Identity).
 */
export function fundingOrder(payer: Payer, organizationId: string, seatPays: boolean): readonly WalletOwner[] {
  const order: WalletOwner[] = [];
  const { userId, teamId, serviceUserId } = payer;
  if (seatPays && userId !== null && serviceUserId === null) order.push({ scope: "seat", ownerId: userId });
  const ownerId = serviceUserId ?? userId;
  if (ownerId !== null) order.push({ scope: "user", ownerId });
  if (teamId !== null) order.push({ scope: "team", ownerId: teamId });
  order.push({ scope: "organization", ownerId: organizationId });
  return order;
}

function identityNotAllowed(header: string): Failure {
  return { kind: "identity_not_allowed", header };
}

function invalidIdentity(header: string): Failure {
  const message = `${header} must be 1 to 128 characters of A-Z, a-z, 0-9, "_", ".", ":", "@" and "-".`;
  return invalid(header, "invalid_identity", message);
}
