/** `/v1/unified-access/access-policies`: who may use which models, and what a change would do. */
import { and, count, desc, eq, lt } from "drizzle-orm";
import type { z } from "zod";
import {
  accessDecisionSchema,
  accessDecisionToWire,
  accessPolicyPatchSchema,
  accessPolicySchema,
  accessPolicyToWire,
  findPolicyFault,
  newAccessPolicySchema,
  simulateAccessSchema,
  toAccessPolicy,
  type NewAccessPolicy,
} from "../contract/access-policy.ts";
import { deleted, deletedSchema, listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import { fail, invalid, ok, type Result } from "../core/failure.ts";
import {
  accessPolicyBody,
  accessPolicyColumns,
  accessPolicyOfRow,
  type AccessPolicyRow,
} from "../platform/d1/access-policy-row.ts";
import { accessPolicies } from "../platform/d1/control-schema.ts";
import { isUniqueViolation } from "../platform/d1/database.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addKeyRoute, type Api } from "./route.ts";
import { saveChange, type Statement } from "./save-change.ts";

const TAG = "Access policies";
const PATH = "/v1/unified-access/access-policies";

/** Each is looked at when a caller asks for a model for the first time. */
const MAX_POLICIES = 1_000;

export function addAccessPolicyRoutes(api: Api, deps: ApiDeps): void {
  addReadRoutes(api, deps);
  addWriteRoutes(api, deps);
  addSimulateRoute(api, deps);
}

/** A policy that is not saved yet. */
export function draftAccessPolicy(deps: ApiDeps, organizationId: string, body: NewAccessPolicy): AccessPolicyRow {
  return { id: deps.newId("pol"), organizationId, ...accessPolicyColumns(body), createdAtMs: deps.nowMs() };
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    `GET ${PATH}`,
    { summary: "List access policies", tag: TAG, query: listQuerySchema, answer: listOf(accessPolicySchema) },
    async ({ key, query }) => {
      const after = query.cursor === undefined ? undefined : lt(accessPolicies.id, query.cursor);
      const rows = await deps.db
        .select()
        .from(accessPolicies)
        .where(and(eq(accessPolicies.organizationId, key.organizationId), after))
        .orderBy(desc(accessPolicies.id))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, (row) => row.id, toWire));
    },
  );

  addKeyRoute(
    api,
    deps,
    `GET ${PATH}/{id}`,
    { summary: "Get an access policy", tag: TAG, params: idParams, answer: accessPolicySchema, refusals: [404] },
    async ({ key, params }) => {
      const row = await findPolicy(deps, key.organizationId, params.id);
      return row.ok ? ok(toWire(row.value)) : row;
    },
  );
}

function addWriteRoutes(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    `POST ${PATH}`,
    {
      summary: "Create an access policy",
      description:
        "Deny always wins; what nothing allows is denied; of several allows the smallest of each limit applies. It is in force with the next request.",
      tag: TAG,
      body: newAccessPolicySchema,
      answer: accessPolicySchema,
      status: 201,
      refusals: [409],
    },
    async ({ key, body }) => {
      const row = draftAccessPolicy(deps, key.organizationId, body);
      const counted = await deps.db
        .select({ policies: count() })
        .from(accessPolicies)
        .where(eq(accessPolicies.organizationId, key.organizationId));
      if ((counted[0]?.policies ?? 0) >= MAX_POLICIES) {
        const message = `An organization has at most ${MAX_POLICIES} access policies.`;
        return fail({ kind: "conflict", code: "too_many_policies", message });
      }
      const saved = await savePolicy(deps, key.organizationId, deps.db.insert(accessPolicies).values(row));
      return saved.ok ? ok(toWire(row)) : saved;
    },
  );

  addKeyRoute(
    api,
    deps,
    `PUT ${PATH}/{id}`,
    {
      summary: "Replace an access policy",
      tag: TAG,
      params: idParams,
      body: newAccessPolicySchema,
      answer: accessPolicySchema,
      refusals: [404, 409],
    },
    async ({ key, params, body }) => changePolicy(deps, key.organizationId, params.id, () => ok(body)),
  );

  addKeyRoute(
    api,
    deps,
    `PATCH ${PATH}/{id}`,
    {
      summary: "Change an access policy",
      description: "Each field that is named is replaced as a whole.",
      tag: TAG,
      params: idParams,
      body: accessPolicyPatchSchema,
      answer: accessPolicySchema,
      refusals: [404, 409],
    },
    async ({ key, params, body }) =>
      changePolicy(deps, key.organizationId, params.id, (before) => mergePolicy(before, body)),
  );

  addKeyRoute(
    api,
    deps,
    `DELETE ${PATH}/{id}`,
    { summary: "Delete an access policy", tag: TAG, params: idParams, answer: deletedSchema, refusals: [404] },
    async ({ key, params }) => {
      const found = await findPolicy(deps, key.organizationId, params.id);
      if (!found.ok) return found;
      await saveChange(deps, key.organizationId, [
        deps.db.delete(accessPolicies).where(eq(accessPolicies.id, params.id)),
      ]);
      return ok(deleted(params.id));
    },
  );
}

