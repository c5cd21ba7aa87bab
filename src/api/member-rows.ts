/** Members between D1 and the wire. */
import { and, eq, type SQL } from "drizzle-orm";
import type { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import { showRateLimits } from "../contract/rate-limits.ts";
import type { memberSchema } from "../contract/people.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { memberInvitations, members, seats } from "../platform/d1/control-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { invitationToWire, type InvitationRow } from "./invitations.ts";

export type MemberRow = typeof members.$inferSelect;

/** A member with its seat and its invitation, where it has them. */
export interface SeatedMemberRow {
  readonly member: MemberRow;
  readonly seat: typeof seats.$inferSelect | null;
  readonly invitation: InvitationRow | null;
}

/** Members with their seats and invitations, for a `where`. */
export function selectMembers(deps: ApiDeps) {
  return deps.db
    .select({ member: members, seat: seats, invitation: memberInvitations })
    .from(members)
    .leftJoin(seats, eq(seats.memberId, members.id))
    .leftJoin(memberInvitations, eq(memberInvitations.memberId, members.id));
}

/** `which` narrows it to members that the caller sees. */
export async function findMember(
  deps: ApiDeps,
  organizationId: string,
  id: string,
  which?: SQL,
): Promise<Result<SeatedMemberRow>> {
  const own = and(eq(members.id, id), eq(members.organizationId, organizationId), which);
  const rows = await selectMembers(deps).where(own);
  return rows[0] === undefined ? fail({ kind: "not_found", what: "member" }) : ok(rows[0]);
}

export function memberToWire({ member, seat, invitation }: SeatedMemberRow): z.input<typeof memberSchema> {
  return {
    id: member.id,
    email: member.email,
    name: member.name,
    role: member.role,
    seat: seat !== null,
    rate_limits: showRateLimits(member.rateLimitsJson),
    invitation: invitationToWire(invitation),
    created_at: formatTime(member.createdAtMs),
  };
}
