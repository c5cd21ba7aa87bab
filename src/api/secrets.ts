/** `/v1/secrets`: credentials of an organization for the targets of its gateways. */
import { and, asc, eq, gt } from "drizzle-orm";
import { formatTime } from "../contract/amount.ts";
import type { AuditState } from "../contract/audit.ts";
import { deleted, deletedSchema, listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import {
  lastFourOf,
  MAX_SECRETS,
  secretParams,
  secretSchema,
  secretValueSchema,
  type SecretWire,
} from "../contract/secret.ts";
import { lintPolicyConfig } from "../contract/policy-config/lint.ts";
import { fail, ok, type Failure } from "../core/failure.ts";
import { gatewayConfigs, secrets } from "../platform/d1/control-schema.ts";
import { configsInForce } from "../platform/gateway-record.ts";
import { isSecret } from "../platform/d1/stored-secret.ts";
import type { ApiDeps } from "./deps.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveRecorded } from "./save-change.ts";

const TAG = "Secrets";

type SecretRow = Omit<typeof secrets.$inferSelect, "sealed">;

export function addSecretRoutes(api: Api, deps: ApiDeps): void {
  addListRoute(api, deps);
  addPutRoute(api, deps);
  addDeleteRoute(api, deps);
}

function addListRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/secrets",
    {
      summary: "List secrets",
      description: "By name, never with their values.",
      tag: TAG,
      query: listQuerySchema,
      answer: listOf(secretSchema),
    },
    async ({ principal, query }) => {
      const after = query.cursor === undefined ? undefined : gt(secrets.name, query.cursor);
      const rows = await deps.db
        .select(SHOWN)
        .from(secrets)
        .where(and(eq(secrets.organizationId, principal.organizationId), after))
        .orderBy(asc(secrets.name))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, (row) => row.name, toWire));
    },
  );
}

function addPutRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "PUT /v1/secrets/{name}",
    {
      summary: "Store a secret, or replace its value",
      description:
        "Targets name it in `secret_key_ref: {store: …}`. A new value is in force within 30 seconds. " +
        `An organization has at most ${MAX_SECRETS} secrets.`,
      tag: TAG,
      params: secretParams,
      body: secretValueSchema,
      answer: secretSchema,
      refusals: [409],
    },
    async ({ principal, params, body, nowMs, keep, trail }) => {
      if (deps.secrets === null) return fail(NOT_CONFIGURED);
      const { organizationId } = principal;
      const { name } = params;
      const before = await findSecret(deps, organizationId, name);
      if (before === null) {
        const count = await deps.db.$count(secrets, eq(secrets.organizationId, organizationId));
        if (count >= MAX_SECRETS) return fail(TOO_MANY_SECRETS);
      }
      const changes = {
        sealed: Buffer.from(await deps.secrets.seal(organizationId, name, body.value)),
        lastFour: lastFourOf(body.value),
        updatedAtMs: nowMs,
      };
      const row = { organizationId, name, createdAtMs: before?.createdAtMs ?? nowMs, ...changes };
      const answer = toWire(row);
      const action = before === null ? "secret.create" : "secret.update";
      const event = trail.record(action, name, before === null ? null : recordOf(before), recordOf(row));
      await saveRecorded(deps, organizationId, event, [
        deps.db
          .insert(secrets)
          .values(row)
          .onConflictDoUpdate({ target: [secrets.organizationId, secrets.name], set: changes }),
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
    "DELETE /v1/secrets/{name}",
    {
      summary: "Delete a secret",
      description: "Refused while a configuration in force names it.",
      tag: TAG,
      params: secretParams,
      answer: deletedSchema,
      refusals: [404, 409],
    },
    async ({ principal, params, keep, trail }) => {
      const found = await findSecret(deps, principal.organizationId, params.name);
      if (found === null) return fail({ kind: "not_found", what: "secret" });
      const gatewayId = await findUser(deps, principal.organizationId, params.name);
      if (gatewayId !== null) return fail(inUse(gatewayId));
      const answer = deleted(params.name);
      const event = trail.record("secret.delete", params.name, recordOf(found), null);
      await saveRecorded(deps, principal.organizationId, event, [
        deps.db.delete(secrets).where(isSecret(principal.organizationId, params.name)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

/** A gateway whose configuration in force names the secret; null: there is none. */
async function findUser(deps: ApiDeps, organizationId: string, name: string): Promise<string | null> {
  const rows = await deps.db
    .select({ gatewayId: gatewayConfigs.gatewayId, yaml: gatewayConfigs.yaml })
    .from(gatewayConfigs)
    .where(and(eq(gatewayConfigs.organizationId, organizationId), configsInForce(deps.db)))
    .orderBy(asc(gatewayConfigs.gatewayId));
  const names = (yaml: string | null): boolean => {
    const targets = yaml === null ? [] : (lintPolicyConfig(yaml).config?.providers.targets ?? []);
    return targets.some((target) => target.secret_key_ref?.store === name);
  };
  return rows.find(({ yaml }) => names(yaml))?.gatewayId ?? null;
}

function inUse(gatewayId: string): Failure {
  return {
    kind: "conflict",
    code: "secret_in_use",
    message: `The configuration of the gateway ${gatewayId} names the secret: push one that does not, then delete it.`,
  };
}

/** Everything but the value. */
const SHOWN = {
  organizationId: secrets.organizationId,
  name: secrets.name,
  lastFour: secrets.lastFour,
  createdAtMs: secrets.createdAtMs,
  updatedAtMs: secrets.updatedAtMs,
};

async function findSecret(deps: ApiDeps, organizationId: string, name: string): Promise<SecretRow | null> {
  const rows = await deps.db.select(SHOWN).from(secrets).where(isSecret(organizationId, name));
  return rows[0] ?? null;
}

function toWire(row: SecretRow): SecretWire {
  return {
    name: row.name,
    last_four: row.lastFour,
    created_at: formatTime(row.createdAtMs),
    updated_at: formatTime(row.updatedAtMs),
  };
}

/** For the audit log, which outlives the secret: nothing of the value. */
function recordOf(row: SecretRow): AuditState {
  const { last_four: _ofValue, ...rest } = toWire(row);
  return rest;
}

const NOT_CONFIGURED: Failure = {
  kind: "conflict",
  code: "secrets_not_configured",
  message: "This gateway has no SECRETS_ENCRYPTION_KEY, so it cannot store secrets.",
};

const TOO_MANY_SECRETS: Failure = {
  kind: "conflict",
  code: "too_many_secrets",
  message: `An organization has at most ${MAX_SECRETS} secrets.`,
};
