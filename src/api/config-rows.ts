/** Versions of gateways' configurations: rows, and how they look from outside. */
import { and, desc, eq, getTableColumns, lt, sql } from "drizzle-orm";
import type { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import type { AuditState } from "../contract/audit.ts";
import type { configVersionSchema, deployedConfigSchema, gatewayConfigSchema } from "../contract/gateway-config-api.ts";
import type { LintWarning } from "../contract/policy-config/lint.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { gatewayConfigs, gateways } from "../platform/d1/control-schema.ts";
import type { Principal } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";

export type ConfigRow = typeof gatewayConfigs.$inferSelect;
export type VersionRow = Omit<ConfigRow, "yaml">;
export type Deployed = z.input<typeof deployedConfigSchema>;
type ListedRow = VersionRow & { readonly sizeBytes: number };

export async function findGateway(deps: ApiDeps, organizationId: string, id: string): Promise<Result<null>> {
  const rows = await deps.db
    .select({ id: gateways.id })
    .from(gateways)
    .where(and(eq(gateways.id, id), eq(gateways.organizationId, organizationId)));
  return rows.length === 0 ? fail({ kind: "not_found", what: "gateway" }) : ok(null);
}

/** Whoever reads the organization, and a gateway elsewhere its own. */
export async function checkReader(deps: ApiDeps, principal: Principal, gatewayId: string): Promise<Result<null>> {
  const isOwn = principal.gatewayId === gatewayId && principal.capabilities.has("control_plane");
  if (!isOwn && !principal.capabilities.has("org:read"))
    return fail({ kind: "capability_required", capability: "org:read" });
  return findGateway(deps, principal.organizationId, gatewayId);
}

export async function readInForce(deps: ApiDeps, gatewayId: string): Promise<ConfigRow | null> {
  const rows = await deps.db
    .select()
    .from(gatewayConfigs)
    .where(eq(gatewayConfigs.gatewayId, gatewayId))
    .orderBy(desc(gatewayConfigs.version))
    .limit(1);
  return rows[0] ?? null;
}

export async function readVersion(deps: ApiDeps, gatewayId: string, version: number): Promise<ConfigRow | null> {
  const rows = await deps.db
    .select()
    .from(gatewayConfigs)
    .where(and(eq(gatewayConfigs.gatewayId, gatewayId), eq(gatewayConfigs.version, version)));
  return rows[0] ?? null;
}

/** The newest first, without their texts. */
export async function listVersions(
  deps: ApiDeps,
  gatewayId: string,
  page: { readonly beforeVersion: number | null; readonly limit: number },
): Promise<ListedRow[]> {
  const { yaml, ...columns } = getTableColumns(gatewayConfigs);
  const before = page.beforeVersion === null ? undefined : lt(gatewayConfigs.version, page.beforeVersion);
  return deps.db
    .select({ ...columns, sizeBytes: sql<number>`coalesce(length(CAST(${yaml} AS BLOB)), 0)` })
    .from(gatewayConfigs)
    .where(and(eq(gatewayConfigs.gatewayId, gatewayId), before))
    .orderBy(desc(gatewayConfigs.version))
    .limit(page.limit);
}

function showVersion(gatewayId: string, row: VersionRow | null) {
  const { packName = null, packVersion = null } = row ?? {};
  return {
    gateway_id: gatewayId,
    version: row?.version ?? 0,
    pack: packName === null || packVersion === null ? null : { name: packName, version: packVersion },
    rolled_back_from: row?.rolledBackFrom ?? null,
    actor: row?.actor ?? null,
    created_at: row === null ? null : formatTime(row.createdAtMs),
  };
}

export function showListed(row: ListedRow): z.input<typeof configVersionSchema> {
  return { ...showVersion(row.gatewayId, row), size_bytes: row.sizeBytes };
}

export function showConfig(gatewayId: string, row: ConfigRow | null): z.input<typeof gatewayConfigSchema> {
  return { ...showVersion(gatewayId, row), yaml: row?.yaml ?? null };
}

export function showDeployed(
  gatewayId: string,
  row: ConfigRow | null,
  changed: boolean,
  warnings: readonly LintWarning[],
): Deployed {
  return { ...showVersion(gatewayId, row), changed, warnings: [...warnings] };
}

/** As it is recorded. */
export function stateOf(row: ConfigRow): AuditState {
  return { ...showConfig(row.gatewayId, row) };
}