function addSimulateRoute(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    `POST ${PATH}/simulate`,
    {
      summary: "Ask what the access policies would decide",
      description: "Decided by the code that decides requests, with the drafts as if they were saved. Changes nothing.",
      tag: TAG,
      body: simulateAccessSchema,
      answer: accessDecisionSchema,
      refusals: [404, 503],
    },
    async ({ key, body }) => {
      const { subject } = body;
      const reply = await deps.organization(key.organizationId).simulateAccess({
        keyId: subject.key_id ?? null,
        userId: subject.user_id ?? null,
        teamId: subject.team_id ?? null,
        serviceUserId: subject.service_user_id ?? null,
        gatewayId: subject.gateway_id ?? null,
        agentId: subject.agent_id ?? null,
        agentRunId: null,
        tags: subject.tags,
        endpoint: body.endpoint,
        model: body.model,
        drafts: body.drafts.map(({ id, ...draft }, index) => toAccessPolicy(id ?? `draft_${index + 1}`, draft)),
      });
      if (reply.outcome === "refused") return fail(reply.failure);
      return ok(accessDecisionToWire(reply.value.decision, reply.value.reasons));
    },
  );
}

/** What is stored with what the patch names; the whole must be a policy again. */
function mergePolicy(
  before: NewAccessPolicy,
  patch: z.output<typeof accessPolicyPatchSchema>,
): Result<NewAccessPolicy> {
  const merged: NewAccessPolicy = {
    name: patch.name ?? before.name,
    effect: patch.effect ?? before.effect,
    enabled: patch.enabled ?? before.enabled,
    subjects: patch.subjects ?? before.subjects,
    resources: patch.resources ?? before.resources,
    limits: patch.limits ?? before.limits,
  };
  const fault = findPolicyFault(merged);
  return fault === null
    ? ok(merged)
    : fail(invalid(fault.field, "invalid_value", `\`${fault.field}\`: ${fault.message}.`));
}

async function changePolicy(
  deps: ApiDeps,
  organizationId: string,
  id: string,
  change: (before: NewAccessPolicy) => Result<NewAccessPolicy>,
): Promise<Result<z.input<typeof accessPolicySchema>>> {
  const found = await findPolicy(deps, organizationId, id);
  if (!found.ok) return found;
  const changed = change(accessPolicyBody(found.value));
  if (!changed.ok) return changed;
  const columns = accessPolicyColumns(changed.value);
  const update = deps.db.update(accessPolicies).set(columns).where(eq(accessPolicies.id, id));
  const saved = await savePolicy(deps, organizationId, update);
  return saved.ok ? ok(toWire({ ...found.value, ...columns })) : saved;
}

async function savePolicy(deps: ApiDeps, organizationId: string, statement: Statement): Promise<Result<null>> {
  try {
    await saveChange(deps, organizationId, [statement]);
    return ok(null);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return fail({ kind: "conflict", code: "name_taken", message: "Another access policy has this name." });
  }
}

async function findPolicy(deps: ApiDeps, organizationId: string, id: string): Promise<Result<AccessPolicyRow>> {
  const rows = await deps.db
    .select()
    .from(accessPolicies)
    .where(and(eq(accessPolicies.id, id), eq(accessPolicies.organizationId, organizationId)));
  return rows[0] === undefined ? fail({ kind: "not_found", what: "access policy" }) : ok(rows[0]);
}

function toWire(row: AccessPolicyRow): z.input<typeof accessPolicySchema> {
  return accessPolicyToWire(accessPolicyOfRow(row), row.createdAtMs);
}
