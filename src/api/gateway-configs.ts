/** `/v1/gateways/{id}/config`: the declared configuration of a gateway, all its versions, and back to one of them. */
import { and, eq, isNotNull } from "drizzle-orm";
import { z } from "zod";
import {
  CONFIG_TYPES,
  configVersionParams,
  configVersionSchema,
  configVersionsQuerySchema,
  deployedConfigSchema,
  expectedVersionQuerySchema,
  gatewayConfigSchema,
  MAX_CONFIG_VERSIONS,
  rollbackSchema,
} from "../contract/gateway-config-api.ts";
import { listOf, pageOf } from "../contract/list.ts";
import { compilePolicyConfig } from "../contract/policy-config/compile.ts";
import type { LintWarning } from "../contract/policy-config/lint.ts";
import { fail, invalid, ok, type Failure, type Result } from "../core/failure.ts";
import { gatewayConfigs } from "../platform/d1/control-schema.ts";
import { isForeignKeyViolation } from "../platform/d1/database.ts";
import { checkConfig } from "./config-checks.ts";
import {
  checkReader,
  findGateway,
  listVersions,
  readInForce,
  readVersion,
  showConfig,
  showDeployed,
  showListed,
  stateOf,
  type ConfigRow,
  type Deployed,
  type VersionRow,
} from "./config-rows.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api, type PrincipalCall } from "./route.ts";
import { saveChange } from "./save-change.ts";

const TAG = "Gateways";
const READERS =
  "A key with `org:read` reads every gateway's, a key of the gateway itself with `control_plane` its own.";

export function addGatewayConfigRoutes(api: Api, deps: ApiDeps): void {
  addReadRoute(api, deps);
  addVersionRoutes(api, deps);
  addDeployRoute(api, deps);
  addRollbackRoute(api, deps);
  addDeleteRoute(api, deps);
}

function addReadRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/gateways/{id}/config",
    {
      summary: "Get a gateway's configuration",
      description: READERS,
      tag: TAG,
      params: idParams,
      answer: gatewayConfigSchema,
      refusals: [404],
    },
    async ({ principal, params }) => {
      const readable = await checkReader(deps, principal, params.id);
      if (!readable.ok) return readable;
      return ok(showConfig(params.id, await readInForce(deps, params.id)));
    },
  );
}

function addVersionRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/gateways/{id}/config/versions",
    {
      summary: "List the versions of a gateway's configuration",
      description: `The newest first. ${READERS}`,
      tag: TAG,
      params: idParams,
      query: configVersionsQuerySchema,
      answer: listOf(configVersionSchema),
      refusals: [404],
    },
    async ({ principal, params, query }) => {
      const readable = await checkReader(deps, principal, params.id);
      if (!readable.ok) return readable;
      const beforeVersion = query.cursor === undefined ? null : Number(query.cursor);
      const rows = await listVersions(deps, params.id, { beforeVersion, limit: query.limit + 1 });
      return ok(pageOf(rows, query.limit, (row) => String(row.version), showListed));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "GET /v1/gateways/{id}/config/versions/{version}",
    {
      summary: "Get one version of a gateway's configuration",
      description: READERS,
      tag: TAG,
      params: configVersionParams,
      answer: gatewayConfigSchema,
      refusals: [404],
    },
    async ({ principal, params }) => {
      const readable = await checkReader(deps, principal, params.id);
      if (!readable.ok) return readable;
      const row = await readVersion(deps, params.id, params.version);
      return row === null ? fail({ kind: "not_found", what: "version" }) : ok(showConfig(params.id, row));
    },
  );
}

function addDeployRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "PUT /v1/gateways/{id}/config",
    {
      summary: "Give a gateway its policy-config.yaml",
      description:
        "The body is the text. It is in force for the next request, as a new version; the same text as the one in force makes none. A " +
        "text with errors changes nothing: 400 `config_invalid`, with all of them in `error.errors[] {code, path, line, column, " +
        `message, suggestion?}\`. A gateway keeps ${MAX_CONFIG_VERSIONS.toLocaleString("en")} texts and refuses more.`,
      tag: TAG,
      params: idParams,
      query: expectedVersionQuerySchema,
      body: z.string(),
      bodyTypes: CONFIG_TYPES,
      answer: deployedConfigSchema,
      refusals: [404],
    },
    async (call) => {
      const found = await findGateway(deps, call.principal.organizationId, call.params.id);
      if (!found.ok) return found;
      return deploy(deps, call, {
        yaml: call.body,
        rolledBackFrom: null,
        expectedVersion: call.query.expected_version,
      });
    },
  );
}

function addRollbackRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/gateways/{id}/config/rollback",
    {
      summary: "Bring an earlier configuration back",
      description: "Makes a new version with the text of that one, which is checked as if it were sent now.",
      tag: TAG,
      params: idParams,
      query: expectedVersionQuerySchema,
      body: rollbackSchema,
      answer: deployedConfigSchema,
      refusals: [404],
    },
    async (call) => {
      const { params, body, query } = call;
      const found = await findGateway(deps, call.principal.organizationId, params.id);
      if (!found.ok) return found;
      const row = await readVersion(deps, params.id, body.version);
      if (row === null) return fail({ kind: "not_found", what: "version" });
      if (row.yaml === null) {
        const message = "`version`: this version has no configuration. DELETE takes the one in force away.";
        return fail(invalid("version", "invalid_value", message));
      }
      const made = { yaml: row.yaml, rolledBackFrom: row.version, expectedVersion: query.expected_version };
      return deploy(deps, call, made);
    },
  );
}

function addDeleteRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "DELETE /v1/gateways/{id}/config",
    {
      summary: "Take a gateway's configuration away",
      description:
        "As a new version without a text: from then on the gateway uses the managed targets. The versions before stay, and can be " +
        "brought back.",
      tag: TAG,
      params: idParams,
      query: expectedVersionQuerySchema,
      answer: deployedConfigSchema,
      refusals: [404],
    },
    async (call) => {
      const { principal, params, query } = call;
      const found = await findGateway(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const before = await readInForce(deps, params.id);
      if (before === null || before.yaml === null) return ok(showDeployed(params.id, before, false, []));
      const conflict = findConflict(before, query.expected_version);
      if (conflict !== null) return fail(conflict);
      const nothing = { yaml: null, packName: null, packVersion: null, rolledBackFrom: null, eventRetentionDays: null };
      return save(deps, call, "gateway_config.delete", before, nothing, []);
    },
  );
}

interface Deployment {
  readonly yaml: string;
  readonly rolledBackFrom: number | null;
  readonly expectedVersion: number | undefined;
}

type WriteCall = Pick<
  PrincipalCall<{ readonly id: string }, unknown, unknown, Deployed>,
  "principal" | "params" | "keep" | "trail" | "nowMs" | "actor"
>;

/** The same text as the one in force is a repeat, whatever version it was made from. */
async function deploy(deps: ApiDeps, call: WriteCall, deployment: Deployment): Promise<Result<Deployed>> {
  const { yaml, rolledBackFrom, expectedVersion } = deployment;
  const checked = await checkConfig(deps, call.principal.organizationId, yaml);
  if (!checked.ok) return checked;
  const { config, warnings } = checked.value;
  const before = await readInForce(deps, call.params.id);
  if (before?.yaml === yaml) return ok(showDeployed(call.params.id, before, false, warnings));
  const conflict = findConflict(before, expectedVersion) ?? (await findFullness(deps, call.params.id));
  if (conflict !== null) return fail(conflict);
  const compiled = compilePolicyConfig(config, call.params.id);
  const action = rolledBackFrom === null ? "gateway_config.deploy" : "gateway_config.rollback";
  const content = {
    yaml,
    packName: config.pack.name,
    packVersion: config.pack.version,
    rolledBackFrom,
    eventRetentionDays: compiled?.eventRetentionDays ?? null,
  };
  return save(deps, call, action, before, content, warnings);
}

/** Two changes of an organization never mix (`AuditTrail`), so the version in force is still the one that was read. */
async function save(
  deps: ApiDeps,
  { principal, params, keep, trail, nowMs, actor }: WriteCall,
  action: "gateway_config.deploy" | "gateway_config.rollback" | "gateway_config.delete",
  before: ConfigRow | null,
  content: Pick<ConfigRow, "yaml" | "packName" | "packVersion" | "rolledBackFrom" | "eventRetentionDays">,
  warnings: readonly LintWarning[],
): Promise<Result<Deployed>> {
  const row: ConfigRow = {
    gatewayId: params.id,
    organizationId: principal.organizationId,
    version: nextVersion(before),
    actor,
    createdAtMs: nowMs,
    ...content,
  };
  const answer = showDeployed(params.id, row, true, warnings);
  const event = trail.record(action, params.id, before === null ? null : stateOf(before), stateOf(row));
  try {
    await saveChange(deps, principal.organizationId, event, [
      deps.db.insert(gatewayConfigs).values(row),
      ...(await keep(answer)),
    ]);
  } catch (error) {
    // The gateway was deleted at the same time.
    if (isForeignKeyViolation(error)) return fail({ kind: "not_found", what: "gateway" });
    throw error;
  }
  return ok(answer);
}

function nextVersion(before: VersionRow | null): number {
  return (before?.version ?? 0) + 1;
}

function findConflict(before: VersionRow | null, expectedVersion: number | undefined): Failure | null {
  const version = before?.version ?? 0;
  if (expectedVersion === undefined || expectedVersion === version) return null;
  const message = `Version ${version} is in force, not ${expectedVersion}. Look at what it changed, then send expected_version=${version}.`;
  return { kind: "conflict", code: "version_conflict", message };
}

async function findFullness(deps: ApiDeps, gatewayId: string): Promise<Failure | null> {
  const kept = await deps.db.$count(
    gatewayConfigs,
    and(eq(gatewayConfigs.gatewayId, gatewayId), isNotNull(gatewayConfigs.yaml)),
  );
  if (kept < MAX_CONFIG_VERSIONS) return null;
  const message = `A gateway keeps at most ${MAX_CONFIG_VERSIONS.toLocaleString("en")} configurations, and drops none. Use a new gateway.`;
  return { kind: "conflict", code: "too_many_versions", message };
}
