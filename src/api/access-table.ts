/**
 * Which capability each route of the control plane needs: the one table, read by every route when it is registered. Where it names
 * several, one of them is enough, and what the caller sees follows from which (`visibility.ts`, docs/roles.md).
 */
import type { Capability } from "../contract/directory.ts";
import type { Failure } from "../core/failure.ts";
import type { OAuthScope } from "../core/oauth-family.ts";

/**
 * `public` needs no key; `any` needs a key of whatever capabilities; `platform_admin` the deployment's own secret, or a person with
 * that role; `signed_in` a person, of whatever organizations. In a list, the first capability is for the whole organization; `self` is
 * for what is the caller's own, `team:lead` for the teams that it leads.
 */
export type Access =
  | Capability
  | readonly [Capability, "self" | "team:lead"]
  | "public"
  | "any"
  | "platform_admin"
  | "signed_in";

const READ_OWN = ["org:read", "self"] as const;
const KEEP_OWN = ["org:admin", "self"] as const;
const LEAD = ["org:admin", "team:lead"] as const;

export const ROUTE_ACCESS = {
  "GET /healthz": "public",
  "GET /v1/openapi.json": "public",

  "GET /v1/session": "signed_in",
  "POST /v1/organizations": "signed_in",
  "POST /v1/platform/claim": "signed_in",

  "GET /v1/admin/administrators": "platform_admin",
  "POST /v1/admin/administrators": "platform_admin",
  "DELETE /v1/admin/administrators/{id}": "platform_admin",

  "GET /v1/admin/doctor": "platform_admin",
  "POST /v1/admin/organizations": "platform_admin",
  "GET /v1/admin/organizations": "platform_admin",
  "GET /v1/admin/organizations/{id}": "platform_admin",
  "PATCH /v1/admin/organizations/{id}": "platform_admin",
  "GET /v1/admin/organizations/{id}/wallet-settings": "platform_admin",
  "PUT /v1/admin/organizations/{id}/wallet-settings": "platform_admin",
  "GET /v1/admin/wallets": "platform_admin",
  "GET /v1/admin/wallets/balance": "platform_admin",
  "GET /v1/admin/wallets/{id}/transactions": "platform_admin",
  "POST /v1/admin/wallets/credit": "platform_admin",
  "POST /v1/admin/wallets/allocate": "platform_admin",
  "POST /v1/admin/wallets/reclaim": "platform_admin",
  "GET /v1/admin/reservations": "platform_admin",
  "GET /v1/admin/model-pricing": "platform_admin",
  "POST /v1/admin/model-pricing": "platform_admin",
  "POST /v1/admin/model-pricing/preview": "platform_admin",
  "GET /v1/admin/model-pricing/{id}": "platform_admin",
  "PUT /v1/admin/model-pricing/{id}": "platform_admin",
  "DELETE /v1/admin/model-pricing/{id}": "platform_admin",
  "GET /v1/admin/reconciliation": "platform_admin",
  "GET /v1/admin/ledger": "platform_admin",
  "GET /v1/admin/ledger/entries": "platform_admin",
  "GET /v1/admin/spend/logs": "platform_admin",
  "GET /v1/admin/audit-log": "platform_admin",
  "GET /v1/admin/audit-log/export": "platform_admin",
  "GET /v1/admin/audit-log/verify": "platform_admin",
  "GET /v1/admin/exchange-rates": "platform_admin",
  "PUT /v1/admin/exchange-rates": "platform_admin",
  "POST /v1/admin/exchange-rates/preview": "platform_admin",

  "GET /v1/admin/payments": "platform_admin",
  "GET /v1/admin/payments/config": "platform_admin",
  "PUT /v1/admin/payments/config": "platform_admin",
  "POST /v1/admin/payments/refund": "platform_admin",

  "GET /v1/organization": READ_OWN,
  "PATCH /v1/organization": "org:admin",
  "GET /v1/members": READ_OWN,
  "POST /v1/members": "org:admin",
  "GET /v1/members/{id}": READ_OWN,
  "PATCH /v1/members/{id}": "org:admin",
  "DELETE /v1/members/{id}": "org:admin",
  "POST /v1/members/{id}/invite": "org:admin",
  "GET /v1/members/{id}/seat": READ_OWN,
  "PUT /v1/members/{id}/seat": "org:admin",
  "DELETE /v1/members/{id}/seat": "org:admin",
  "GET /v1/teams": READ_OWN,
  "POST /v1/teams": "org:admin",
  "GET /v1/teams/{id}": READ_OWN,
  "PATCH /v1/teams/{id}": "org:admin",
  "DELETE /v1/teams/{id}": "org:admin",
  "GET /v1/teams/{id}/members": ["org:read", "team:lead"],
  "POST /v1/teams/{id}/members": LEAD,
  "DELETE /v1/teams/{id}/members/{member_id}": LEAD,
  "GET /v1/service-users": "org:read",
  "POST /v1/service-users": "org:admin",
  "GET /v1/service-users/{id}": "org:read",
  "PATCH /v1/service-users/{id}": "org:admin",
  "DELETE /v1/service-users/{id}": "org:admin",
  "GET /v1/gateways": "org:read",
  "POST /v1/gateways": "org:admin",
  "GET /v1/gateways/{id}": "org:read",
  "PATCH /v1/gateways/{id}": "org:admin",
  "DELETE /v1/gateways/{id}": "org:admin",
  "POST /v1/gateways/config/lint": "org:admin",
  "GET /v1/gateways/{id}/config": "any",
  "PUT /v1/gateways/{id}/config": "org:admin",
  "DELETE /v1/gateways/{id}/config": "org:admin",
  "GET /v1/gateways/{id}/config/versions": "any",
  "GET /v1/gateways/{id}/config/versions/{version}": "any",
  "POST /v1/gateways/{id}/config/rollback": "org:admin",
  "GET /v1/agents": "agents:read",
  "POST /v1/agents": "agents:write",
  "GET /v1/agents/{id}": "agents:read",
  "PATCH /v1/agents/{id}": "agents:write",
  "DELETE /v1/agents/{id}": "agents:write",
  "GET /v1/agents/{id}/usage-constraints": "agents:read",
  "POST /v1/agents/{id}/usage-constraints": "agents:write",
  "PUT /v1/agents/{id}/usage-constraints/{constraint_id}": "agents:write",
  "DELETE /v1/agents/{id}/usage-constraints/{constraint_id}": "agents:write",
  "GET /v1/keys": READ_OWN,
  "POST /v1/keys": KEEP_OWN,
  "GET /v1/keys/{id}": READ_OWN,
  "PATCH /v1/keys/{id}": "org:admin",
  "DELETE /v1/keys/{id}": "org:admin",
  "POST /v1/keys/{id}/rotate": KEEP_OWN,
  "POST /v1/keys/{id}/revoke": KEEP_OWN,

  "GET /v1/notifications": READ_OWN,
  "POST /v1/notifications/{id}/read": "org:read",
  "POST /v1/notifications/read-all": "org:read",
  "GET /v1/webhooks": "org:read",
  "POST /v1/webhooks": "org:admin",
  "GET /v1/webhooks/{id}": "org:read",
  "PATCH /v1/webhooks/{id}": "org:admin",
  "DELETE /v1/webhooks/{id}": "org:admin",
  "POST /v1/webhooks/{id}/test": "org:admin",
  "POST /v1/webhooks/{id}/rotate-secret": "org:admin",
  "GET /v1/webhooks/{id}/deliveries": "org:read",
  "POST /v1/webhooks/{id}/deliveries/{delivery_id}/retry": "org:admin",

  "GET /v1/secrets": "org:admin",
  "PUT /v1/secrets/{name}": "org:admin",
  "DELETE /v1/secrets/{name}": "org:admin",

  "GET /v1/wallets": READ_OWN,
  "GET /v1/wallets/balance": "any",
  "GET /v1/wallets/settings": "org:read",
  "PUT /v1/wallets/settings": "org:billing",
  "GET /v1/wallets/{id}": READ_OWN,
  "GET /v1/wallets/{id}/transactions": READ_OWN,
  "GET /v1/wallets/{id}/forecast": READ_OWN,
  "GET /v1/wallets/auto-topups": "any",
  "GET /v1/wallets/{id}/auto-topup": "any",
  "PUT /v1/wallets/{id}/auto-topup": "any",
  "POST /v1/wallets/credit": "org:billing",
  "POST /v1/wallets/allocate": "org:billing",
  "POST /v1/wallets/reclaim": "org:billing",
  "GET /v1/reservations": READ_OWN,

  "POST /v1/payments/create-checkout": "any",
  "POST /v1/payments/confirm-checkout": "any",
  "GET /v1/payments/sessions/{id}": "any",
  "GET /v1/payments/availability": "any",
  "GET /v1/payments/history": "org:billing",
  "GET /v1/payments/settings": "org:read",
  "PUT /v1/payments/settings": "org:billing",
  "GET /v1/payments/methods": "any",
  "DELETE /v1/payments/methods/{id}": "any",

  "POST /v1/gateway/wallets/reserve": "control_plane",
  "POST /v1/gateway/wallets/settle": "control_plane",
  "POST /v1/gateway/wallets/release": "control_plane",
  "POST /v1/gateway/wallets/redeem-ticket": "control_plane",
  "POST /v1/gateway/wallets/checkpoint": "control_plane",
  "GET /v1/gateway/agents/{id}/usage-check": "control_plane",
  "POST /v1/gateway/agents/{id}/usage-increment": "control_plane",

  "GET /v1/unified-access/models": "any",
  "POST /v1/unified-access/cost": "any",
  "POST /v1/unified-access/estimate": "any",
  "GET /v1/unified-access/access-policies": "org:read",
  "POST /v1/unified-access/access-policies": "org:admin",
  "GET /v1/unified-access/access-policies/{id}": "org:read",
  "PUT /v1/unified-access/access-policies/{id}": "org:admin",
  "PATCH /v1/unified-access/access-policies/{id}": "org:admin",
  "DELETE /v1/unified-access/access-policies/{id}": "org:admin",
  "POST /v1/unified-access/access-policies/simulate": "org:read",
  "GET /v1/unified-access/budgets": "org:read",
  "POST /v1/unified-access/budgets": "org:billing",
  "GET /v1/unified-access/budgets/effective": READ_OWN,
  "GET /v1/unified-access/budgets/standing": "org:read",
  "POST /v1/unified-access/budgets/simulate": "org:read",
  "GET /v1/unified-access/budgets/{id}": "org:read",
  "PUT /v1/unified-access/budgets/{id}": "org:billing",
  "PATCH /v1/unified-access/budgets/{id}": "org:billing",
  "DELETE /v1/unified-access/budgets/{id}": "org:billing",

  "GET /v1/unified-access/oauth-clients": "org:read",
  "POST /v1/unified-access/oauth-clients": "org:admin",
  "GET /v1/unified-access/oauth-clients/{id}": "org:read",
  "PATCH /v1/unified-access/oauth-clients/{id}": "org:admin",
  "DELETE /v1/unified-access/oauth-clients/{id}": "org:admin",
  "POST /v1/unified-access/oauth-clients/{id}/rotate-secret": "org:admin",

  "GET /v1/oauth/grants": KEEP_OWN,
  "DELETE /v1/oauth/grants/{id}": KEEP_OWN,

  "GET /v1/audit-log": "org:read",
  "GET /v1/audit-log/export": "org:read",
  "GET /v1/audit-log/verify": "org:read",

  "GET /v1/reconciliation": "org:billing",
  "POST /v1/spend/log": "control_plane",
  "GET /v1/spend/logs": "any",
  "GET /v1/spend/logs/{id}": "any",
  "GET /v1/spend/summary": READ_OWN,
  "GET /v1/spend/export": READ_OWN,

  "GET /v1/events": READ_OWN,
  "GET /v1/events/{id}": READ_OWN,
  "GET /v1/events/{id}/request": "org:admin",
  "GET /v1/events/{id}/response": "org:admin",
} as const satisfies Readonly<Record<string, Access>>;

