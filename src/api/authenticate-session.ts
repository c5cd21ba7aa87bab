/** A person as the caller: by the session that the cookie brings, and the role that they have at this moment. */
import { capabilitiesOfRole } from "../contract/role.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { sessionIdOf } from "../core/session.ts";
import { hasPlatformRole } from "../platform/platform-role.ts";
import { findMembership, readUser, sessionCredential, type SessionPorts } from "../platform/session.ts";
import { allows, lacking, type Access } from "./access-table.ts";
import type { Principal, Caller } from "./authenticate.ts";

/**
 * Identifies the person and, where the route is an organization's, the member; tests the capability of the member's role. Refuses
 * with `unauthenticated`, `cross_origin`, `not_found` (no such membership), `organization_suspended` or `capability_required`.
 * Throws what D1 throws.
 */
export async function authenticateSession(
  request: Request,
  access: Access,
  ports: SessionPorts,
): Promise<Result<Caller>> {
  const user = await readUser(request, ports);
  if (!user.ok) return user;
  const person = user.value;
  if (access === "signed_in") return ok({ kind: "person", person });
  if (access === "platform_admin") {
    const isAdministrator = await hasPlatformRole(ports.db, person.id);
    return isAdministrator ? ok({ kind: "platform_admin", person }) : fail(lacking(access));
  }
  const found = await findMembership(ports.db, person.email, request.headers);
  if (!found.ok) return found;
  const { memberId, organizationId, organizationStatus, role } = found.value;
  if (organizationStatus === "suspended") return fail({ kind: "organization_suspended" });
  const principal: Principal = {
    id: sessionIdOf(memberId),
    organizationId,
    type: "gateway",
    credential: await sessionCredential(memberId),
    memberId,
    serviceUserId: null,
    gatewayId: null,
    teamId: null,
    mayAssertIdentity: false,
    capabilities: new Set(capabilitiesOfRole(role)),
  };
  return allows(access, principal.capabilities) ? ok({ kind: "principal", principal, person }) : fail(lacking(access));
}
