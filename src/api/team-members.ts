/** `/v1/teams/{id}/members`: who belongs to a team. */
import { and, asc, eq, gt } from "drizzle-orm";
import { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import type { Capability } from "../contract/directory.ts";
import { deleted, deletedSchema, listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import { newTeamMemberSchema, teamMemberSchema } from "../contract/people.ts";
import { fail, invalid, ok, type Failure, type Result } from "../core/failure.ts";
import { leadsTeam } from "../core/visibility.ts";
import { members, teamMembers, teams } from "../platform/d1/control-schema.ts";
import type { Principal } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveChange } from "./save-change.ts";
import { findVisibility } from "./visibility.ts";

const TAG = "Teams";

type TeamMemberRow = typeof teamMembers.$inferSelect;

export function addTeamMemberRoutes(api: Api, deps: ApiDeps): void {
  addListRoute(api, deps);
  addJoinRoute(api, deps);
  addRemoveRoute(api, deps);
}

function addListRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/teams/{id}/members",
    {
      summary: "List a team's members",
      description: "Of any team with `org:read`; a lead of the own one.",
      tag: TAG,
      params: idParams,
      query: listQuerySchema,
      answer: listOf(teamMemberSchema),
      refusals: [404],
    },
    async ({ principal, params, query }) => {
      const team = await checkTeam(deps, principal, "org:read", params.id);
      if (!team.ok) return team;
      const after = query.cursor === undefined ? undefined : gt(teamMembers.memberId, query.cursor);
      const rows = await deps.db
        .select()
        .from(teamMembers)
        .where(and(eq(teamMembers.teamId, params.id), after))
        .orderBy(asc(teamMembers.memberId))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, (row) => row.memberId, toWire));
    },
  );
}

function addJoinRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/teams/{id}/members",
    {
      summary: "Add a member to a team, or change the member's role in it",
      description: "A lead of the team adds members; making somebody a lead, or changing one, needs `org:admin`.",
      tag: TAG,
      params: idParams,
      body: newTeamMemberSchema,
      answer: teamMemberSchema,
      status: 201,
      refusals: [404],
    },
    async ({ principal, params, body, nowMs, keep, trail }) => {
      const team = await checkTeam(deps, principal, "org:admin", params.id);
      if (!team.ok) return team;
      const found = await deps.db
        .select({ id: members.id })
        .from(members)
        .where(and(eq(members.id, body.member_id), eq(members.organizationId, principal.organizationId)));
      if (found.length === 0) {
        return fail(invalid("member_id", "not_found", "There is no such member in this organization."));
      }
      const known = await findTeamMember(deps, params.id, body.member_id);
      if (team.value === "lead" && (body.role === "lead" || known?.role === "lead")) return fail(LEADS_ARE_ADMINS);
      const row: TeamMemberRow = {
        organizationId: principal.organizationId,
        teamId: params.id,
        memberId: body.member_id,
        role: body.role,
        createdAtMs: known?.createdAtMs ?? nowMs,
      };
      const answer = toWire(row);
      const action = known === null ? "team_member.create" : "team_member.update";
      const event = trail.record(action, objectIdOf(row), known === null ? null : toWire(known), answer);
      await saveChange(deps, principal.organizationId, event, [
        deps.db
          .insert(teamMembers)
          .values(row)
          .onConflictDoUpdate({ target: [teamMembers.teamId, teamMembers.memberId], set: { role: row.role } }),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

function addRemoveRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "DELETE /v1/teams/{id}/members/{member_id}",
    {
      summary: "Remove a member from a team",
      description: "A lead of the team removes members; removing a lead needs `org:admin`.",
      tag: TAG,
      params: z.strictObject({ id: z.string(), member_id: z.string() }),
      answer: deletedSchema,
      refusals: [404],
    },
    async ({ principal, params, keep, trail }) => {
      const team = await checkTeam(deps, principal, "org:admin", params.id);
      if (!team.ok) return team;
      const mine = and(eq(teamMembers.teamId, params.id), eq(teamMembers.memberId, params.member_id));
      const found = await findTeamMember(deps, params.id, params.member_id);
      if (found === null) return fail({ kind: "not_found", what: "member of this team" });
      if (team.value === "lead" && found.role === "lead") return fail(LEADS_ARE_ADMINS);
      const answer = deleted(params.member_id);
      const event = trail.record("team_member.delete", objectIdOf(found), toWire(found), null);
      await saveChange(deps, principal.organizationId, event, [
        deps.db.delete(teamMembers).where(mine),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

/** Who leads a team is for the organization's admins to say. */
const LEADS_ARE_ADMINS: Failure = { kind: "capability_required", capability: "org:admin" };

/**
 * The team as somebody with the capability `whole`, or as its lead. Refused with `not_found`, also for a team that the caller has
 * nothing to do with, and with `capability_required` for one that it belongs to and does not lead.
 */
async function checkTeam(
  deps: ApiDeps,
  principal: Principal,
  whole: Capability,
  id: string,
): Promise<Result<"whole" | "lead">> {
  const team = await findTeam(deps, principal.organizationId, id);
  if (!team.ok) return team;
  const sight = await findVisibility(deps, principal, whole);
  if (sight.sees === "organization") return ok("whole");
  if (leadsTeam(sight, id)) return ok("lead");
  const knows = principal.capabilities.has("org:read") || sight.teamIds.includes(id);
  return fail(knows ? { kind: "capability_required", capability: whole } : { kind: "not_found", what: "team" });
}

async function findTeam(deps: ApiDeps, organizationId: string, id: string): Promise<Result<null>> {
  const rows = await deps.db
    .select({ id: teams.id })
    .from(teams)
    .where(and(eq(teams.id, id), eq(teams.organizationId, organizationId)));
  return rows.length === 0 ? fail({ kind: "not_found", what: "team" }) : ok(null);
}

async function findTeamMember(deps: ApiDeps, teamId: string, memberId: string): Promise<TeamMemberRow | null> {
  const rows = await deps.db
    .select()
    .from(teamMembers)
    .where(and(eq(teamMembers.teamId, teamId), eq(teamMembers.memberId, memberId)));
  return rows[0] ?? null;
}

/** For the audit log: the membership has no id of its own. */
function objectIdOf(row: TeamMemberRow): string {
  return `${row.teamId}/${row.memberId}`;
}

function toWire(row: TeamMemberRow): z.input<typeof teamMemberSchema> {
  return {
    team_id: row.teamId,
    member_id: row.memberId,
    role: row.role,
    created_at: formatTime(row.createdAtMs),
  };
}
