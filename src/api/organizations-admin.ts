/** `/v1/admin/organizations`: the platform admin's view. */
import { desc, eq, lt } from "drizzle-orm";
import type { z } from "zod";
import { CAPABILITIES } from "../contract/directory.ts";
import { listOf, listQuerySchema, pageOf } from "../contract/list.ts";
import {
  createdOrganizationSchema,
  newOrganizationSchema,
  organizationSchema,
  organizationStatusSchema,
} from "../contract/organization.ts";
import { ok, type Result } from "../core/failure.ts";
import { keys, memberInvitations, organizations } from "../platform/d1/control-schema.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { ApiDeps } from "./deps.ts";
import { deferInvitation, draftInvitation } from "./invitations.ts";
import { draftKey, keyToWire } from "./key-rows.ts";
import { draftOrganization } from "./new-organization.ts";
import { findOrganization, ORGANIZATION_COLUMNS, organizationToWire } from "./organization-rows.ts";
import { idParams } from "./route-reference.ts";
import { addPlatformRoute, type Api } from "./route.ts";
import { saveChange, saveRecorded, type Keep } from "./save-change.ts";

const TAG = "Platform";

export function addOrganizationAdminRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "POST /v1/admin/organizations",
    {
      summary: "Create an organization",
      description:
        "Answers the organization with its first access key, which has every capability. The owner is invited by mail.",
      tag: TAG,
      body: newOrganizationSchema,
      answer: createdOrganizationSchema,
      status: 201,
    },
    async ({ body, keep, trail, origin }) => createOrganization(deps, body, keep, trail, origin),
  );

  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/organizations",
    { summary: "List organizations", tag: TAG, query: listQuerySchema, answer: listOf(organizationSchema) },
    async ({ query }) => {
      const rows = await deps.db
        .select(ORGANIZATION_COLUMNS)
        .from(organizations)
        .where(query.cursor === undefined ? undefined : lt(organizations.id, query.cursor))
        .orderBy(desc(organizations.id))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, (row) => row.id, organizationToWire));
    },
  );

  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/organizations/{id}",
    { summary: "Get an organization", tag: TAG, params: idParams, answer: organizationSchema, refusals: [404] },
    async ({ params }) => {
      const row = await findOrganization(deps, params.id);
      return row.ok ? ok(organizationToWire(row.value)) : row;
    },
  );

  addPlatformRoute(
    api,
    deps,
    "PATCH /v1/admin/organizations/{id}",
    {
      summary: "Rename, suspend or reactivate an organization, or set its plan of seats and whether it issues credit",
      description:
        "With fewer seats than members have, those who got theirs first keep their credits. A changed amount acts from the next grant on.",
      tag: TAG,
      params: idParams,
      body: organizationStatusSchema,
      answer: organizationSchema,
      refusals: [404],
    },
    async ({ params, body, keep, trail }) => {
      await trail.open(params.id);
      const found = await findOrganization(deps, params.id);
      if (!found.ok) return found;
      const row = {
        ...found.value,
        name: body.name ?? found.value.name,
        status: body.status ?? found.value.status,
        issuesCredit: body.issues_credit ?? found.value.issuesCredit,
        seatCount: body.seat_count ?? found.value.seatCount,
        seatMonthlyCreditNanos: body.seat_monthly_credit ?? found.value.seatMonthlyCreditNanos,
      };
      const { name, status, issuesCredit, seatCount, seatMonthlyCreditNanos } = row;
      const answer = organizationToWire(row);
      const event = trail.record("organization.update", row.id, organizationToWire(found.value), answer);
      await saveChange(deps, row.id, event, [
        deps.db
          .update(organizations)
          .set({ name, status, issuesCredit, seatCount, seatMonthlyCreditNanos })
          .where(eq(organizations.id, row.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

type CreatedOrganization = z.input<typeof createdOrganizationSchema>;

/** The organization, its owner and its first key, in one transaction. */
async function createOrganization(
  deps: ApiDeps,
  body: z.output<typeof newOrganizationSchema>,
  keep: Keep<CreatedOrganization>,
  trail: AuditTrail,
  origin: string,
): Promise<Result<CreatedOrganization>> {
  const nowMs = deps.nowMs();
  const email = body.owner_email;
  const { row, owner, statements } = draftOrganization(deps, {
    name: body.name,
    issuesCredit: body.issues_credit,
    settings: { currency: body.currency },
    owner: email === undefined ? null : { email, name: email },
  });
  const { row: key, token } = await draftKey(deps, {
    organizationId: row.id,
    type: "access",
    name: "First access key",
    capabilities: CAPABILITIES,
    // It moves all the organization's money anyway; so it may also say for whom a gateway elsewhere reserves.
    mayAssertIdentity: true,
  });
  const invitation = owner === null ? null : draftInvitation(deps, owner.id);
  const shown = { organization: organizationToWire(row), access_key: keyToWire(key, nowMs) };
  const answer = { ...shown.organization, key: token, access_key: { ...shown.access_key, key: token } };
  const after = { ...shown.organization, access_key: shown.access_key, owner_id: owner?.id ?? null };
  await saveRecorded(deps, row.id, trail.record("organization.create", row.id, null, after), [
    ...statements,
    ...(invitation === null ? [] : [deps.db.insert(memberInvitations).values(invitation)]),
    deps.db.insert(keys).values(key),
    ...(await keep(answer)),
  ]);
  if (owner !== null && invitation !== null) deferInvitation(deps, { member: owner, origin, ...trail.author });
  return ok(answer);
}
