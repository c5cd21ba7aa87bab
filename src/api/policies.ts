/** Access policies and budgets: records of an organization whose whole content is one body. */
import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { z } from "zod";
import type { AuditState } from "../contract/audit.ts";
import { deleted, deletedSchema, listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import { fail, invalid, ok, type Failure, type Result } from "../core/failure.ts";
import { policies } from "../platform/d1/control-schema.ts";
import { isViolationOf, valueWhile } from "../platform/d1/database.ts";
import type { PolicyRow } from "../platform/d1/policy-row.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveChange, saveUnique, type Keep } from "./save-change.ts";

/** Each may have to be looked at before a request is decided. */
const MAX_POLICIES = 1_000;

export interface PolicyKind<Body extends { readonly name: string }, Patch, Shown extends z.ZodType> {
  readonly kind: PolicyRow["kind"];
  readonly path: "access-policies" | "budgets";
  readonly prefix: "pol" | "bud";
  readonly noun: string;
  readonly audited: "access_policy" | "budget";
  readonly plural: string;
  readonly tag: string;
  /** What creating one does, for the reference. */
  readonly description: string;
  readonly newSchema: z.ZodType<Body>;
  readonly patchSchema: z.ZodType<Patch>;
  readonly shownSchema: Shown;
  /** Each field that the patch names is replaced as a whole. */
  merge(before: Body, patch: Patch): Body;
  /** What no field alone can say; null: nothing is wrong. */
  findFault(body: Body): { readonly field: string; readonly message: string } | null;
  /** The text to store, which `newSchema` reads again. */
  toJson(body: Body): string;
  toWire(row: PolicyRow): z.input<Shown> & AuditState;
}

/** A policy that is not saved yet. */
export function draftPolicy<Body extends { readonly name: string }, Patch, Shown extends z.ZodType>(
  deps: ApiDeps,
  kind: PolicyKind<Body, Patch, Shown>,
  organizationId: string,
  body: Body,
): PolicyRow {
  return {
    id: deps.newId(kind.prefix),
    organizationId,
    kind: kind.kind,
    name: body.name,
    bodyJson: kind.toJson(body),
    createdAtMs: deps.nowMs(),
  };
}

export function addPolicyRoutes<Body extends { readonly name: string }, Patch, Shown extends z.ZodType>(
  api: Api,
  deps: ApiDeps,
  kind: PolicyKind<Body, Patch, Shown>,
): void {
  addReadRoutes(api, deps, kind);
  addCreateRoute(api, deps, kind);
  addChangeRoutes(api, deps, kind);
  addDeleteRoute(api, deps, kind);
}

function addReadRoutes<Body extends { readonly name: string }, Patch, Shown extends z.ZodType>(
  api: Api,
  deps: ApiDeps,
  kind: PolicyKind<Body, Patch, Shown>,
): void {
  const { noun, tag, shownSchema } = kind;
  addPrincipalRoute(
    api,
    deps,
    `GET /v1/unified-access/${kind.path}`,
    { summary: `List ${kind.plural}`, tag, query: listQuerySchema, answer: listOf(shownSchema) },
    async ({ principal, query }) => {
      const rows = await deps.db
        .select()
        .from(policies)
        .where(
          and(
            eq(policies.organizationId, principal.organizationId),
            eq(policies.kind, kind.kind),
            query.cursor === undefined ? undefined : lt(policies.id, query.cursor),
          ),
        )
        .orderBy(desc(policies.id))
        .limit(query.limit + 1);
      return ok(
        pageOf(
          rows,
          query.limit,
          (row) => row.id,
          (row) => kind.toWire(row),
        ),
      );
    },
  );

  addPrincipalRoute(
    api,
    deps,
    `GET /v1/unified-access/${kind.path}/{id}`,
    { summary: `Get ${noun}`, tag, params: idParams, answer: shownSchema, refusals: [404] },
    async ({ principal, params }) => {
      const row = await findPolicy(deps, kind, principal.organizationId, params.id);
      return row.ok ? ok(kind.toWire(row.value)) : row;
    },
  );
}

function addCreateRoute<Body extends { readonly name: string }, Patch, Shown extends z.ZodType>(
  api: Api,
  deps: ApiDeps,
  kind: PolicyKind<Body, Patch, Shown>,
): void {
  addPrincipalRoute(
    api,
    deps,
    `POST /v1/unified-access/${kind.path}`,
    {
      summary: `Create ${kind.noun}`,
      description: kind.description,
      tag: kind.tag,
      body: kind.newSchema,
      answer: kind.shownSchema,
      status: 201,
      refusals: [409],
    },
    async ({ principal, body, keep, trail }) => {
      const row = draftPolicy(deps, kind, principal.organizationId, body);
      const answer = kind.toWire(row);
      const existing = deps.db.$count(
        policies,
        and(eq(policies.organizationId, principal.organizationId), eq(policies.kind, kind.kind)),
      );
      const limited = { ...row, bodyJson: valueWhile(sql`${existing} < ${MAX_POLICIES}`, row.bodyJson) };
      const statements = [deps.db.insert(policies).values(limited), ...(await keep(answer))];
      try {
        const event = trail.record(`${kind.audited}.create`, row.id, null, answer);
        const saved = await saveUnique(deps, principal.organizationId, event, statements, nameTaken(kind.noun));
        return saved.ok ? ok(answer) : saved;
      } catch (error) {
        if (!isViolationOf(error, "policies.body_json")) throw error;
        const message = `An organization has at most ${MAX_POLICIES} ${kind.plural}.`;
        return fail({ kind: "conflict", code: "too_many_policies", message });
      }
    },
  );
}

function addChangeRoutes<Body extends { readonly name: string }, Patch, Shown extends z.ZodType>(
  api: Api,
  deps: ApiDeps,
  kind: PolicyKind<Body, Patch, Shown>,
): void {
  const described = { tag: kind.tag, params: idParams, answer: kind.shownSchema, refusals: [404, 409] } as const;
  addPrincipalRoute(
    api,
    deps,
    `PUT /v1/unified-access/${kind.path}/{id}`,
    { summary: `Replace ${kind.noun}`, body: kind.newSchema, ...described },
    async ({ principal, params, body, keep, trail }) =>
      changePolicy(deps, kind, principal.organizationId, params.id, () => body, keep, trail),
  );

  addPrincipalRoute(
    api,
    deps,
    `PATCH /v1/unified-access/${kind.path}/{id}`,
    {
      summary: `Change ${kind.noun}`,
      description: "Each field that is named is replaced as a whole.",
      body: kind.patchSchema,
      ...described,
    },
    async ({ principal, params, body, keep, trail }) =>
      changePolicy(deps, kind, principal.organizationId, params.id, (before) => kind.merge(before, body), keep, trail),
  );
}

function addDeleteRoute<Body extends { readonly name: string }, Patch, Shown extends z.ZodType>(
  api: Api,
  deps: ApiDeps,
  kind: PolicyKind<Body, Patch, Shown>,
): void {
  addPrincipalRoute(
    api,
    deps,
    `DELETE /v1/unified-access/${kind.path}/{id}`,
    { summary: `Delete ${kind.noun}`, tag: kind.tag, params: idParams, answer: deletedSchema, refusals: [404] },
    async ({ principal, params, keep, trail }) => {
      const found = await findPolicy(deps, kind, principal.organizationId, params.id);
      if (!found.ok) return found;
      const answer = deleted(params.id);
      const event = trail.record(`${kind.audited}.delete`, params.id, kind.toWire(found.value), null);
      await saveChange(deps, principal.organizationId, event, [
        deps.db.delete(policies).where(eq(policies.id, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

async function changePolicy<Body extends { readonly name: string }, Patch, Shown extends z.ZodType>(
  deps: ApiDeps,
  kind: PolicyKind<Body, Patch, Shown>,
  organizationId: string,
  id: string,
  change: (before: Body) => Body,
  keep: Keep<z.input<Shown>>,
  trail: AuditTrail,
): Promise<Result<z.input<Shown>>> {
  const found = await findPolicy(deps, kind, organizationId, id);
  if (!found.ok) return found;
  const body = change(kind.newSchema.parse(JSON.parse(found.value.bodyJson)));
  const fault = kind.findFault(body);
  if (fault !== null) return fail(invalid(fault.field, "invalid_value", `\`${fault.field}\`: ${fault.message}.`));
  const changes = { name: body.name, bodyJson: kind.toJson(body) };
  const update = deps.db.update(policies).set(changes).where(eq(policies.id, id));
  const answer = kind.toWire({ ...found.value, ...changes });
  const statements = [update, ...(await keep(answer))];
  const event = trail.record(`${kind.audited}.update`, id, kind.toWire(found.value), answer);
  const saved = await saveUnique(deps, organizationId, event, statements, nameTaken(kind.noun));
  return saved.ok ? ok(answer) : saved;
}

function nameTaken(noun: string): Failure {
  return { kind: "conflict", code: "name_taken", message: `There is ${noun} with this name already.` };
}

async function findPolicy(
  deps: ApiDeps,
  kind: { readonly kind: PolicyRow["kind"]; readonly noun: string },
  organizationId: string,
  id: string,
): Promise<Result<PolicyRow>> {
  const rows = await deps.db
    .select()
    .from(policies)
    .where(and(eq(policies.id, id), eq(policies.organizationId, organizationId), eq(policies.kind, kind.kind)));
  return rows[0] === undefined ? fail({ kind: "not_found", what: kind.noun.replace(/^an? /, "") }) : ok(rows[0]);
}
