/** What the caller of a route may see. */
import { eq } from "drizzle-orm";
import type { Capability } from "../contract/directory.ts";
import { ownSight, SEES_ORGANIZATION, type Visibility } from "../core/visibility.ts";
import { teamMembers } from "../platform/d1/control-schema.ts";
import type { Principal } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";

/**
 * Everything with the capability `whole`, else its own; the teams of its member count only for a key with `self` or `team:lead`,
 * so that a key for model traffic shows nobody else's. Throws when D1 does.
 */
export async function findVisibility(
  deps: Pick<ApiDeps, "db">,
  principal: Principal,
  whole: Capability = "org:read",
): Promise<Visibility> {
  if (principal.capabilities.has(whole)) return SEES_ORGANIZATION;
  const isPerson = principal.capabilities.has("self") || principal.capabilities.has("team:lead");
  if (principal.memberId === null || !isPerson) return ownSight(principal, []);
  const places = await deps.db
    .select({ teamId: teamMembers.teamId, role: teamMembers.role })
    .from(teamMembers)
    .where(eq(teamMembers.memberId, principal.memberId));
  return ownSight(principal, places);
}
