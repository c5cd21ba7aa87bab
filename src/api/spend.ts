/** `/v1/spend`: one row per request. */
import { and, desc, eq, gte, lt, type SQL } from "drizzle-orm";
import { z } from "zod";
import { listOf, pageOf } from "../contract/list.ts";
import {
  newSpendLogRow,
  newSpendLogSchema,
  spendLogQuerySchema,
  spendLogToWire,
  spendLogViewSchema,
} from "../contract/spend-api.ts";
import { fail, ok } from "../core/failure.ts";
import { spendLogColumns, spendLogOfValues, spendLogValues } from "../platform/d1/spend-log-row.ts";
import { spendLogs } from "../platform/d1/spend-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { spendLogIdOf } from "./request-ids.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { afterTimeCursor, timeCursorOf } from "./time-cursor.ts";
import { findVisibility } from "./visibility.ts";
import { visibleSpend } from "./visible-rows.ts";

const TAG = "Spend";
const OWN_ROWS =
  "A key without `org:read` sees its own rows, those of the member it belongs to, and with `self` those of the teams that this " +
  "member leads.";

export function addSpendRoutes(api: Api, deps: ApiDeps): void {
  addReportRoute(api, deps);
  addListRoute(api, deps);
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/spend/logs/{id}",
    {
      summary: "Get a spend log",
      description: OWN_ROWS,
      tag: TAG,
      params: z.strictObject({ id: z.string() }),
      answer: spendLogViewSchema,
      refusals: [404],
    },
    async ({ principal, params }) => {
      const rows = await deps.spendDb
        .select(spendLogColumns)
        .from(spendLogs)
        .where(
          and(
            eq(spendLogs.id, params.id),
            eq(spendLogs.organizationId, principal.organizationId),
            visibleSpend(await findVisibility(deps, principal), principal.organizationId),
          ),
        );
      const row = rows[0];
      return row === undefined
        ? fail({ kind: "not_found", what: "spend log" })
        : ok(spendLogToWire(spendLogOfValues(row)));
    },
  );
}

function addReportRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/spend/log",
    {
      summary: "Report a request of a gateway elsewhere",
      description:
        "For requests that held no money here. One row per `request_id`: a repeat answers the first row, and the row of a " +
        "reservation with this id, made before or after, takes its place.",
      tag: TAG,
      body: newSpendLogSchema,
      answer: spendLogViewSchema,
      status: 201,
    },
    async ({ principal, body, nowMs }) => {
      const known = await findByRequest(deps, principal.organizationId, body.request_id);
      if (known !== null) return ok(spendLogToWire(known));
      const row = newSpendLogRow(body, {
        id: await spendLogIdOf(principal.organizationId, body.request_id),
        organizationId: principal.organizationId,
        keyId: principal.id,
        gatewayId: principal.gatewayId,
        serviceUserId: principal.serviceUserId,
        nowMs,
      });
      await deps.spendDb.insert(spendLogs).values(spendLogValues(row)).onConflictDoNothing();
      return ok(spendLogToWire((await findByRequest(deps, principal.organizationId, body.request_id)) ?? row));
    },
  );
}

function addListRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/spend/logs",
    {
      summary: "List spend logs",
      description: `Newest first, by any combination of filters. ${OWN_ROWS} Filters for others find nothing then.`,
      tag: TAG,
      query: spendLogQuerySchema,
      answer: listOf(spendLogViewSchema),
    },
    async ({ principal, query }) => {
      const visible = visibleSpend(await findVisibility(deps, principal), principal.organizationId);
      const which = and(eq(spendLogs.organizationId, principal.organizationId), visible, matching(query));
      return readSpendLogs(deps, which, query);
    },
  );
}

/** Newest first. */
export async function readSpendLogs(
  deps: ApiDeps,
  which: SQL | undefined,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
) {
  const after = afterTimeCursor(cursor, spendLogs);
  if (!after.ok) return after;
  const rows = await deps.spendDb
    .select(spendLogColumns)
    .from(spendLogs)
    .where(and(which, after.value))
    .orderBy(desc(spendLogs.createdAtMs), desc(spendLogs.id))
    .limit(limit + 1);
  return ok(pageOf(rows, limit, timeCursorOf, (row) => spendLogToWire(spendLogOfValues(row))));
}

async function findByRequest(deps: ApiDeps, organizationId: string, requestId: string) {
  const rows = await deps.spendDb
    .select(spendLogColumns)
    .from(spendLogs)
    .where(and(eq(spendLogs.organizationId, organizationId), eq(spendLogs.requestId, requestId)))
    .limit(1);
  return rows[0] === undefined ? null : spendLogOfValues(rows[0]);
}

/** The rows that the filters of a list ask for. */
export function matching(query: Omit<z.output<typeof spendLogQuerySchema>, "limit" | "cursor">): SQL | undefined {
  const filters: (SQL | undefined)[] = [
    query.key_id === undefined ? undefined : eq(spendLogs.keyId, query.key_id),
    query.user_id === undefined ? undefined : eq(spendLogs.userId, query.user_id),
    query.team_id === undefined ? undefined : eq(spendLogs.teamId, query.team_id),
    query.agent_id === undefined ? undefined : eq(spendLogs.agentId, query.agent_id),
    query.provider === undefined ? undefined : eq(spendLogs.provider, query.provider),
    query.model === undefined ? undefined : eq(spendLogs.model, query.model),
    query.status === undefined ? undefined : eq(spendLogs.status, query.status),
    query.from === undefined ? undefined : gte(spendLogs.createdAtMs, query.from),
    query.to === undefined ? undefined : lt(spendLogs.createdAtMs, query.to),
  ];
  return and(...filters);
}
