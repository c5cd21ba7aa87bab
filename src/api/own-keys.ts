/** Keys that people make for themselves. Each check answers the failure, or null. */
import { and, eq, isNull, or, gt } from "drizzle-orm";
import type { CreateKey } from "../contract/key.ts";
import { invalid, type Failure } from "../core/failure.ts";
import type { OwnSight } from "../core/visibility.ts";
import { keys } from "../platform/d1/control-schema.ts";
import { readSettings } from "../platform/directory-loader.ts";
import type { ApiDeps } from "./deps.ts";
import type { KeyRow } from "./key-rows.ts";
import { findOrganization } from "./organization-rows.ts";

/** Keys in force that a member can have and still make another one. */
const MAX_OWN_KEYS = 20;

export const OWN_KEY_WORDS =
  "With `self` alone a member makes gateway keys of its own, for a team that it belongs to or none, without capabilities, tags and rate " +
  `limits, while the setting \`self_service_keys\` allows it; at most ${MAX_OWN_KEYS} in force.`;

const NEEDS_ADMIN: Failure = { kind: "capability_required", capability: "org:admin" };

/**
 * Whether the caller may make this key for itself. Tags and rate limits are the organization's words about a key: policies and
 * budgets go by them.
 */
export async function checkOwnKey(
  deps: ApiDeps,
  organizationId: string,
  sight: OwnSight,
  body: CreateKey,
  nowMs: number,
): Promise<Failure | null> {
  const { memberId } = sight;
  const names = body.member_id ?? body.user_id ?? memberId;
  const isPlain =
    body.type === "gateway" &&
    names === memberId &&
    body.service_user_id === undefined &&
    body.gateway_id === undefined &&
    (body.capabilities ?? []).length === 0 &&
    !body.may_assert_identity &&
    body.tags.length === 0 &&
    body.rate_limits === null;
  if (memberId === null || !isPlain) return NEEDS_ADMIN;
  if (body.team_id !== undefined && !sight.teamIds.includes(body.team_id)) {
    return invalid("team_id", "not_found", "You belong to no such team.");
  }
  const off = await checkSelfService(deps, organizationId);
  if (off !== null) return off;
  const inForce = and(isNull(keys.revokedAtMs), or(isNull(keys.expiresAtMs), gt(keys.expiresAtMs, nowMs)));
  const ownKeys = and(eq(keys.organizationId, organizationId), eq(keys.memberId, memberId), inForce);
  return (await deps.db.$count(keys, ownKeys)) < MAX_OWN_KEYS ? null : TOO_MANY_KEYS;
}

/**
 * Whether the caller may replace the token of this key of its own: it must be one that it could have made, or the token would
 * give it what an administrator has given to somebody else's program.
 */
export async function checkOwnRotation(deps: ApiDeps, key: KeyRow): Promise<Failure | null> {
  const isPlain =
    key.type === "gateway" && key.memberId !== null && key.capabilitiesJson === "[]" && !key.mayAssertIdentity;
  return isPlain ? checkSelfService(deps, key.organizationId) : NEEDS_ADMIN;
}

async function checkSelfService(deps: ApiDeps, organizationId: string): Promise<Failure | null> {
  const organization = await findOrganization(deps, organizationId);
  if (!organization.ok) return organization.failure;
  return readSettings(organization.value).selfServiceKeys ? null : NEEDS_ADMIN;
}

const TOO_MANY_KEYS: Failure = {
  kind: "conflict",
  code: "too_many_keys",
  message: `You have ${MAX_OWN_KEYS} keys in force. Revoke one, or ask an administrator for more.`,
};
