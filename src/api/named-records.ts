/** `/v1/teams`, `/v1/service-users` and `/v1/gateways`: records with a name and tags. */
import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import type { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import { tagsSchema } from "../contract/key.ts";
import { deleted, deletedSchema, listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import { showCache } from "../contract/response-cache.ts";
import { showRateLimits, writeRateLimits } from "../contract/rate-limits.ts";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import { keys } from "../platform/d1/control-schema.ts";
import { isForeignKeyViolation } from "../platform/d1/database.ts";
import type { Principal } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { RECORD_KINDS, type NamedRow, type RecordKind, type RecordSchemas } from "./named-record-kinds.ts";
import { closeWallet, removalQuery, reopenWallet } from "./owner-wallet.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveChange, saveUnique } from "./save-change.ts";
import { findVisibility } from "./visibility.ts";

export function addNamedRecordRoutes(api: Api, deps: ApiDeps): void {
  for (const kind of RECORD_KINDS) {
    addReadRoutes(api, deps, kind);
    addCreateRoute(api, deps, kind);
    addPatchRoute(api, deps, kind);
    addDeleteRoute(api, deps, kind);
  }
}

function addReadRoutes(api: Api, deps: ApiDeps, kind: RecordKind): void {
  const { table, noun, tag, seen } = kind;
  const words = seen === undefined ? {} : { description: seen.words };
  const seenBy = async (principal: Principal) => seen?.by(await findVisibility(deps, principal));
  addPrincipalRoute(
    api,
    deps,
    `GET /v1/${kind.path}`,
    { summary: `List ${noun}s`, ...words, tag, query: listQuerySchema, answer: listOf(kind.schemas.shown) },
    async ({ principal, query }) => {
      const after = query.cursor === undefined ? undefined : lt(table.id, query.cursor);
      const rows = await deps.db
        .select()
        .from(table)
        .where(and(eq(table.organizationId, principal.organizationId), await seenBy(principal), after))
        .orderBy(desc(table.id))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, (row) => row.id, toWire));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    `GET /v1/${kind.path}/{id}`,
    { summary: `Get a ${noun}`, ...words, tag, params: idParams, answer: kind.schemas.shown, refusals: [404] },
    async ({ principal, params }) => {
      const row = await findNamedRow(deps, kind, principal.organizationId, params.id, await seenBy(principal));
      return row.ok ? ok(toWire(row.value)) : row;
    },
  );
}

function addCreateRoute(api: Api, deps: ApiDeps, kind: RecordKind): void {
  addPrincipalRoute(
    api,
    deps,
    `POST /v1/${kind.path}`,
    {
      summary: `Create a ${kind.noun}`,
      tag: kind.tag,
      body: kind.schemas.created,
      answer: kind.schemas.shown,
      status: 201,
      refusals: [409],
    },
    async ({ principal, body, nowMs, keep, trail }) => {
      const row: NamedRow = {
        id: deps.newId(kind.prefix),
        organizationId: principal.organizationId,
        name: body.name,
        tagsJson: JSON.stringify(body.tags),
        createdAtMs: nowMs,
        ...ownFieldsOf(body),
      };
      const answer = toWire(row);
      const statements = [deps.db.insert(kind.table).values(row), ...(await keep(answer))];
      const event = trail.record(`${kind.audited}.create`, row.id, null, answer);
      const saved = await saveUnique(deps, principal.organizationId, event, statements, nameTaken(kind.noun));
      return saved.ok ? ok(answer) : saved;
    },
  );
}

function addPatchRoute(api: Api, deps: ApiDeps, kind: RecordKind): void {
  addPrincipalRoute(
    api,
    deps,
    `PATCH /v1/${kind.path}/{id}`,
    {
      summary: `Change a ${kind.noun}`,
      tag: kind.tag,
      params: idParams,
      body: kind.schemas.patched,
      answer: kind.schemas.shown,
      refusals: [404, 409],
    },
    async ({ principal, params, body, keep, trail }) => {
      const found = await findNamedRow(deps, kind, principal.organizationId, params.id);
      if (!found.ok) return found;
      const changes = {
        name: body.name ?? found.value.name,
        tagsJson: body.tags === undefined ? found.value.tagsJson : JSON.stringify(body.tags),
        ...ownFieldsOf(body),
      };
      const update = deps.db.update(kind.table).set(changes).where(eq(kind.table.id, params.id));
      const answer = toWire({ ...found.value, ...changes });
      const statements = [update, ...(await keep(answer))];
      const event = trail.record(`${kind.audited}.update`, params.id, toWire(found.value), answer);
      const saved = await saveUnique(deps, principal.organizationId, event, statements, nameTaken(kind.noun));
      return saved.ok ? ok(answer) : saved;
    },
  );
}

function addDeleteRoute(api: Api, deps: ApiDeps, kind: RecordKind): void {
  addPrincipalRoute(
    api,
    deps,
    `DELETE /v1/${kind.path}/{id}`,
    {
      summary: `Delete a ${kind.noun}`,
      description:
        `${kind.path === "teams" ? "Refused while keys name it." : "Its keys go with it."} ` +
        (kind.walletScope === null
          ? "It has no wallet, so there is nothing to reclaim."
          : "Refused with `wallet_not_empty` while its wallet has money, unless `reclaim` is true, and with `wallet_in_use` while requests " +
            "under way hold some of it. A repeat completes what broke off."),
      tag: kind.tag,
      params: idParams,
      query: removalQuery,
      answer: deletedSchema,
      refusals: [404, 409, 503],
    },
    async ({ principal, params, query, actor, keep, trail }) => {
      const found = await findNamedRow(deps, kind, principal.organizationId, params.id);
      if (!found.ok) return found;
      const owner = kind.walletScope === null ? null : { scope: kind.walletScope, ownerId: params.id };
      const refuseInUse = async (): Promise<Result<never>> => {
        // This request may have closed it before a key came in between.
        if (owner !== null) await reopenWallet(deps, principal.organizationId, owner);
        return fail(inUse(kind.noun));
      };
      if (kind.path === "teams" && (await isNamedByKeys(deps, params.id))) return refuseInUse();
      if (owner !== null) {
        const closed = await closeWallet(deps, principal.organizationId, { owner, query, actor });
        if (!closed.ok) return closed;
      }
      const answer = deleted(params.id);
      const before = { ...toWire(found.value), ...(await kind.goesAlong(deps, params.id)) };
      const event = trail.record(`${kind.audited}.delete`, params.id, before, null);
      try {
        await saveChange(deps, principal.organizationId, event, [
          ...kind.dependents(deps, params.id),
          deps.db.delete(kind.table).where(eq(kind.table.id, params.id)),
          ...(await keep(answer)),
        ]);
      } catch (error) {
        if (isForeignKeyViolation(error)) return refuseInUse();
        throw error;
      }
      return ok(answer);
    },
  );
}

/** The columns that not every kind has. */
function ownFieldsOf(body: z.output<RecordSchemas["created"] | RecordSchemas["patched"]>) {
  return {
    ...("zdr_mode" in body && body.zdr_mode !== undefined ? { zdrMode: body.zdr_mode } : {}),
    ...("cache" in body && body.cache !== undefined
      ? { cacheJson: body.cache === null ? null : JSON.stringify(body.cache) }
      : {}),
    ...("rate_limits" in body && body.rate_limits !== undefined
      ? { rateLimitsJson: writeRateLimits(body.rate_limits) }
      : {}),
  };
}

function nameTaken(noun: string): Failure {
  return { kind: "conflict", code: "name_taken", message: `Another ${noun} has this name.` };
}

function inUse(noun: string): Failure {
  return { kind: "conflict", code: "in_use", message: `Keys still name this ${noun}. Delete them first.` };
}

/** Asked before any money moves. */
async function isNamedByKeys(deps: ApiDeps, teamId: string): Promise<boolean> {
  const rows = await deps.db.select({ id: keys.id }).from(keys).where(eq(keys.teamId, teamId)).limit(1);
  return rows.length > 0;
}

async function findNamedRow(
  deps: ApiDeps,
  kind: RecordKind,
  organizationId: string,
  id: string,
  which?: SQL,
): Promise<Result<NamedRow>> {
  const rows = await deps.db
    .select()
    .from(kind.table)
    .where(and(eq(kind.table.id, id), eq(kind.table.organizationId, organizationId), which));
  return rows[0] === undefined ? fail({ kind: "not_found", what: kind.noun }) : ok(rows[0]);
}

function toWire(row: NamedRow): z.input<RecordSchemas["shown"]> {
  return {
    id: row.id,
    name: row.name,
    tags: tagsSchema.parse(JSON.parse(row.tagsJson)),
    created_at: formatTime(row.createdAtMs),
    ...(row.zdrMode === undefined
      ? { rate_limits: showRateLimits(row.rateLimitsJson ?? null) }
      : { zdr_mode: row.zdrMode, cache: showCache(row.cacheJson ?? null) }),
  };
}
