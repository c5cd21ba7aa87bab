/** `/v1/session`: who is signed in. */
import { asc, eq } from "drizzle-orm";
import type { z } from "zod";
import { readChosenOrganization } from "../contract/caller-headers.ts";
import { capabilitiesOfRole } from "../contract/role.ts";
import { chosenOrganizationHeaders } from "../contract/request-headers.ts";
import { sessionSchema } from "../contract/session.ts";
import { fail, ok } from "../core/failure.ts";
import { members, organizations, teamMembers, teams } from "../platform/d1/control-schema.ts";
import { hasPlatformRole } from "../platform/platform-role.ts";
import type { ApiDeps } from "./deps.ts";
import { countFounded } from "./organizations.ts";
import { addPersonRoute, type Api } from "./route.ts";

type SessionOrganization = z.input<typeof sessionSchema>["organizations"][number];

export function addSessionRoutes(api: Api, deps: ApiDeps): void {
  addPersonRoute(
    api,
    deps,
    "GET /v1/session",
    {
      summary: "Who is signed in",
      description: "With every organization of the person, and what their role there may do.",
      tag: "Session",
      headers: chosenOrganizationHeaders,
      answer: sessionSchema,
      refusals: [404],
    },
    async ({ person, headers }) => {
      const allowed = deps.signUpOrganizations;
      const [found, isAdministrator, founded] = await Promise.all([
        readOrganizations(deps, person.email),
        hasPlatformRole(deps.db, person.id),
        allowed === 0 ? 0 : countFounded(deps, person.id),
      ]);
      const chosen = readChosenOrganization(headers);
      const inUse =
        chosen === null
          ? (found.find(({ status }) => status === "active") ?? found[0])
          : found.find(({ id }) => id === chosen);
      if (chosen !== null && inUse === undefined) return fail({ kind: "not_found", what: "organization" });
      const { id, email, name } = person;
      return ok({
        user: { id, email, name },
        organization_id: inUse?.id ?? null,
        organizations: found,
        platform_admin: isAdministrator,
        new_organizations: { allowed, left: Math.max(allowed - founded, 0) },
      });
    },
  );
}

/** Oldest membership first. */
async function readOrganizations(deps: ApiDeps, email: string): Promise<SessionOrganization[]> {
  const [memberships, inTeams] = await Promise.all([
    deps.db
      .select({ member: members, name: organizations.name, status: organizations.status })
      .from(members)
      .innerJoin(organizations, eq(organizations.id, members.organizationId))
      .where(eq(members.email, email))
      .orderBy(asc(members.id)),
    deps.db
      .select({ memberId: members.id, id: teams.id, name: teams.name, role: teamMembers.role })
      .from(members)
      .innerJoin(teamMembers, eq(teamMembers.memberId, members.id))
      .innerJoin(teams, eq(teams.id, teamMembers.teamId))
      .where(eq(members.email, email))
      .orderBy(asc(teams.id)),
  ]);
  return memberships.map(({ member, name, status }) => ({
    id: member.organizationId,
    name,
    status,
    member_id: member.id,
    role: member.role,
    capabilities: [...capabilitiesOfRole(member.role)],
    teams: inTeams
      .filter(({ memberId }) => memberId === member.id)
      .map((team) => ({ id: team.id, name: team.name, role: team.role })),
  }));
}
