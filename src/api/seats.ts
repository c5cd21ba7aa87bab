/** `/v1/members/{id}/seat`: who has a seat of the organization's plan. */
import { eq } from "drizzle-orm";
import type { z } from "zod";
import { formatTime, formatTimeOrNull } from "../contract/amount.ts";
import { deleted, deletedSchema } from "../contract/list.ts";
import { seatSchema } from "../contract/people.ts";
import { walletToWire } from "../contract/wallet-api.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { formatNanos } from "../core/money.ts";
import { seats } from "../platform/d1/control-schema.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { ApiDeps } from "./deps.ts";
import { findMember } from "./member-rows.ts";
import { findOrganization } from "./organization-rows.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveChange } from "./save-change.ts";

const TAG = "Members";

export function addSeatRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/members/{id}/seat",
    {
      summary: "Get a member's seat",
      description: "With the credit of this month and what is left of it. Without `org:read`: the caller's own.",
      tag: TAG,
      params: idParams,
      answer: seatSchema,
      refusals: [404, 503],
    },
    async ({ principal, params }) => {
      const isOwn = principal.memberId === params.id;
      if (!isOwn && !principal.capabilities.has("org:read")) return fail({ kind: "not_found", what: "member" });
      return readSeat(deps, principal.organizationId, params.id);
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "PUT /v1/members/{id}/seat",
    {
      summary: "Give a member a seat",
      description:
        "Its first credit is granted at once, or next month when the plan's grants of this month are used up. " +
        "Refused with `no_seats_left` when the plan has no more seats. A repeat changes nothing.",
      tag: TAG,
      params: idParams,
      answer: seatSchema,
      refusals: [404, 409, 503],
    },
    async ({ principal, params, nowMs, trail }) => {
      const found = await findMember(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      if (found.value.seat === null) {
        const given = await giveSeat(deps, trail, {
          organizationId: principal.organizationId,
          memberId: params.id,
          createdAtMs: nowMs,
        });
        if (!given.ok) return given;
      }
      // Its answer is known only afterwards, and need not be kept with it: done again it changes nothing.
      return readSeat(deps, principal.organizationId, params.id);
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "DELETE /v1/members/{id}/seat",
    {
      summary: "Take a member's seat away",
      description: "What is left of its credit expires at once; what running requests hold stays usable for them.",
      tag: TAG,
      params: idParams,
      answer: deletedSchema,
      refusals: [404],
    },
    async ({ principal, params, keep, trail }) => {
      const found = await findMember(deps, principal.organizationId, params.id);
      if (!found.ok) return found;
      if (found.value.seat === null) return fail(NO_SEAT);
      const answer = deleted(params.id);
      const before = { member_id: params.id, created_at: formatTime(found.value.seat.createdAtMs) };
      await saveChange(deps, principal.organizationId, trail.record("seat.delete", params.id, before, null), [
        deps.db.delete(seats).where(eq(seats.memberId, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

const NO_SEAT = { kind: "not_found", what: "seat" } as const;

const NO_SEATS_LEFT = {
  kind: "conflict",
  code: "no_seats_left",
  message: "The plan has no more seats. Take one away, or ask the platform's administrator for more.",
} as const;

/** While nothing else of the organization changes, so that two at once never get the same seat of the plan (`AuditTrail`). */
async function giveSeat(deps: ApiDeps, trail: AuditTrail, row: typeof seats.$inferSelect): Promise<Result<null>> {
  const { organizationId, memberId, createdAtMs } = row;
  const organization = await findOrganization(deps, organizationId);
  if (!organization.ok) return organization;
  const given = await deps.db.$count(seats, eq(seats.organizationId, organizationId));
  if (given >= organization.value.seatCount) return fail(NO_SEATS_LEFT);
  const after = { member_id: memberId, created_at: formatTime(createdAtMs) };
  const event = trail.record("seat.create", memberId, null, after);
  await saveChange(deps, organizationId, event, [deps.db.insert(seats).values(row)]);
  return ok(null);
}

async function readSeat(
  deps: ApiDeps,
  organizationId: string,
  memberId: string,
): Promise<Result<z.input<typeof seatSchema>>> {
  const member = await findMember(deps, organizationId, memberId);
  if (!member.ok) return member;
  const { seat } = member.value;
  if (seat === null) return fail(NO_SEAT);
  const organization = await findOrganization(deps, organizationId);
  if (!organization.ok) return organization;
  const view = await deps.organization(organizationId).seat(memberId);
  if (view.outcome === "refused") return fail(view.failure);
  const { grant, wallet } = view.value;
  return ok({
    member_id: memberId,
    monthly_credit: formatNanos(organization.value.seatMonthlyCreditNanos),
    currency: wallet.currency,
    granted_amount: grant === null ? null : formatNanos(grant.amountNanos),
    granted_at: formatTimeOrNull(grant?.grantedAtMs ?? null),
    expires_at: formatTimeOrNull(grant?.expiresAtMs ?? null),
    wallet: walletToWire(wallet),
    created_at: formatTime(seat.createdAtMs),
  });
}
