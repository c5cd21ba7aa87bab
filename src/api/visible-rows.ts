/** Which rows a caller sees (`src/core/visibility.ts`), as conditions. Undefined: all of the organization's. */
import { and, eq, inArray, or, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { OwnSight, Visibility } from "../core/visibility.ts";
import { keys, members, teamMembers, teams } from "../platform/d1/control-schema.ts";
import { notifications, spendLogs } from "../platform/d1/spend-schema.ts";
import type { ApiDeps } from "./deps.ts";

const NONE = sql`0`;

/** A list as one bound value: an organization can have more teams than a statement takes values. */
function isOneOf(column: SQLiteColumn | SQL, ids: readonly string[]): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}

function isOwner(column: SQLiteColumn, id: string | null): SQL | undefined {
  return id === null ? undefined : eq(column, id);
}

/** Requests of the caller's own. */
export function ownRequests(sight: Visibility): SQL | undefined {
  return sight.sees === "organization" ? undefined : or(...requestsOf(sight));
}

/** Requests of the caller's own, and of the teams that it leads. Each part names the organization, so that it finds its own index. */
export function visibleSpend(sight: Visibility, organizationId: string): SQL | undefined {
  if (sight.sees === "organization") return undefined;
  const ofTeams = sight.ledTeamIds.length === 0 ? undefined : isOneOf(spendLogs.teamId, sight.ledTeamIds);
  const parts = [...requestsOf(sight), ofTeams].filter((part) => part !== undefined);
  return or(...parts.map((part) => and(eq(spendLogs.organizationId, organizationId), part)));
}

function requestsOf({ keyId, memberId, serviceUserId }: OwnSight): (SQL | undefined)[] {
  return [
    eq(spendLogs.keyId, keyId),
    isOwner(spendLogs.userId, memberId),
    isOwner(spendLogs.serviceUserId, serviceUserId),
  ];
}

/** Keys of the caller's member or service user. */
export function visibleKeys(sight: Visibility): SQL | undefined {
  if (sight.sees === "organization") return undefined;
  return or(isOwner(keys.memberId, sight.memberId), isOwner(keys.serviceUserId, sight.serviceUserId)) ?? NONE;
}

/** Teams that the caller's member belongs to. */
export function visibleTeams(sight: Visibility): SQL | undefined {
  return sight.sees === "organization" ? undefined : isOneOf(teams.id, sight.teamIds);
}

/** The caller's member, and those of the teams that it leads. */
export function visibleMembers(deps: Pick<ApiDeps, "db">, sight: Visibility): SQL | undefined {
  if (sight.sees === "organization") return undefined;
  const ofTeams = deps.db
    .select({ id: teamMembers.memberId })
    .from(teamMembers)
    .where(isOneOf(teamMembers.teamId, sight.ledTeamIds));
  return or(isOwner(members.id, sight.memberId), inArray(members.id, ofTeams));
}

/** What a notification is about is in its data (`docs/webhooks.md`). */
function field(name: "scope" | "owner_id" | "scope_id" | "key_id"): SQL {
  return sql`json_extract(${notifications.dataJson}, ${`$.${name}`})`;
}

/** About a wallet or a budget of one of these. */
function isAbout(scopes: readonly string[], ids: readonly string[]): SQL | undefined {
  return and(isOneOf(field("scope"), scopes), or(isOneOf(field("owner_id"), ids), isOneOf(field("scope_id"), ids)));
}

/** Notifications about the caller: its wallet and budgets, its keys, and the teams that it leads. `keyIds` are the caller's. */
export function visibleNotifications(sight: Visibility, keyIds: readonly string[]): SQL | undefined {
  if (sight.sees === "organization") return undefined;
  const ownerIds = [sight.memberId, sight.serviceUserId].filter((id) => id !== null);
  return or(
    isAbout(["user", "service_user"], ownerIds),
    isAbout(["team"], sight.ledTeamIds),
    isAbout(["key"], keyIds),
    isOneOf(field("key_id"), keyIds),
  );
}
