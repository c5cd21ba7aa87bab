/** What people may do by their role in an organization (contract: Identity): the one table. */
import { CAPABILITIES, type Capability } from "./directory.ts";
import type { MemberRole } from "./people.ts";

/** `control_plane` holds money for gateways elsewhere: it is their keys' alone. */
const OF_PEOPLE: readonly Capability[] = CAPABILITIES.filter((capability) => capability !== "control_plane");

const OF_ROLE: Readonly<Record<MemberRole, readonly Capability[]>> = {
  owner: OF_PEOPLE,
  admin: OF_PEOPLE,
  billing_admin: ["org:billing", "org:read", "self"],
  member: ["self"],
};

export function capabilitiesOfRole(role: MemberRole): readonly Capability[] {
  return OF_ROLE[role];
}
