/** `/v1/keys`: gateway keys and access keys of an organization. */
import { and, desc, eq, isNull, lt, type SQL } from "drizzle-orm";
import { formatTimeOrNull } from "../contract/amount.ts";
import {
  createKeySchema,
  keyPatchSchema,
  keyQuerySchema,
  keySchema,
  listedKeySchema,
  newKeySchema,
  rotateKeySchema,
  type KeyWire,
} from "../contract/key.ts";
import { writeRateLimits } from "../contract/rate-limits.ts";
import { deleted, deletedSchema, listOf, pageOf } from "../contract/list.ts";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import { keys } from "../platform/d1/control-schema.ts";
import { isViolationOf, valueWhile } from "../platform/d1/database.ts";
import type { ApiDeps } from "./deps.ts";
import { checkCapabilities, checkGatewayCapabilities, checkOwners, checkShape } from "./key-rules.ts";
import { draftKey, issueToken, keyToWire, type KeyRow } from "./key-rows.ts";
import { readKeyUses } from "./key-use.ts";
import { checkOwnKey, checkOwnRotation, OWN_KEY_WORDS } from "./own-keys.ts";
import { idParams } from "./route-reference.ts";
import { addKeyRoute, type Api } from "./route.ts";
import { saveChange } from "./save-change.ts";
import { findVisibility } from "./visibility.ts";
import { visibleKeys } from "./visible-rows.ts";

const TAG = "Keys";

export function addKeyRoutes(api: Api, deps: ApiDeps): void {
  addReadRoutes(api, deps);
  addWriteRoutes(api, deps);
  addLifeRoutes(api, deps);
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    "GET /v1/keys",
    {
      summary: "List keys",
      description: "Newest first. Without `org:read`: the caller's own.",
      tag: TAG,
      query: keyQuerySchema,
      answer: listOf(listedKeySchema),
    },
    async ({ key, query, nowMs }) => {
      const rows = await deps.db
        .select()
        .from(keys)
        .where(
          and(
            eq(keys.organizationId, key.organizationId),
            visibleKeys(await findVisibility(deps, key)),
            query.member_id === undefined ? undefined : eq(keys.memberId, query.member_id),
            query.service_user_id === undefined ? undefined : eq(keys.serviceUserId, query.service_user_id),
            query.cursor === undefined ? undefined : lt(keys.id, query.cursor),
          ),
        )
        .orderBy(desc(keys.id))
        .limit(query.limit + 1);
      const ids = rows.map((row) => row.id);
      const uses = await readKeyUses(deps, key.organizationId, ids);
      return ok(
        pageOf(
          rows,
          query.limit,
          (row) => row.id,
          (row) => withUse(keyToWire(row, nowMs), uses),
        ),
      );
    },
  );

  addKeyRoute(
    api,
    deps,
    "GET /v1/keys/{id}",
    {
      summary: "Get a key",
      description: "Without `org:read`: one of the caller's own.",
      tag: TAG,
      params: idParams,
      answer: listedKeySchema,
      refusals: [404],
    },
    async ({ key, params, nowMs }) => {
      const seen = visibleKeys(await findVisibility(deps, key));
      const row = await findKeyRow(deps, key.organizationId, params.id, seen);
      if (!row.ok) return row;
      return ok(withUse(keyToWire(row.value, nowMs), await readKeyUses(deps, key.organizationId, [params.id])));
    },
  );
}

function withUse(key: KeyWire, uses: ReadonlyMap<string, number>) {
  return { ...key, last_used_at: formatTimeOrNull(uses.get(key.id) ?? null) };
}

