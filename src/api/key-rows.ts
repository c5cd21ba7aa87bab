/** Keys between D1 and the wire. */
import { and, asc, eq, type SQL } from "drizzle-orm";
import { formatTime, formatTimeOrNull } from "../contract/amount.ts";
import type { Capability } from "../contract/directory.ts";
import {
  capabilitiesSchema,
  formatToken,
  modelPatternsSchema,
  tagsSchema,
  type KeyType,
  type KeyWire,
} from "../contract/key.ts";
import { showRateLimits } from "../contract/rate-limits.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { keys } from "../platform/d1/control-schema.ts";
import { sha256Hex } from "../platform/identifiers.ts";
import type { ApiDeps } from "./deps.ts";

export type KeyRow = typeof keys.$inferSelect;

const HINT_LENGTH = 4;

/** A fresh token; only its hash and its hint are ever stored. */
export async function issueToken(deps: ApiDeps, type: KeyType, organizationId: string) {
  const token = formatToken(type, organizationId, deps.newSecret());
  return { token, tokenSha256: await sha256Hex(token), tokenHint: token.slice(-HINT_LENGTH) };
}

export interface KeyDraft {
  readonly organizationId: string;
  readonly type: KeyType;
  readonly name: string;
  readonly memberId?: string | null;
  readonly serviceUserId?: string | null;
  readonly gatewayId?: string | null;
  readonly teamId?: string | null;
  readonly mayAssertIdentity?: boolean;
  readonly capabilities: readonly Capability[];
  readonly models?: readonly string[];
  readonly tags?: readonly string[];
  readonly rateLimitsJson?: string | null;
  readonly expiresAtMs?: number | null;
}

/** The row of a new key, and its token. */
export async function draftKey(
  deps: ApiDeps,
  draft: KeyDraft,
): Promise<{ readonly row: KeyRow; readonly token: string }> {
  const { token, tokenSha256, tokenHint } = await issueToken(deps, draft.type, draft.organizationId);
  const row: KeyRow = {
    id: deps.newId("key"),
    organizationId: draft.organizationId,
    type: draft.type,
    name: draft.name,
    tokenSha256,
    tokenHint,
    previousTokenSha256: null,
    previousExpiresAtMs: null,
    memberId: draft.memberId ?? null,
    serviceUserId: draft.serviceUserId ?? null,
    gatewayId: draft.gatewayId ?? null,
    teamId: draft.teamId ?? null,
    mayAssertIdentity: draft.mayAssertIdentity ?? false,
    capabilitiesJson: JSON.stringify(draft.capabilities),
    modelsJson: JSON.stringify(draft.models ?? []),
    tagsJson: JSON.stringify(draft.tags ?? []),
    rateLimitsJson: draft.rateLimitsJson ?? null,
    expiresAtMs: draft.expiresAtMs ?? null,
    revokedAtMs: null,
    createdAtMs: deps.nowMs(),
  };
  return { row, token };
}

/** Whose keys go when they go, for the record of it. */
export async function readKeyIds(deps: ApiDeps, owned: SQL): Promise<{ readonly key_ids: readonly string[] }> {
  const rows = await deps.db.select({ id: keys.id }).from(keys).where(owned).orderBy(asc(keys.id));
  return { key_ids: rows.map((row) => row.id) };
}

/** Without any hash. */
export function keyToWire(row: KeyRow, nowMs: number): KeyWire {
  const expired = row.expiresAtMs !== null && row.expiresAtMs <= nowMs;
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    hint: row.tokenHint,
    status: row.revokedAtMs !== null ? "revoked" : expired ? "expired" : "active",
    member_id: row.memberId,
    service_user_id: row.serviceUserId,
    gateway_id: row.gatewayId,
    team_id: row.teamId,
    may_assert_identity: row.mayAssertIdentity,
    capabilities: capabilitiesSchema.parse(JSON.parse(row.capabilitiesJson)),
    models: modelPatternsSchema.parse(JSON.parse(row.modelsJson)),
    tags: tagsSchema.parse(JSON.parse(row.tagsJson)),
    rate_limits: showRateLimits(row.rateLimitsJson),
    created_at: formatTime(row.createdAtMs),
    expires_at: formatTimeOrNull(row.expiresAtMs),
    revoked_at: formatTimeOrNull(row.revokedAtMs),
  };
}

/** A key of the organization, and of those that `which` leaves; else `not_found`. */
export async function findKeyRow(
  deps: ApiDeps,
  organizationId: string,
  id: string,
  which?: SQL,
): Promise<Result<KeyRow>> {
  const rows = await deps.db
    .select()
    .from(keys)
    .where(and(eq(keys.id, id), eq(keys.organizationId, organizationId), which));
  return rows[0] === undefined ? fail({ kind: "not_found", what: "key" }) : ok(rows[0]);
}
