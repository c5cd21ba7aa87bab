/** `/v1/agents`: the identities of programs that call models on their own. */
import { and, desc, eq, lt } from "drizzle-orm";
import type { z } from "zod";
import { agentPatchSchema, agentSchema, newAgentSchema } from "../contract/agent-api.ts";
import { formatTime } from "../contract/amount.ts";
import { tagsSchema } from "../contract/key.ts";
import { deleted, deletedSchema, listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import { agents, usageConstraints } from "../platform/d1/control-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveChange, saveUnique } from "./save-change.ts";

const TAG = "Agents";

const NAME_TAKEN: Failure = { kind: "conflict", code: "name_taken", message: "Another agent has this name." };

type AgentRow = typeof agents.$inferSelect;

export function addAgentRoutes(api: Api, deps: ApiDeps): void {
  addReadRoutes(api, deps);
  addCreateRoute(api, deps);
  addPatchRoute(api, deps);
  addDeleteRoute(api, deps);
}

/** The agent of this organization, else `not_found`. */
export async function findAgent(deps: ApiDeps, organizationId: string, id: string): Promise<Result<AgentRow>> {
  const rows = await deps.db
    .select()
    .from(agents)
    .where(and(eq(agents.id, id), eq(agents.organizationId, organizationId)));
  return rows[0] === undefined ? fail({ kind: "not_found", what: "agent" }) : ok(rows[0]);
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/agents",
    { summary: "List agents", tag: TAG, query: listQuerySchema, answer: listOf(agentSchema) },
    async ({ principal, query }) => {
      const after = query.cursor === undefined ? undefined : lt(agents.id, query.cursor);
      const rows = await deps.db
        .select()
        .from(agents)
        .where(and(eq(agents.organizationId, principal.organizationId), after))
        .orderBy(desc(agents.id))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, (row) => row.id, toWire));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "GET /v1/agents/{id}",
    { summary: "Get an agent", tag: TAG, params: idParams, answer: agentSchema, refusals: [404] },
    async ({ principal, params }) => {
      const found = await findAgent(deps, principal.organizationId, params.id);
      return found.ok ? ok(toWire(found.value)) : found;
    },
  );
}

function addCreateRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/agents",
    {
      summary: "Create an agent",
      description: "A key with `may_assert_identity` names it in `X-Agent-Id`.",
      tag: TAG,
      body: newAgentSchema,
      answer: agentSchema,
      status: 201,
      refusals: [409],
    },
    async ({ principal, body, nowMs, keep, trail }) => {
      const row: AgentRow = {
        id: deps.newId("agt"),
        organizationId: principal.organizationId,
        name: body.name,
        status: body.status,
        tagsJson: JSON.stringify(body.tags),
        createdAtMs: nowMs,
      };
      const answer = toWire(row);
      const statements = [deps.db.insert(agents).values(row), ...(await keep(answer))];
      const event = trail.record("agent.create", row.id, null, answer);
      const saved = await saveUnique(deps, principal.organizationId, event, statements, NAME_TAKEN);
      return saved.ok ? ok(answer) : saved;
    },
  );
}

function addPatchRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "PATCH /v1/agents/{id}",
    {
      summary: "Change, pause or disable an agent",
      description: "From then on requests of an agent that is not active are refused; those under way end as usual.",
      tag: TAG,
      params: idParams,
      body: agentPatchSchema,
      answer: agentSchema,
      refusals: [404, 409],
    },
    async ({ principal, params, body, keep, trail }) => {
      const found = await findAgent(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const changes = {
        name: body.name ?? found.value.name,
        status: body.status ?? found.value.status,
        tagsJson: body.tags === undefined ? found.value.tagsJson : JSON.stringify(body.tags),
      };
      const update = deps.db.update(agents).set(changes).where(eq(agents.id, params.id));
      const answer = toWire({ ...found.value, ...changes });
      const event = trail.record("agent.update", params.id, toWire(found.value), answer);
      const saved = await saveUnique(
        deps,
        principal.organizationId,
        event,
        [update, ...(await keep(answer))],
        NAME_TAKEN,
      );
      return saved.ok ? ok(answer) : saved;
    },
  );
}

function addDeleteRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "DELETE /v1/agents/{id}",
    {
      summary: "Delete an agent",
      description: "Its constraints go with it. Requests that still name it are refused (403).",
      tag: TAG,
      params: idParams,
      answer: deletedSchema,
      refusals: [404],
    },
    async ({ principal, params, keep, trail }) => {
      const found = await findAgent(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const answer = deleted(params.id);
      await saveChange(
        deps,
        principal.organizationId,
        trail.record("agent.delete", params.id, toWire(found.value), null),
        [
          deps.db.delete(usageConstraints).where(eq(usageConstraints.agentId, params.id)),
          deps.db.delete(agents).where(eq(agents.id, params.id)),
          ...(await keep(answer)),
        ],
      );
      return ok(answer);
    },
  );
}

function toWire(row: AgentRow): z.input<typeof agentSchema> {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    tags: tagsSchema.parse(JSON.parse(row.tagsJson)),
    created_at: formatTime(row.createdAtMs),
  };
}
