/** Every route of the access table, with every caller that must not get through. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { allows, capabilitiesOf, ROUTE_ACCESS } from "../../src/api/access-table.ts";
import { CAPABILITIES } from "../../src/contract/directory.ts";
import { BODY_PARTS } from "../../src/contract/event-body.ts";
import { eventIdOfLog } from "../../src/contract/event.ts";
import { createEventBodies } from "../../src/platform/event-bodies.ts";
import { paymentMethods } from "../../src/platform/d1/payment-schema.ts";
import { makeCheckout } from "../support/worker-payments.ts";
import { events, notifications } from "../../src/platform/d1/spend-schema.ts";
import { ADMIN_TOKEN, advanceClock, call, deps, makeOrganization, textOf, type Reply } from "../support/worker-api.ts";
import { makeGrant } from "../support/worker-oauth.ts";
import { callAs, makeMember } from "../support/worker-session.ts";

const DAY_MS = 24 * 3_600_000;
const ROUTES = Object.entries(ROUTE_ACCESS).map(([name, access]) => ({ name, access }));
const CLOSED = ROUTES.filter(({ access }) => access !== "public");
const HASH = "ab".repeat(32);

interface Tenant {
  readonly id: string;
  readonly token: string;
  readonly teamId: string;
  readonly memberId: string;
  readonly serviceUserId: string;
  readonly gatewayId: string;
  readonly keyId: string;
  readonly agentId: string;
  readonly constraintId: string;
  readonly walletId: string;
  readonly reservationId: string;
  readonly spendLogId: string;
  readonly eventId: string;
  readonly accessPolicyId: string;
  readonly budgetId: string;
  readonly oauthClientId: string;
  readonly grantId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
  readonly notificationId: string;
  readonly paymentSessionId: string;
  readonly paymentMethodId: string;
  readonly secretName: string;
}

let mine: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  mine = await makeTenant();
  theirs = await makeTenant();
});

const CLIENT = { name: "Editor", type: "confidential", redirect_uris: ["https://editor.example/callback"] };
const CONSTRAINT = { type: "requests", limit: 5, window: "daily" };

/** An organization with one of everything. */
async function makeTenant(): Promise<Tenant> {
  const { id, token } = await makeOrganization({ credit: "10" });
  const make = async (name: string, body: unknown): Promise<Reply> => {
    const reply = await call(name, { token, body });
    if (reply.status >= 300) throw new Error(`${name}: ${JSON.stringify(reply.body)}`);
    return reply;
  };
  const idOf = async (name: string, body: unknown) => textOf((await make(name, body)).body["id"]);
  const teamId = await idOf("POST /v1/teams", { name: "Team" });
  const memberId = await idOf("POST /v1/members", { email: "ada@acme.example" });
  await make(`POST /v1/teams/${teamId}/members`, { member_id: memberId });
  const agentId = await idOf("POST /v1/agents", { name: "Agent" });
  const allocated = await make("POST /v1/wallets/allocate", { team_id: teamId, amount: "1" });
  const reserved = await make("POST /v1/gateway/wallets/reserve", reserveBody("held", teamId));
  const spendLogId = await idOf("POST /v1/spend/log", {
    request_id: "reported",
    endpoint: "openai.chat",
    model: "gpt-5-mini",
    total_cost: "0.5",
  });
  const secretName = `sec_of_${id}`;
  await make(`PUT /v1/secrets/${secretName}`, { value: "sk-0123456789abcdef" });
  const gatewayId = await idOf("POST /v1/gateways", { name: "Gateway" });
  await make(`PUT /v1/gateways/${gatewayId}/config`, { pack: { name: "p", version: "1" }, policies: { chain: [] } });
  const webhookId = await idOf("POST /v1/webhooks", { name: "All", url: "https://hooks.acme.example/" });
  return {
    id,
    token,
    teamId,
    memberId,
    serviceUserId: await idOf("POST /v1/service-users", { name: "Service" }),
    gatewayId,
    keyId: await idOf("POST /v1/keys", { name: "Key", type: "gateway" }),
    agentId,
    constraintId: await idOf(`POST /v1/agents/${agentId}/usage-constraints`, CONSTRAINT),
    walletId: textOf(allocated.body["wallet"]?.["id"]),
    reservationId: textOf(reserved.body["reservation_id"]),
    spendLogId,
    eventId: await addEvent(id, spendLogId),
    accessPolicyId: await idOf("POST /v1/unified-access/access-policies", POLICY),
    budgetId: await idOf("POST /v1/unified-access/budgets", BUDGET),
    oauthClientId: await idOf("POST /v1/unified-access/oauth-clients", CLIENT),
    grantId: await makeGrant(id, memberId),
    webhookId,
    deliveryId: await idOf(`POST /v1/webhooks/${webhookId}/test`, undefined),
    notificationId: await addNotification(id),
    paymentSessionId: (await makeCheckout({ amount: "5" }, Promise.resolve({ id, token }))).id,
    paymentMethodId: await addPaymentMethod(id),
    secretName,
  };
}

