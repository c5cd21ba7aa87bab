/** `/v1/agents/{id}/usage-constraints`: what an agent may use at most, and what it has used. */
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import {
  constraintQuerySchema,
  constraintSchema,
  constraintToWire,
  constraintUsageSchema,
  constraintUsageToWire,
  newConstraintSchema,
} from "../contract/agent-api.ts";
import type { AuditState } from "../contract/audit.ts";
import { deleted, deletedSchema, listOf, pageOfAll } from "../contract/list.ts";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import { usageConstraints } from "../platform/d1/control-schema.ts";
import { isForeignKeyViolation, isViolationOf, valueWhile } from "../platform/d1/database.ts";
import { selectNanos } from "../platform/d1/nanos-column.ts";
import { findAgent } from "./agents.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveChange } from "./save-change.ts";

const TAG = "Agents";

/** Each is tested before each request of the agent. */
const MAX_CONSTRAINTS = 20;

const constraintParams = z.strictObject({ id: z.string(), constraint_id: z.string() });

export function addUsageConstraintRoutes(api: Api, deps: ApiDeps): void {
  addListRoute(api, deps);
  addCreateRoute(api, deps);
  addReplaceRoute(api, deps);
  addDeleteRoute(api, deps);
}

function addListRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/agents/{id}/usage-constraints",
    {
      summary: "List an agent's constraints, with what it has used",
      description: "For constraints per run, `run_id` says whose usage is shown.",
      tag: TAG,
      params: idParams,
      query: constraintQuerySchema,
      answer: listOf(constraintUsageSchema),
      refusals: [404, 503],
    },
    async ({ principal, params, query }) => {
      const usage = await deps
        .organization(principal.organizationId)
        .agentUsage({ agentId: params.id, runId: query.run_id ?? null, mustNameRun: false });
      if (usage.outcome === "refused") return fail(usage.failure);
      return ok(pageOfAll(usage.value.constraints, query, ({ id }) => id, constraintUsageToWire));
    },
  );
}

function addCreateRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/agents/{id}/usage-constraints",
    {
      summary: "Limit what an agent may use",
      description: `All constraints of an agent must pass; it has at most ${MAX_CONSTRAINTS}.`,
      tag: TAG,
      params: idParams,
      body: newConstraintSchema,
      answer: constraintSchema,
      status: 201,
      refusals: [404, 409],
    },
    async ({ principal, params, body, nowMs, keep, trail }) => {
      const agent = await findAgent(deps, principal.organizationId, params.id);
      if (!agent.ok) return agent;
      const constraint = { id: deps.newId("ucn"), ...body };
      const answer = constraintToWire(constraint);
      const row = {
        id: constraint.id,
        organizationId: principal.organizationId,
        agentId: params.id,
        createdAtMs: nowMs,
        ...columnsOf(body),
      };
      const existing = deps.db.$count(usageConstraints, eq(usageConstraints.agentId, params.id));
      const limited = { ...row, type: valueWhile(sql`${existing} < ${MAX_CONSTRAINTS}`, row.type) };
      const event = trail.record("usage_constraint.create", row.id, null, stateOf(params.id, constraint));
      try {
        await saveChange(deps, principal.organizationId, event, [
          deps.db.insert(usageConstraints).values(limited),
          ...(await keep(answer)),
        ]);
      } catch (error) {
        if (isViolationOf(error, "usage_constraints.type")) return fail(TOO_MANY);
        // The agent was deleted at the same time.
        if (isForeignKeyViolation(error)) return fail({ kind: "not_found", what: "agent" });
        throw error;
      }
      return ok(answer);
    },
  );
}

function addReplaceRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "PUT /v1/agents/{id}/usage-constraints/{constraint_id}",
    {
      summary: "Replace a constraint",
      description: "Another limit keeps what was used; another type or window counts on its own.",
      tag: TAG,
      params: constraintParams,
      body: newConstraintSchema,
      answer: constraintSchema,
      refusals: [404],
    },
    async ({ principal, params, body, keep, trail }) => {
      const found = await findConstraint(deps, principal.organizationId, params);
      if (!found.ok) return found;
      const answer = constraintToWire({ id: params.constraint_id, ...body });
      const after = stateOf(params.id, { id: params.constraint_id, ...body });
      const event = trail.record("usage_constraint.update", params.constraint_id, found.value, after);
      await saveChange(deps, principal.organizationId, event, [
        deps.db.update(usageConstraints).set(columnsOf(body)).where(eq(usageConstraints.id, params.constraint_id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

function addDeleteRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "DELETE /v1/agents/{id}/usage-constraints/{constraint_id}",
    { summary: "Delete a constraint", tag: TAG, params: constraintParams, answer: deletedSchema, refusals: [404] },
    async ({ principal, params, keep, trail }) => {
      const found = await findConstraint(deps, principal.organizationId, params);
      if (!found.ok) return found;
      const answer = deleted(params.constraint_id);
      const event = trail.record("usage_constraint.delete", params.constraint_id, found.value, null);
      await saveChange(deps, principal.organizationId, event, [
        deps.db.delete(usageConstraints).where(eq(usageConstraints.id, params.constraint_id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

const TOO_MANY: Failure = {
  kind: "conflict",
  code: "too_many_constraints",
  message: `An agent has at most ${MAX_CONSTRAINTS} constraints. Delete or replace one.`,
};

function columnsOf({ type, window, limit }: z.output<typeof newConstraintSchema>) {
  return { type, window, limitAmount: limit };
}

async function findConstraint(
  deps: ApiDeps,
  organizationId: string,
  params: z.output<typeof constraintParams>,
): Promise<Result<AuditState>> {
  const rows = await deps.db
    .select({
      id: usageConstraints.id,
      type: usageConstraints.type,
      window: usageConstraints.window,
      limit: selectNanos(usageConstraints.limitAmount),
    })
    .from(usageConstraints)
    .where(
      and(
        eq(usageConstraints.id, params.constraint_id),
        eq(usageConstraints.agentId, params.id),
        eq(usageConstraints.organizationId, organizationId),
      ),
    );
  return rows[0] === undefined
    ? fail({ kind: "not_found", what: "usage constraint" })
    : ok(stateOf(params.id, rows[0]));
}

/** As it is recorded: with its agent. */
function stateOf(agentId: string, constraint: Parameters<typeof constraintToWire>[0]): AuditState {
  return { ...constraintToWire(constraint), agent_id: agentId };
}
