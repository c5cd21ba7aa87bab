/** `/v1/oauth/grants`: the applications that people have allowed to act for them. */
import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import { deleted, deletedSchema, listOf, pageOf } from "../contract/list.ts";
import { oauthGrantQuerySchema, oauthGrantSchema, oauthGrantToWire } from "../contract/oauth-grant-api.ts";
import type { GrantView } from "../contract/oauth-rpc.ts";
import { fail, ok, type Failure } from "../core/failure.ts";
import type { Currency } from "../core/money.ts";
import { auditLog } from "../platform/d1/control-schema.ts";
import { readLastRequests } from "../platform/d1/last-requests.ts";
import { readSettings } from "../platform/directory-loader.ts";
import type { Principal } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { findOrganization } from "./organization-rows.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveRecorded } from "./save-change.ts";

const TAG = "OAuth clients";
const ACTION = "oauth_grant.delete";
const NOT_FOUND: Failure = { kind: "not_found", what: "grant" };

export function addOAuthGrantRoutes(api: Api, deps: ApiDeps): void {
  addListRoute(api, deps);
  addDeleteRoute(api, deps);
}

function addListRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/oauth/grants",
    {
      summary: "List connected applications",
      description:
        "Consents whose tokens are good, newest first. With `org:admin` everybody's; else those of the caller's member, and another " +
        "one's `user_id` finds nothing.",
      tag: TAG,
      query: oauthGrantQuerySchema,
      answer: listOf(oauthGrantSchema),
    },
    async ({ principal, query }) => {
      const organization = await findOrganization(deps, principal.organizationId);
      if (!organization.ok) return organization;
      const { currency } = readSettings(organization.value);
      const grants = await listGrants(deps, principal, query);
      return ok(await pageOfGrants(deps, principal.organizationId, grants, query.limit, currency));
    },
  );
}

/** One more than the page has, where there is one. */
async function listGrants(
  deps: ApiDeps,
  principal: Principal,
  query: z.output<typeof oauthGrantQuerySchema>,
): Promise<readonly GrantView[]> {
  const userId = query.user_id ?? null;
  const ownId = ownerFor(principal);
  if (ownId === NOBODY || (ownId !== null && userId !== null && userId !== ownId)) return [];
  const memberId = ownId ?? userId;
  return deps
    .oauthServer(principal.organizationId)
    .listGrants({ memberId, beforeId: query.cursor ?? null, limit: query.limit + 1 });
}

async function pageOfGrants(
  deps: ApiDeps,
  organizationId: string,
  grants: readonly GrantView[],
  limit: number,
  currency: Currency,
) {
  const ids = grants.map(({ grant }) => grant.id);
  const lastRequests = await readLastRequests(deps.spendDb, organizationId, ids);
  return pageOf(
    grants,
    limit,
    ({ grant }) => grant.id,
    (view) => oauthGrantToWire(view, currency, lastRequests.get(view.grant.id) ?? null),
  );
}

function addDeleteRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "DELETE /v1/oauth/grants/{id}",
    {
      summary: "Disconnect an application",
      description:
        "Revokes the consent with all its tokens: the next request with one of them is refused. With `org:admin` anybody's, else one " +
        "of the caller's member.",
      tag: TAG,
      params: idParams,
      answer: deletedSchema,
      refusals: [404, 503],
    },
    async ({ principal, params, keep, trail }) => {
      const memberId = ownerFor(principal);
      if (memberId === NOBODY) return fail(NOT_FOUND);
      const reply = await deps.oauthServer(principal.organizationId).revokeGrant({ grantId: params.id, memberId });
      if (reply.outcome === "unknown") return fail(NOT_FOUND);
      if (reply.outcome === "unavailable") return fail({ kind: "wallet_unavailable" });
      // One that had ended without a record may be a repeat of a request that did not come to its record.
      if (!reply.wasInForce && (await isRecorded(deps, principal.organizationId, params.id))) return fail(NOT_FOUND);
      const { clientId, clientName, memberId: ownerId } = reply.grant;
      const before = { id: params.id, client_id: clientId, client_name: clientName, member_id: ownerId };
      const answer = deleted(params.id);
      const event = trail.record(ACTION, params.id, before, null);
      await saveRecorded(deps, principal.organizationId, event, await keep(answer));
      return ok(answer);
    },
  );
}

/** No member: its key has no applications of its own. */
const NOBODY = "";

/** Whose grants the caller may see and end; null: everybody's. */
function ownerFor(principal: Principal): string | null {
  return principal.capabilities.has("org:admin") ? null : (principal.memberId ?? NOBODY);
}

async function isRecorded(deps: ApiDeps, organizationId: string, grantId: string): Promise<boolean> {
  const ended = and(
    eq(auditLog.organizationId, organizationId),
    eq(auditLog.objectType, "oauth_grant"),
    eq(auditLog.action, ACTION),
    eq(auditLog.objectId, grantId),
  );
  return (await deps.db.$count(auditLog, ended)) > 0;
}