function addWriteRoutes(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    "POST /v1/keys",
    {
      summary: "Create a key",
      description: `The answer has the token as \`key\`, once. A key can only have capabilities that its maker has. ${OWN_KEY_WORDS}`,
      tag: TAG,
      body: createKeySchema,
      answer: newKeySchema,
      status: 201,
    },
    async ({ key, body, nowMs, keep, trail }) => {
      const sight = await findVisibility(deps, key, "org:admin");
      const ownerId = sight.sees === "own" ? sight.memberId : null;
      const memberId = body.member_id ?? body.user_id ?? ownerId;
      const capabilities = body.capabilities ?? (body.type === "access" ? (["org:read"] as const) : []);
      const failure =
        checkShape(body, capabilities, nowMs) ??
        (sight.sees === "own" ? await checkOwnKey(deps, key.organizationId, sight, body, nowMs) : null) ??
        checkCapabilities(key, capabilities) ??
        (await checkOwners(deps, key.organizationId, { ...body, memberId }));
      if (failure !== null) return fail(failure);
      const { row, token } = await draftKey(deps, {
        organizationId: key.organizationId,
        type: body.type,
        name: body.name,
        memberId,
        serviceUserId: body.service_user_id ?? null,
        gatewayId: body.gateway_id ?? null,
        teamId: body.team_id ?? null,
        mayAssertIdentity: body.may_assert_identity,
        capabilities,
        models: body.models,
        tags: body.tags,
        rateLimitsJson: writeRateLimits(body.rate_limits),
        expiresAtMs: body.expires_at ?? null,
      });
      const shown = keyToWire(row, nowMs);
      const answer = { ...shown, key: token };
      await saveChange(deps, key.organizationId, trail.record("key.create", row.id, null, shown), [
        deps.db.insert(keys).values(row),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );

  addKeyRoute(
    api,
    deps,
    "PATCH /v1/keys/{id}",
    {
      summary: "Change a key",
      tag: TAG,
      params: idParams,
      body: keyPatchSchema,
      answer: keySchema,
      refusals: [404],
    },
    async ({ key, params, body, nowMs, keep, trail }) => {
      const found = await findKeyRow(deps, key.organizationId, params.id);
      if (!found.ok) return found;
      const failure =
        body.capabilities === undefined
          ? null
          : (checkCapabilities(key, body.capabilities) ??
            checkGatewayCapabilities(found.value.type, body.capabilities));
      if (failure !== null) return fail(failure);
      const changes = {
        name: body.name ?? found.value.name,
        ...(body.capabilities === undefined ? {} : { capabilitiesJson: JSON.stringify(body.capabilities) }),
        ...(body.models === undefined ? {} : { modelsJson: JSON.stringify(body.models) }),
        ...(body.tags === undefined ? {} : { tagsJson: JSON.stringify(body.tags) }),
        ...(body.rate_limits === undefined ? {} : { rateLimitsJson: writeRateLimits(body.rate_limits) }),
        ...(body.expires_at === undefined ? {} : { expiresAtMs: body.expires_at }),
      };
      const answer = keyToWire({ ...found.value, ...changes }, nowMs);
      const event = trail.record("key.update", params.id, keyToWire(found.value, nowMs), answer);
      await saveChange(deps, key.organizationId, event, [
        deps.db.update(keys).set(changes).where(eq(keys.id, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );

  addKeyRoute(
    api,
    deps,
    "DELETE /v1/keys/{id}",
    {
      summary: "Delete a key",
      description: "It is refused from then on. Its spend stays in the logs.",
      tag: TAG,
      params: idParams,
      answer: deletedSchema,
      refusals: [404],
    },
    async ({ key, params, nowMs, keep, trail }) => {
      const found = await findKeyRow(deps, key.organizationId, params.id);
      if (!found.ok) return found;
      const answer = deleted(params.id);
      const event = trail.record("key.delete", params.id, keyToWire(found.value, nowMs), null);
      await saveChange(deps, key.organizationId, event, [
        deps.db.delete(keys).where(eq(keys.id, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

function addLifeRoutes(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    "POST /v1/keys/{id}/rotate",
    {
      summary: "Replace a key's token",
      description:
        "The old token is revoked at once, or after `overlap_seconds`. The answer has the new token as `key`, once. With `self` alone: " +
        "of a key that its member could make, while the setting `self_service_keys` allows it.",
      tag: TAG,
      params: idParams,
      body: rotateKeySchema,
      answer: newKeySchema,
      refusals: [404, 409],
    },
    async ({ key, params, body, nowMs, keep, trail }) => {
      const sight = await findVisibility(deps, key, "org:admin");
      const found = await findKeyRow(deps, key.organizationId, params.id, visibleKeys(sight));
      if (!found.ok) return found;
      const old = found.value;
      const refused = sight.sees === "own" ? await checkOwnRotation(deps, old) : null;
      if (refused !== null) return fail(refused);
      if (old.revokedAtMs !== null) return fail(revokedConflict());
      const { token, tokenSha256, tokenHint } = await issueToken(deps, old.type, old.organizationId);
      const overlaps = body.overlap_seconds > 0;
      const changes = {
        tokenSha256,
        tokenHint,
        previousTokenSha256: overlaps ? old.tokenSha256 : null,
        previousExpiresAtMs: overlaps ? nowMs + body.overlap_seconds * 1_000 : null,
      };
      const shown = keyToWire({ ...old, ...changes }, nowMs);
      const answer = { ...shown, key: token };
      const event = trail.record("key.rotate", old.id, keyToWire(old, nowMs), shown);
      // A rotation at the same time has changed the token.
      const isMine = and(eq(keys.tokenSha256, old.tokenSha256), isNull(keys.revokedAtMs));
      const mine = { ...changes, tokenSha256: valueWhile(isMine, tokenSha256) };
      try {
        await saveChange(deps, key.organizationId, event, [
          deps.db.update(keys).set(mine).where(eq(keys.id, old.id)),
          ...(await keep(answer)),
        ]);
      } catch (error) {
        if (isViolationOf(error, "keys.token_sha256")) return fail(rotatedConflict());
        throw error;
      }
      return ok(answer);
    },
  );

  addKeyRoute(
    api,
    deps,
    "POST /v1/keys/{id}/revoke",
    {
      summary: "Revoke a key at once",
      description: "With `self` alone: any of the caller's own.",
      tag: TAG,
      params: idParams,
      answer: keySchema,
      refusals: [404],
    },
    async ({ key, params, nowMs, keep, trail }) => {
      const seen = visibleKeys(await findVisibility(deps, key, "org:admin"));
      const found = await findKeyRow(deps, key.organizationId, params.id, seen);
      if (!found.ok) return found;
      if (found.value.revokedAtMs !== null) return ok(keyToWire(found.value, nowMs));
      const changes = { revokedAtMs: nowMs, previousTokenSha256: null, previousExpiresAtMs: null };
      const answer = keyToWire({ ...found.value, ...changes }, nowMs);
      const event = trail.record("key.revoke", params.id, keyToWire(found.value, nowMs), answer);
      await saveChange(deps, key.organizationId, event, [
        deps.db.update(keys).set(changes).where(eq(keys.id, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

function revokedConflict(): Failure {
  return { kind: "conflict", code: "key_revoked", message: "A revoked key has no token to replace. Create a new key." };
}

function rotatedConflict(): Failure {
  return {
    kind: "conflict",
    code: "key_rotated",
    message:
      "The key was rotated at the same time by someone else, or revoked. Rotate it again if you need a new token.",
  };
}

async function findKeyRow(deps: ApiDeps, organizationId: string, id: string, which?: SQL): Promise<Result<KeyRow>> {
  const rows = await deps.db
    .select()
    .from(keys)
    .where(and(eq(keys.id, id), eq(keys.organizationId, organizationId), which));
  return rows[0] === undefined ? fail({ kind: "not_found", what: "key" }) : ok(rows[0]);
}
