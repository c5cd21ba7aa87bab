/** `/v1/keys`: gateway keys and access keys of an organization. */
import { and, desc, eq, lt } from "drizzle-orm";
import { formatTimeOrNull } from "../contract/amount.ts";
import {
  createKeySchema,
  keyPatchSchema,
  keyQuerySchema,
  keySchema,
  listedKeySchema,
  newKeySchema,
  type KeyWire,
} from "../contract/key.ts";
import { writeRateLimits } from "../contract/rate-limits.ts";
import { deleted, deletedSchema, listOf, pageOf } from "../contract/list.ts";
import { fail, ok } from "../core/failure.ts";
import { keys } from "../platform/d1/control-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { checkCapabilities, checkGatewayCapabilities, checkOwners, checkShape } from "./key-rules.ts";
import { addKeyLifeRoutes } from "./key-life.ts";
import { draftKey, findKeyRow, keyToWire } from "./key-rows.ts";
import { readKeyUses } from "./key-use.ts";
import { checkOwnKey, OWN_KEY_WORDS } from "./own-keys.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveChange } from "./save-change.ts";
import { findVisibility } from "./visibility.ts";
import { visibleKeys } from "./visible-rows.ts";

const TAG = "Keys";

export function addKeyRoutes(api: Api, deps: ApiDeps): void {
  addReadRoutes(api, deps);
  addCreateRoute(api, deps);
  addChangeRoute(api, deps);
  addRemoveRoute(api, deps);
  addKeyLifeRoutes(api, deps);
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
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
    async ({ principal, query, nowMs }) => {
      const rows = await deps.db
        .select()
        .from(keys)
        .where(
          and(
            eq(keys.organizationId, principal.organizationId),
            visibleKeys(await findVisibility(deps, principal)),
            query.member_id === undefined ? undefined : eq(keys.memberId, query.member_id),
            query.service_user_id === undefined ? undefined : eq(keys.serviceUserId, query.service_user_id),
            query.cursor === undefined ? undefined : lt(keys.id, query.cursor),
          ),
        )
        .orderBy(desc(keys.id))
        .limit(query.limit + 1);
      const ids = rows.map((row) => row.id);
      const uses = await readKeyUses(deps, principal.organizationId, ids);
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

  addPrincipalRoute(
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
    async ({ principal, params, nowMs }) => {
      const seen = visibleKeys(await findVisibility(deps, principal));
      const row = await findKeyRow(deps, principal.organizationId, params.id, seen);
      if (!row.ok) return row;
      return ok(withUse(keyToWire(row.value, nowMs), await readKeyUses(deps, principal.organizationId, [params.id])));
    },
  );
}

function withUse(key: KeyWire, uses: ReadonlyMap<string, number>) {
  return { ...key, last_used_at: formatTimeOrNull(uses.get(key.id) ?? null) };
}

function addCreateRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
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
    async ({ principal, body, nowMs, keep, trail }) => {
      const sight = await findVisibility(deps, principal, "org:admin");
      const ownerId = sight.sees === "own" ? sight.memberId : null;
      const memberId = body.member_id ?? body.user_id ?? ownerId;
      const capabilities = body.capabilities ?? (body.type === "access" ? (["org:read"] as const) : []);
      const failure =
        checkShape(body, capabilities, nowMs) ??
        (sight.sees === "own" ? await checkOwnKey(deps, principal.organizationId, sight, body, nowMs) : null) ??
        checkCapabilities(principal, capabilities) ??
        (await checkOwners(deps, principal.organizationId, { ...body, memberId }));
      if (failure !== null) return fail(failure);
      const { row, token } = await draftKey(deps, {
        organizationId: principal.organizationId,
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
      await saveChange(deps, principal.organizationId, trail.record("key.create", row.id, null, shown), [
        deps.db.insert(keys).values(row),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

function addChangeRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
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
    async ({ principal, params, body, nowMs, keep, trail }) => {
      const found = await findKeyRow(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const failure =
        body.capabilities === undefined
          ? null
          : (checkCapabilities(principal, body.capabilities) ??
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
      await saveChange(deps, principal.organizationId, event, [
        deps.db.update(keys).set(changes).where(eq(keys.id, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

function addRemoveRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
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
    async ({ principal, params, nowMs, keep, trail }) => {
      const found = await findKeyRow(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const answer = deleted(params.id);
      const event = trail.record("key.delete", params.id, keyToWire(found.value, nowMs), null);
      await saveChange(deps, principal.organizationId, event, [
        deps.db.delete(keys).where(eq(keys.id, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}