async function addEvent(organizationId: string, logId: string): Promise<string> {
  const id = eventIdOfLog(logId);
  const decided = { decision: "allow", matchedJson: "[]", zdrMode: "off", bodies: "kept" } as const;
  await deps.spendDb.insert(events).values({ id, logId, organizationId, createdAtMs: 0, ...decided });
  const body = {
    bytes: new TextEncoder().encode(id),
    totalBytes: 1,
    truncated: false,
    contentType: null,
    status: null,
  };
  const address = { organizationId, eventId: id, createdAtMs: 0 };
  for (const part of BODY_PARTS) await createEventBodies(env.BODIES).put([{ address, part, body }]);
  return id;
}

async function addPaymentMethod(organizationId: string): Promise<string> {
  const id = deps.newId("pm");
  const method = { provider: "sandbox", customerReference: id, methodReference: id, label: "card" };
  await deps.db.insert(paymentMethods).values({ id, organizationId, ...method, createdAtMs: deps.nowMs() });
  return id;
}

async function addNotification(organizationId: string): Promise<string> {
  const id = `ntf_${organizationId}`;
  const told = { id, organizationId, type: "wallet.depleted", dataJson: "{}", createdAtMs: 0 };
  await deps.spendDb.insert(notifications).values(told);
  return id;
}

const POLICY = { name: "No opus", effect: "deny", resources: { models: ["claude-opus*"] } };

const BUDGET = { name: "All", scope: { type: "organization" }, windows: { monthly: "1000" } };

function reserveBody(requestId: string, teamId?: string) {
  return {
    request_id: requestId,
    provider: "openai",
    model: "gpt-5-mini",
    input_tokens: 10,
    max_output_tokens: 10,
    request_sha256: HASH,
    ...(teamId === undefined ? {} : { team_id: teamId }),
  };
}

/** A key of `mine` with every capability, or none. */
async function makeKey(fields: Readonly<Record<string, unknown>>): Promise<{ id: string; token: string }> {
  const made = await call("POST /v1/keys", { token: mine.token, body: { name: "k", type: "access", ...fields } });
  return { id: textOf(made.body["id"]), token: textOf(made.body["key"]) };
}

const ALL = CAPABILITIES.filter((capability) => capability !== "team:lead");

async function statusesOf(routes: typeof CLOSED, token: string | null): Promise<Record<string, number>> {
  const replies: [string, number][] = [];
  for (const { name } of routes) {
    const reply = await call(name.replaceAll(/\{\w+\}/g, "id"), { token });
    replies.push([name, reply.status]);
  }
  return Object.fromEntries(replies);
}

function all(routes: typeof CLOSED, status: number): Record<string, number> {
  return Object.fromEntries(routes.map(({ name }) => [name, status]));
}

test("no key, a malformed one and an unknown one are refused on every route", async () => {
  const unknown = `${mine.token.slice(0, -1)}${mine.token.endsWith("x") ? "y" : "x"}`;
  for (const token of [null, "sk-1234", "kt_ak_short", unknown]) {
    expect(await statusesOf(CLOSED, token), String(token)).toEqual(all(CLOSED, 401));
  }
});

test("a revoked key and an expired one are refused on every route", async () => {
  const revoked = await makeKey({ capabilities: ALL });
  const expiring = await makeKey({ capabilities: ALL, expires_at: new Date(Date.now() + DAY_MS).toISOString() });
  for (const { token } of [revoked, expiring]) {
    expect((await call("GET /v1/keys", { token })).status).toBe(200);
  }
  await call(`POST /v1/keys/${revoked.id}/revoke`, { token: mine.token });
  advanceClock(2 * DAY_MS);
  for (const { token } of [revoked, expiring]) expect(await statusesOf(CLOSED, token)).toEqual(all(CLOSED, 401));
});