export type RouteName = keyof typeof ROUTE_ACCESS;

/** The capabilities of which a key needs one; empty: the route asks for no key, any key, or something else. */
export function capabilitiesOf(access: Access): readonly Capability[] {
  if (typeof access !== "string") return access;
  return access === "public" || access === "any" || access === "platform_admin" || access === "signed_in"
    ? []
    : [access];
}

/**
 * Whether a key, or what acts as one for an organization, may call a route of this access. Whoever has `self` leads the teams whose lead
 * its member is; which ones is for the route to find (`visibility.ts`).
 */
export function allows(access: Access, capabilities: ReadonlySet<Capability>): boolean {
  if (access === "public" || access === "any") return true;
  return capabilitiesOf(access).some(
    (capability) => capabilities.has(capability) || (capability === "team:lead" && capabilities.has("self")),
  );
}

/** Why a caller who is known may not call. */
export function lacking(access: Access): Failure {
  if (access === "signed_in") return { kind: "sign_in_required" };
  if (typeof access !== "string") return { kind: "capability_required", capability: access[0] };
  return { kind: "capability_required", capability: access === "any" ? "self" : access };
}

/** The routes that applications reach with an access token of this scope. They see what is their user's own. */
export const ROUTE_SCOPES: Readonly<Partial<Record<RouteName, OAuthScope>>> = {
  "GET /v1/wallets/balance": "wallet:read",
  "GET /v1/spend/logs": "spend:read",
  "GET /v1/spend/logs/{id}": "spend:read",
};

const PATTERNS = Object.keys(ROUTE_ACCESS).map((name) => {
  const [method = "", path = ""] = name.split(" ");
  return { method, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`) };
});

/** The methods that are served on `path`; empty when nothing is. */
export function methodsOf(path: string): string[] {
  return PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
}
