/** `/v1/members`: the people of an organization. */
import { and, desc, eq, isNotNull, isNull, lt, ne } from "drizzle-orm";
import { deleted, deletedSchema, listOf, pageOf } from "../contract/list.ts";
import { memberPatchSchema, memberQuerySchema, memberSchema, newMemberSchema } from "../contract/people.ts";
import { writeRateLimits } from "../contract/rate-limits.ts";
import { fail, ok, type Failure, type Result } from "../core/failure.ts";
import { keys, memberInvitations, members, seats, teamMembers } from "../platform/d1/control-schema.ts";
import type { Principal } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { deferInvitation, draftInvitation, draftNextInvitation } from "./invitations.ts";
import { readKeyIds } from "./key-rows.ts";
import { findMember, memberToWire, selectMembers, type MemberRow } from "./member-rows.ts";
import { closeWallet, removalQuery } from "./owner-wallet.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveChange, saveRecorded, saveUnique } from "./save-change.ts";
import { findVisibility } from "./visibility.ts";
import { visibleMembers } from "./visible-rows.ts";

const TAG = "Members";
const SEEN = "Without `org:read`: the caller itself, and the members of the teams that it leads.";

const EMAIL_TAKEN: Failure = {
  kind: "conflict",
  code: "email_taken",
  message: "A member with this e-mail exists already.",
};

export function addMemberRoutes(api: Api, deps: ApiDeps): void {
  addReadRoutes(api, deps);
  addCreateRoute(api, deps);
  addInviteRoute(api, deps);
  addChangeRoute(api, deps);
  addRemoveRoute(api, deps);
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/members",
    { summary: "List members", description: SEEN, tag: TAG, query: memberQuerySchema, answer: listOf(memberSchema) },
    async ({ principal, query }) => {
      const after = query.cursor === undefined ? undefined : lt(members.id, query.cursor);
      const ofOrganization = eq(members.organizationId, principal.organizationId);
      const rows = await selectMembers(deps)
        .where(and(ofOrganization, await seenBy(deps, principal), seated(query.seat), after))
        .orderBy(desc(members.id))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, (row) => row.member.id, memberToWire));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "GET /v1/members/{id}",
    {
      summary: "Get a member",
      description: SEEN,
      tag: TAG,
      params: idParams,
      answer: memberSchema,
      refusals: [404],
    },
    async ({ principal, params }) => {
      const row = await findMember(deps, principal.organizationId, params.id, await seenBy(deps, principal));
      return row.ok ? ok(memberToWire(row.value)) : row;
    },
  );
}

function seated(seat: "true" | "false" | undefined) {
  if (seat === undefined) return undefined;
  return seat === "true" ? isNotNull(seats.memberId) : isNull(seats.memberId);
}

async function seenBy(deps: ApiDeps, principal: Principal) {
  return visibleMembers(deps, await findVisibility(deps, principal));
}

function addCreateRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/members",
    {
      summary: "Add a member",
      description:
        "The member exists at once; the account with this e-mail becomes it. A mail invites them to sign in: `invitation` says what " +
        "became of it.",
      tag: TAG,
      body: newMemberSchema,
      answer: memberSchema,
      status: 201,
      refusals: [409],
    },
    async ({ principal, body, nowMs, keep, trail, origin, actor, requestId }) => {
      const row: MemberRow = {
        id: deps.newId("mem"),
        organizationId: principal.organizationId,
        email: body.email,
        name: body.name ?? body.email,
        role: body.role,
        rateLimitsJson: writeRateLimits(body.rate_limits),
        createdAtMs: nowMs,
      };
      const invitation = draftInvitation(deps, row.id);
      const answer = memberToWire({ member: row, seat: null, invitation });
      const statements = [
        deps.db.insert(members).values(row),
        ...(invitation === null ? [] : [deps.db.insert(memberInvitations).values(invitation)]),
        ...(await keep(answer)),
      ];
      const event = trail.record("member.create", row.id, null, answer);
      const saved = await saveUnique(deps, principal.organizationId, event, statements, EMAIL_TAKEN);
      if (!saved.ok) return saved;
      if (invitation !== null) deferInvitation(deps, { member: row, origin, actor, requestId });
      return ok(answer);
    },
  );
}

function addInviteRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/members/{id}/invite",
    {
      summary: "Send a member's invitation again",
      description:
        "At most three mails an hour, else 409 `invited_too_often` with `retry-after`; 409 `invitation_accepted` once the member has " +
        "signed in, 409 `mail_not_configured` where no mail can be sent.",
      tag: TAG,
      params: idParams,
      answer: memberSchema,
      refusals: [404, 409],
    },
    async ({ principal, params, keep, trail, origin, actor, requestId }) => {
      const found = await findMember(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const invitation = draftNextInvitation(deps, params.id, found.value.invitation);
      if (!invitation.ok) return invitation;
      const answer = memberToWire({ ...found.value, invitation: invitation.value });
      const event = trail.record("member.invite", params.id, memberToWire(found.value), answer);
      const { memberId: _, ...changes } = invitation.value;
      await saveRecorded(deps, principal.organizationId, event, [
        deps.db
          .insert(memberInvitations)
          .values(invitation.value)
          .onConflictDoUpdate({ target: memberInvitations.memberId, set: changes }),
        ...(await keep(answer)),
      ]);
      deferInvitation(deps, { member: found.value.member, origin, actor, requestId });
      return ok(answer);
    },
  );
}

function addChangeRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "PATCH /v1/members/{id}",
    {
      summary: "Change a member's name, role or rate limits",
      tag: TAG,
      params: idParams,
      body: memberPatchSchema,
      answer: memberSchema,
      refusals: [404, 409],
    },
    async ({ principal, params, body, keep, trail }) => {
      const found = await findMember(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const { member, seat, invitation } = found.value;
      const changes = {
        name: body.name ?? member.name,
        role: body.role ?? member.role,
        ...(body.rate_limits === undefined ? {} : { rateLimitsJson: writeRateLimits(body.rate_limits) }),
      };
      const row = { ...member, ...changes };
      if (member.role === "owner" && row.role !== "owner") {
        const others = await checkOtherOwner(deps, member);
        if (!others.ok) return others;
      }
      const answer = memberToWire({ member: row, seat, invitation });
      const event = trail.record("member.update", row.id, memberToWire(found.value), answer);
      await saveChange(deps, principal.organizationId, event, [
        deps.db.update(members).set(changes).where(eq(members.id, row.id)),
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
    "DELETE /v1/members/{id}",
    {
      summary: "Remove a member",
      description:
        "The member's keys and seat go too. Refused for the last owner; with `wallet_not_empty` while the member's wallet has money, unless " +
        "`reclaim` is true; and with `wallet_in_use` while requests under way hold some of it. A repeat completes what broke off.",
      tag: TAG,
      params: idParams,
      query: removalQuery,
      answer: deletedSchema,
      refusals: [404, 409, 503],
    },
    async ({ principal, params, query, actor, keep, trail }) => {
      const found = await findMember(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      const { member } = found.value;
      if (member.role === "owner") {
        const others = await checkOtherOwner(deps, member);
        if (!others.ok) return others;
      }
      const owner = { scope: "user", ownerId: params.id } as const;
      const closed = await closeWallet(deps, principal.organizationId, { owner, query, actor });
      if (!closed.ok) return closed;
      const answer = deleted(params.id);
      const before = { ...memberToWire(found.value), ...(await readKeyIds(deps, eq(keys.memberId, params.id))) };
      await saveChange(deps, principal.organizationId, trail.record("member.delete", params.id, before, null), [
        deps.db.delete(keys).where(eq(keys.memberId, params.id)),
        deps.db.delete(teamMembers).where(eq(teamMembers.memberId, params.id)),
        deps.db.delete(seats).where(eq(seats.memberId, params.id)),
        deps.db.delete(members).where(eq(members.id, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

async function checkOtherOwner(deps: ApiDeps, row: MemberRow): Promise<Result<null>> {
  const others = await deps.db
    .select({ id: members.id })
    .from(members)
    .where(and(eq(members.organizationId, row.organizationId), eq(members.role, "owner"), ne(members.id, row.id)))
    .limit(1);
  return others.length > 0
    ? ok(null)
    : fail({ kind: "conflict", code: "last_owner", message: "An organization keeps at least one owner." });
}