test("a key without the route's capability is refused, also one that has all the others", async () => {
  const none = await makeKey({ capabilities: [] });
  const guarded = CLOSED.filter(({ access }) => access !== "any");
  expect(await statusesOf(guarded, none.token)).toEqual(all(guarded, 403));
  for (const lacking of ALL.filter((capability) => capability !== "self")) {
    const others = ALL.filter((capability) => capability !== lacking);
    const { token } = await makeKey({ capabilities: others });
    const routes = CLOSED.filter(
      ({ access }) => capabilitiesOf(access).includes(lacking) && !allows(access, new Set(others)),
    );
    expect(routes.length).toBeGreaterThan(0);
    expect(await statusesOf(routes, token), lacking).toEqual(all(routes, 403));
  }
  const platform = CLOSED.filter(({ access }) => access === "platform_admin");
  expect(await statusesOf(platform, mine.token)).toEqual(all(platform, 403));
  const organizations = CLOSED.filter(({ access }) => access !== "platform_admin");
  expect(await statusesOf(organizations, ADMIN_TOKEN)).toEqual(all(organizations, 403));
});

test("a route that names an object does not find another organization's", async () => {
  const before = await snapshotOf(theirs);
  const named = ROUTES.filter(
    // A name of a secret is everybody's own: api-secrets.test.ts.
    ({ name, access }) => name.includes("{") && access !== "platform_admin" && name !== "PUT /v1/secrets/{name}",
  );
  for (const { name } of named) {
    const reply = await call(withIdsOf(theirs, name), { token: mine.token, body: bodyOf(name) });
    expect([name, reply.status, reply.body["error"]?.["code"]]).toEqual([name, 404, "not_found"]);
    expectNothingOf(theirs, name, reply, name);
  }
  expect(await snapshotOf(theirs)).toEqual(before);
});

test("the session of an owner does not find another organization's either", async () => {
  const before = await snapshotOf(theirs);
  const owner = await makeMember(mine.token, "owner");
  const named = ROUTES.filter(
    ({ name, access }) => name.includes("{") && access !== "platform_admin" && name !== "PUT /v1/secrets/{name}",
  );
  for (const { name, access } of named) {
    const reply = await callAs(owner, withIdsOf(theirs, name), { body: bodyOf(name) });
    const expected = access === "control_plane" ? [name, 403, "capability_required"] : [name, 404, "not_found"];
    expect([name, reply.status, reply.body["error"]?.["code"]]).toEqual(expected);
    expectNothingOf(theirs, name, reply, name);
  }
  expect(await snapshotOf(theirs)).toEqual(before);
});

test("a body that names another organization's object moves and shows nothing", async () => {
  const before = await snapshotOf(theirs);
  const reservation = { reservation_id: theirs.reservationId };
  const tries = [
    { name: "POST /v1/gateway/wallets/settle", body: { ...reservation, cost: "1" }, status: 404 },
    { name: "POST /v1/gateway/wallets/release", body: reservation, status: 404 },
    { name: "POST /v1/gateway/wallets/checkpoint", body: reservation, status: 404 },
    { name: "POST /v1/wallets/credit", body: { wallet_id: theirs.walletId, amount: "1" }, status: 404 },
    { name: "POST /v1/wallets/allocate", body: { team_id: theirs.teamId, amount: "1" }, status: 404 },
    { name: "POST /v1/wallets/reclaim", body: { user_id: theirs.memberId, amount: "1" }, status: 404 },
    { name: "POST /v1/keys", body: { name: "k", type: "gateway", team_id: theirs.teamId }, status: 400 },
    { name: `POST /v1/teams/${mine.teamId}/members`, body: { member_id: theirs.memberId }, status: 400 },
  ];
  for (const { name, body, status } of tries) {
    const reply = await call(name, { token: mine.token, body });
    expect([name, reply.status, reply.body["error"]?.["code"]]).toEqual([name, status, "not_found"]);
  }
  expect(await snapshotOf(theirs)).toEqual(before);
});

test("what a key lists or looks at is its own organization's alone", async () => {
  const open = ROUTES.filter(
    ({ name, access }) =>
      name.startsWith("GET") && !name.includes("{") && access !== "platform_admin" && access !== "signed_in",
  );
  expect(open.length).toBeGreaterThan(10);
  for (const { name } of open) {
    const reply = await call(name, { token: mine.token });
    expect([name, reply.status]).toEqual([name, 200]);
    expectNothingOf(theirs, "", reply, name);
  }
  for (const query of [`user_id=${theirs.memberId}`, `team_id=${theirs.teamId}`, `key_id=${theirs.keyId}`]) {
    expect((await call(`GET /v1/spend/logs?${query}`, { token: mine.token })).body["data"]).toEqual([]);
  }
  for (const query of [`team_id=${theirs.teamId}`, `user_id=${theirs.memberId}`]) {
    expect((await call(`GET /v1/wallets/balance?${query}`, { token: mine.token })).status).toBe(404);
    expect((await call(`GET /v1/admin/wallets/balance?organization_id=${mine.id}&${query}`)).status).toBe(404);
  }
});

