/** The kinds of records with a name and tags: teams, service users and gateways, and what differs between them. */
import { asc, eq, type SQL } from "drizzle-orm";
import type { AuditState } from "../contract/audit.ts";
import type { ClosableOwner } from "../contract/organization-rpc.ts";
import {
  gatewayPatchSchema,
  gatewaySchema,
  limitedRecordPatchSchema,
  limitedRecordSchema,
  newGatewaySchema,
  newLimitedRecordSchema,
} from "../contract/people.ts";
import type { Visibility } from "../core/visibility.ts";
import type { ZdrMode } from "../core/zdr.ts";
import { gatewayConfigs, gateways, keys, serviceUsers, teamMembers, teams } from "../platform/d1/control-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { readKeyIds } from "./key-rows.ts";
import type { Statement } from "./save-change.ts";
import { visibleTeams } from "./visible-rows.ts";

type NamedTable = typeof teams | typeof serviceUsers | typeof gateways;
/** Gateways alone have a mode and a cache, teams and service users limits. */
export type NamedRow = Omit<typeof teams.$inferSelect, "rateLimitsJson"> & {
  readonly zdrMode?: ZdrMode;
  readonly cacheJson?: string | null;
  readonly rateLimitsJson?: string | null;
};

/** What differs on the wire between the kinds. */
export interface RecordSchemas {
  readonly shown: typeof limitedRecordSchema | typeof gatewaySchema;
  readonly created: typeof newLimitedRecordSchema | typeof newGatewaySchema;
  readonly patched: typeof limitedRecordPatchSchema | typeof gatewayPatchSchema;
}

const LIMITED: RecordSchemas = {
  shown: limitedRecordSchema,
  created: newLimitedRecordSchema,
  patched: limitedRecordPatchSchema,
};

export interface RecordKind {
  readonly path: "teams" | "service-users" | "gateways";
  readonly table: NamedTable;
  readonly prefix: "team" | "svc" | "gw";
  readonly noun: string;
  readonly audited: "team" | "service_user" | "gateway";
  readonly tag: string;
  readonly schemas: RecordSchemas;
  /** Whose wallet it has; null: it has none. */
  readonly walletScope: ClosableOwner["scope"] | null;
  /** What goes with a record of this kind. */
  dependents(deps: ApiDeps, id: string): readonly Statement[];
  /** What is recorded of that. */
  goesAlong(deps: ApiDeps, id: string): Promise<AuditState>;
  /** Which of them a caller without `org:read` sees; absent: none, because the route needs it. */
  readonly seen?: { readonly words: string; by(sight: Visibility): SQL | undefined };
}

export const RECORD_KINDS: readonly RecordKind[] = [
  {
    path: "teams",
    table: teams,
    prefix: "team",
    noun: "team",
    audited: "team",
    walletScope: "team",
    tag: "Teams",
    schemas: LIMITED,
    // Keys that name the team stay, and refuse its deletion: they would silently be charged to someone else.
    dependents: (deps, id) => [deps.db.delete(teamMembers).where(eq(teamMembers.teamId, id))],
    goesAlong: async (deps, id) => {
      const rows = await deps.db
        .select({ id: teamMembers.memberId })
        .from(teamMembers)
        .where(eq(teamMembers.teamId, id))
        .orderBy(asc(teamMembers.memberId));
      return { member_ids: rows.map((row) => row.id) };
    },
    seen: { words: "Without `org:read`: the teams that the caller's member belongs to.", by: visibleTeams },
  },
  {
    path: "service-users",
    table: serviceUsers,
    prefix: "svc",
    noun: "service user",
    audited: "service_user",
    walletScope: "user",
    tag: "Service users",
    schemas: LIMITED,
    dependents: (deps, id) => [deps.db.delete(keys).where(eq(keys.serviceUserId, id))],
    goesAlong: (deps, id) => readKeyIds(deps, eq(keys.serviceUserId, id)),
  },
  {
    path: "gateways",
    table: gateways,
    prefix: "gw",
    noun: "gateway",
    audited: "gateway",
    walletScope: null,
    tag: "Gateways",
    schemas: { shown: gatewaySchema, created: newGatewaySchema, patched: gatewayPatchSchema },
    dependents: (deps, id) => [
      deps.db.delete(keys).where(eq(keys.gatewayId, id)),
      deps.db.delete(gatewayConfigs).where(eq(gatewayConfigs.gatewayId, id)),
    ],
    goesAlong: (deps, id) => readKeyIds(deps, eq(keys.gatewayId, id)),
  },
];