function withIdsOf(tenant: Tenant, name: string): string {
  const ids: Readonly<Record<string, string>> = {
    members: tenant.memberId,
    teams: tenant.teamId,
    "service-users": tenant.serviceUserId,
    gateways: tenant.gatewayId,
    keys: tenant.keyId,
    agents: tenant.agentId,
    "gateway/agents": tenant.agentId,
    wallets: tenant.walletId,
    webhooks: tenant.webhookId,
    notifications: tenant.notificationId,
    "payments/sessions": tenant.paymentSessionId,
    "payments/methods": tenant.paymentMethodId,
    "spend/logs": tenant.spendLogId,
    events: tenant.eventId,
    "unified-access/access-policies": tenant.accessPolicyId,
    "unified-access/budgets": tenant.budgetId,
    secrets: tenant.secretName,
    "unified-access/oauth-clients": tenant.oauthClientId,
    "oauth/grants": tenant.grantId,
  };
  const collection = Object.keys(ids).find((path) => name.includes(`/v1/${path}/{`)) ?? "";
  const id = ids[collection];
  if (id === undefined) throw new Error(`the test knows no object for ${name}`);
  return name
    .replace(/\{(id|name)\}/, id)
    .replace("{member_id}", tenant.memberId)
    .replace("{version}", "1")
    .replace("{constraint_id}", tenant.constraintId)
    .replace("{delivery_id}", tenant.deliveryId);
}

const AUTO_TOP_UP = { enabled: false, threshold: "5", amount: "10", daily_cap: "50", payment_method: "pm_any" };

/** A body that the route would accept. */
function bodyOf(name: string): unknown {
  if (name.startsWith("PATCH")) return { name: "Stolen" };
  if (name === "PUT /v1/unified-access/access-policies/{id}") return POLICY;
  if (name === "PUT /v1/unified-access/budgets/{id}") return BUDGET;
  if (name.endsWith("/auto-topup")) return name.startsWith("PUT") ? AUTO_TOP_UP : undefined;
  if (name.includes("/usage-constraints")) return /^(POST|PUT)/.test(name) ? CONSTRAINT : undefined;
  if (name.endsWith("/config/rollback")) return { version: 1 };
  if (name.endsWith("/usage-increment")) return { request_id: "stolen", requests: 1 };
  if (name === "POST /v1/teams/{id}/members") return { member_id: mine.memberId };
  return name.startsWith("POST") ? {} : undefined;
}

/** No id of `tenant` is in the answer, except those that the caller has sent. */
function expectNothingOf(tenant: Tenant, sent: string, reply: Reply, where: string): void {
  const text = JSON.stringify(reply.body);
  const { token: _token, ...ids } = tenant;
  for (const id of Object.values(ids)) {
    if (!sent.includes(id)) expect(text, where).not.toContain(id);
  }
}

/** Everything of an organization that its own key can see. */
async function snapshotOf({ token, teamId, gatewayId, agentId, walletId, webhookId }: Tenant): Promise<unknown> {
  const paths = [
    "/v1/organization",
    "/v1/members",
    "/v1/teams",
    `/v1/teams/${teamId}/members`,
    "/v1/service-users",
    "/v1/gateways",
    "/v1/keys",
    "/v1/agents",
    `/v1/agents/${agentId}/usage-constraints`,
    `/v1/gateways/${gatewayId}/config/versions`,
    "/v1/wallets",
    `/v1/wallets/${walletId}/transactions`,
    "/v1/reservations",
    "/v1/spend/logs",
    "/v1/events",
    "/v1/notifications",
    "/v1/secrets",
    "/v1/unified-access/oauth-clients",
    "/v1/webhooks",
    `/v1/webhooks/${webhookId}/deliveries`,
    "/v1/unified-access/access-policies",
    "/v1/unified-access/budgets",
  ];
  const replies = await Promise.all(paths.map((path) => call(`GET ${path}`, { token })));
  expect(replies.map(({ status }) => status)).toEqual(paths.map(() => 200));
  return replies.map(({ body }) => body);
}
