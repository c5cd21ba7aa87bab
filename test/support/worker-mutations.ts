/** A valid request for every route that changes something: a new route without one does not compile. */
import type { ROUTE_ACCESS, RouteName } from "../../src/api/access-table.ts";
import { paymentMethods } from "../../src/platform/d1/payment-schema.ts";
import { notifications } from "../../src/platform/d1/spend-schema.ts";
import { makePerson } from "./worker-session.ts";
import { call, deps, makeOrganization, rowsOf, textOf } from "./worker-api.ts";
import { makeGrant } from "./worker-oauth.ts";

/** Routes of people alone have tests of their own. */
type OfPeople = { [Name in RouteName]: (typeof ROUTE_ACCESS)[Name] extends "signed_in" ? Name : never }[RouteName];
export type MutationName = Exclude<RouteName, `GET ${string}` | OfPeople>;

/** An organization, and what its requests name. Every call of `unique` gives another text. */
export interface Tenant {
  readonly id: string;
  readonly token: string;
  readonly unique: () => string;
  /** The id of what `POST` with the access key makes. */
  readonly make: (path: string, body: unknown) => Promise<string>;
}

export interface MutationRequest {
  /** With the ids in place. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

type Recipe = (tenant: Tenant) => Promise<MutationRequest> | MutationRequest;

let uniqueTexts = 0;

export async function makeTenant(): Promise<Tenant> {
  const { id, token } = await makeOrganization({ credit: "100" });
  return {
    id,
    token,
    unique: () => {
      uniqueTexts += 1;
      return `unique-${uniqueTexts}`;
    },
    make: async (path, body) => {
      const reply = await call(`POST ${path}`, { token, body });
      if (reply.status >= 300) throw new Error(`${path}: ${JSON.stringify(reply.body)}`);
      return textOf(reply.body["id"] ?? reply.body["reservation_id"]);
    },
  };
}

const SHA256 = "ab".repeat(32);
const TOKENS = { input_tokens: 10, max_output_tokens: 10 };
const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const PRICE = { provider: "openai", input_price_per_million: "1", output_price_per_million: "2", ...limits() };

function limits() {
  return { max_output_tokens: 1_000, context_window: 10_000, endpoints: ["openai.chat"] };
}

function reservation({ unique }: Tenant) {
  return { request_id: unique(), provider: "openai", model: "gpt-5-mini", request_sha256: SHA256, ...TOKENS };
}

function reserve(tenant: Tenant): Promise<string> {
  return tenant.make("/v1/gateway/wallets/reserve", reservation(tenant));
}

const named =
  (path: string): Recipe =>
  (tenant) => ({ path, body: { name: tenant.unique() } });
const namedPatch =
  (path: string): Recipe =>
  async (tenant) => ({
    path: `${path}/${await tenant.make(path, { name: tenant.unique() })}`,
    body: { name: tenant.unique() },
  });
const namedDelete =
  (path: string): Recipe =>
  async (tenant) => ({
    path: `${path}/${await tenant.make(path, { name: tenant.unique() })}`,
  });

const member = ({ make, unique }: Tenant) => make("/v1/members", { email: `${unique()}@acme.example` });
const team = ({ make, unique }: Tenant) => make("/v1/teams", { name: unique() });
const key = ({ make, unique }: Tenant) => make("/v1/keys", { name: unique(), type: "gateway" });

async function makeAdministrator(): Promise<string> {
  const { id, email } = await makePerson();
  const made = await call("POST /v1/admin/administrators", { body: { email } });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return id;
}

const AGENTS = "/v1/agents";
const CONSTRAINT = { type: "requests", limit: 5, window: "daily" };
const agent = ({ make, unique }: Tenant) => make(AGENTS, { name: unique() });
const constraintsOf = (agentId: string) => `${AGENTS}/${agentId}/usage-constraints`;

const gateway = ({ make, unique }: Tenant) => make("/v1/gateways", { name: unique() });
const configOf = (gatewayId: string) => `/v1/gateways/${gatewayId}/config`;
const configNamed = (version: string) => ({ pack: { name: "shop", version }, policies: { chain: [] } });

/** A gateway with two versions of a configuration; JSON is YAML. */
async function configured(tenant: Tenant): Promise<string> {
  const id = await gateway(tenant);
  for (const version of ["1.0.0", "2.0.0"]) {
    await call(`PUT ${configOf(id)}`, { token: tenant.token, body: configNamed(version) });
  }
  return id;
}

const BUDGETS = "/v1/unified-access/budgets";
const BUDGET = { scope: { type: "organization" }, windows: { monthly: "1000" } };

function budget({ make, unique }: Tenant): Promise<string> {
  return make(BUDGETS, { name: unique(), ...BUDGET });
}

const CLIENTS = "/v1/unified-access/oauth-clients";
const CLIENT = { type: "confidential", redirect_uris: ["https://editor.example/callback"] };

function oauthClient({ make, unique }: Tenant): Promise<string> {
  return make(CLIENTS, { name: unique(), ...CLIENT });
}

const POLICIES = "/v1/unified-access/access-policies";
const POLICY = { effect: "deny", resources: { models: ["gpt-none"] } };

function policy({ make, unique }: Tenant): Promise<string> {
  return make(POLICIES, { name: unique(), ...POLICY });
}

/** A member of an organization whose plan has a seat for it. */
async function seatless(tenant: Tenant): Promise<string> {
  const plan = { seat_count: 100, seat_monthly_credit: "1" };
  await call(`PATCH /v1/admin/organizations/${tenant.id}`, { body: plan });
  return member(tenant);
}

async function price(tenant: Tenant): Promise<string> {
  const made = await call("POST /v1/admin/model-pricing", { body: { ...PRICE, model: tenant.unique() } });
  return textOf(made.body["id"]);
}

async function funded(tenant: Tenant): Promise<string> {
  const teamId = await team(tenant);
  await call("POST /v1/wallets/allocate", { token: tenant.token, body: { team_id: teamId, amount: "1" } });
  return teamId;
}

/** A ticket of a moment in which all the money was elsewhere. */
async function ticket(tenant: Tenant): Promise<string> {
  const { token } = tenant;
  const balance = await call("GET /v1/wallets/balance", { token });
  const move = { token, body: { team_id: await team(tenant), amount: textOf(balance.body["available"]) } };
  await call("POST /v1/wallets/allocate", move);
  const refused = await call("POST /v1/gateway/wallets/reserve", { token, body: reservation(tenant) });
  await call("POST /v1/wallets/reclaim", move);
  return textOf(refused.body["cost_ticket"]?.["id"]);
}

/** A checkout's session. */
async function checkout({ token }: Tenant): Promise<string> {
  const made = await call("POST /v1/payments/create-checkout", { token, body: { amount: "5.00" } });
  return textOf(made.body["session_id"]);
}

async function paid(tenant: Tenant): Promise<string> {
  const sessionId = await checkout(tenant);
  const session = await call(`GET /v1/payments/sessions/${sessionId}`, { token: tenant.token });
  const reference = textOf(session.body["approval_url"]).split("/").at(-1) ?? "";
  await deps.payments.sandbox?.till.act(reference, "pay");
  return sessionId;
}

const AUTO_TOP_UP = { enabled: false, threshold: "5.00", amount: "10.00", daily_cap: "50.00" };

async function wallet({ token }: Tenant): Promise<string> {
  return textOf(rowsOf(await call("GET /v1/wallets", { token }))[0]?.["id"]);
}

async function paymentMethod({ id: organizationId, unique }: Tenant): Promise<string> {
  const method = { provider: "sandbox", customerReference: unique(), methodReference: unique(), label: "card" };
  const id = deps.newId("pm");
  await deps.db.insert(paymentMethods).values({ id, organizationId, ...method, createdAtMs: deps.nowMs() });
  return id;
}

function webhook({ make, unique }: Tenant): Promise<string> {
  return make("/v1/webhooks", { name: unique(), url: "https://hooks.acme.example/events" });
}

/** Its name looks like an id, so that tests know the part of the path that names it. */
const secretName = ({ unique }: Tenant) => `sec_${unique().replaceAll("-", "").padStart(26, "0")}`;
const SECRET = { value: "sk-0123456789abcdef" };

async function secret(tenant: Tenant): Promise<string> {
  const path = `/v1/secrets/${secretName(tenant)}`;
  await call(`PUT ${path}`, { token: tenant.token, body: SECRET });
  return path;
}

async function notification({ id, unique }: Tenant): Promise<string> {
  const row = { id: unique(), organizationId: id, type: "wallet.depleted", dataJson: "{}", createdAtMs: 0 };
  await deps.spendDb.insert(notifications).values(row);
  return row.id;
}

export const MUTATIONS: Readonly<Record<MutationName, Recipe>> = {
  "POST /v1/admin/administrators": async () => ({
    path: "/v1/admin/administrators",
    body: { email: (await makePerson()).email },
  }),
  "DELETE /v1/admin/administrators/{id}": async () => {
    const ids = await Promise.all([makeAdministrator(), makeAdministrator()]);
    return { path: `/v1/admin/administrators/${ids[0]}` };
  },
  "POST /v1/admin/organizations": ({ unique }) => ({
    path: "/v1/admin/organizations",
    body: { name: unique(), owner_email: "ada@acme.example" },
  }),
  "PATCH /v1/admin/organizations/{id}": ({ id, unique }) => ({
    path: `/v1/admin/organizations/${id}`,
    body: { name: unique() },
  }),
  "PUT /v1/admin/organizations/{id}/wallet-settings": ({ id }) => ({
    path: `/v1/admin/organizations/${id}/wallet-settings`,
    body: { clamp: true },
  }),
  "POST /v1/admin/wallets/credit": ({ id }) => ({
    path: "/v1/admin/wallets/credit",
    body: { organization_id: id, amount: "1" },
  }),
  "POST /v1/admin/wallets/allocate": async (tenant) => ({
    path: "/v1/admin/wallets/allocate",
    body: { organization_id: tenant.id, team_id: await team(tenant), amount: "1" },
  }),
  "POST /v1/admin/wallets/reclaim": async (tenant) => ({
    path: "/v1/admin/wallets/reclaim",
    body: { organization_id: tenant.id, team_id: await funded(tenant), amount: "1" },
  }),
  "POST /v1/admin/model-pricing": ({ unique }) => ({
    path: "/v1/admin/model-pricing",
    body: { ...PRICE, model: unique() },
  }),
  "PUT /v1/admin/model-pricing/{id}": async (tenant) => {
    const model = tenant.unique();
    const made = await call("POST /v1/admin/model-pricing", { body: { ...PRICE, model } });
    return {
      path: `/v1/admin/model-pricing/${textOf(made.body["id"])}`,
      body: { ...PRICE, model, output_price_per_million: "3" },
    };
  },
  "DELETE /v1/admin/model-pricing/{id}": async (tenant) => ({ path: `/v1/admin/model-pricing/${await price(tenant)}` }),
  "POST /v1/admin/model-pricing/preview": ({ unique }) => ({
    path: "/v1/admin/model-pricing/preview",
    body: { ...PRICE, model: unique() },
  }),
  "POST /v1/admin/exchange-rates/preview": () => ({
    path: "/v1/admin/exchange-rates/preview",
    body: { EUR: "0.92" },
  }),
  "PUT /v1/admin/exchange-rates": () => ({ path: "/v1/admin/exchange-rates", body: { EUR: "0.92" } }),

  "PATCH /v1/organization": ({ unique }) => ({ path: "/v1/organization", body: { name: unique() } }),
  "POST /v1/members": ({ unique }) => ({ path: "/v1/members", body: { email: `${unique()}@acme.example` } }),
  "PATCH /v1/members/{id}": async (tenant) => ({
    path: `/v1/members/${await member(tenant)}`,
    body: { role: "admin" },
  }),
  "POST /v1/members/{id}/invite": async (tenant) => ({ path: `/v1/members/${await member(tenant)}/invite` }),
  "DELETE /v1/members/{id}": async (tenant) => ({ path: `/v1/members/${await member(tenant)}` }),
  "PUT /v1/members/{id}/seat": async (tenant) => ({ path: `/v1/members/${await seatless(tenant)}/seat` }),
  "DELETE /v1/members/{id}/seat": async (tenant) => {
    const path = `/v1/members/${await seatless(tenant)}/seat`;
    await call(`PUT ${path}`, { token: tenant.token });
    return { path };
  },
  "POST /v1/teams": named("/v1/teams"),
  "PATCH /v1/teams/{id}": namedPatch("/v1/teams"),
  "DELETE /v1/teams/{id}": namedDelete("/v1/teams"),
  "POST /v1/teams/{id}/members": async (tenant) => ({
    path: `/v1/teams/${await team(tenant)}/members`,
    body: { member_id: await member(tenant) },
  }),
  "DELETE /v1/teams/{id}/members/{member_id}": async (tenant) => {
    const [teamId, memberId] = [await team(tenant), await member(tenant)];
    await call(`POST /v1/teams/${teamId}/members`, { token: tenant.token, body: { member_id: memberId } });
    return { path: `/v1/teams/${teamId}/members/${memberId}` };
  },
  "POST /v1/service-users": named("/v1/service-users"),
  "PATCH /v1/service-users/{id}": namedPatch("/v1/service-users"),
  "DELETE /v1/service-users/{id}": namedDelete("/v1/service-users"),
  "POST /v1/gateways": named("/v1/gateways"),
  "PATCH /v1/gateways/{id}": namedPatch("/v1/gateways"),
  "DELETE /v1/gateways/{id}": namedDelete("/v1/gateways"),
  "POST /v1/gateways/config/lint": () => ({ path: "/v1/gateways/config/lint", body: configNamed("1.0.0") }),
  "PUT /v1/gateways/{id}/config": async (tenant) => ({
    path: configOf(await gateway(tenant)),
    body: configNamed("1.0.0"),
  }),
  "DELETE /v1/gateways/{id}/config": async (tenant) => ({ path: configOf(await configured(tenant)) }),
  "POST /v1/gateways/{id}/config/rollback": async (tenant) => ({
    path: `${configOf(await configured(tenant))}/rollback`,
    body: { version: 1 },
  }),
  "POST /v1/keys": ({ unique }) => ({ path: "/v1/keys", body: { name: unique(), type: "access" } }),
  "PATCH /v1/keys/{id}": async (tenant) => ({
    path: `/v1/keys/${await key(tenant)}`,
    body: { name: tenant.unique() },
  }),
  "DELETE /v1/keys/{id}": async (tenant) => ({ path: `/v1/keys/${await key(tenant)}` }),
  "POST /v1/keys/{id}/rotate": async (tenant) => ({
    path: `/v1/keys/${await key(tenant)}/rotate`,
    body: { overlap_seconds: 60 },
  }),
  "POST /v1/keys/{id}/revoke": async (tenant) => ({ path: `/v1/keys/${await key(tenant)}/revoke` }),

  "POST /v1/agents": named(AGENTS),
  "PATCH /v1/agents/{id}": namedPatch(AGENTS),
  "DELETE /v1/agents/{id}": namedDelete(AGENTS),
  "POST /v1/agents/{id}/usage-constraints": async (tenant) => ({
    path: constraintsOf(await agent(tenant)),
    body: CONSTRAINT,
  }),
  "PUT /v1/agents/{id}/usage-constraints/{constraint_id}": async (tenant) => {
    const path = constraintsOf(await agent(tenant));
    return { path: `${path}/${await tenant.make(path, CONSTRAINT)}`, body: { ...CONSTRAINT, limit: 6 } };
  },
  "DELETE /v1/agents/{id}/usage-constraints/{constraint_id}": async (tenant) => {
    const path = constraintsOf(await agent(tenant));
    return { path: `${path}/${await tenant.make(path, CONSTRAINT)}` };
  },
  "POST /v1/notifications/{id}/read": async (tenant) => ({
    path: `/v1/notifications/${await notification(tenant)}/read`,
  }),
  "POST /v1/notifications/read-all": async (tenant) => {
    await notification(tenant);
    return { path: "/v1/notifications/read-all" };
  },
  "POST /v1/webhooks": ({ unique }) => ({
    path: "/v1/webhooks",
    body: { name: unique(), url: "https://hooks.acme.example/events" },
  }),
  "PATCH /v1/webhooks/{id}": async (tenant) => ({
    path: `/v1/webhooks/${await webhook(tenant)}`,
    body: { name: tenant.unique() },
  }),
  "DELETE /v1/webhooks/{id}": async (tenant) => ({ path: `/v1/webhooks/${await webhook(tenant)}` }),
  "POST /v1/webhooks/{id}/test": async (tenant) => ({ path: `/v1/webhooks/${await webhook(tenant)}/test` }),
  "POST /v1/webhooks/{id}/rotate-secret": async (tenant) => ({
    path: `/v1/webhooks/${await webhook(tenant)}/rotate-secret`,
  }),
  "POST /v1/webhooks/{id}/deliveries/{delivery_id}/retry": async (tenant) => {
    const path = `/v1/webhooks/${await webhook(tenant)}`;
    const tested = await call(`POST ${path}/test`, { token: tenant.token });
    return { path: `${path}/deliveries/${textOf(tested.body["id"])}/retry` };
  },
  "PUT /v1/secrets/{name}": (tenant) => ({ path: `/v1/secrets/${secretName(tenant)}`, body: SECRET }),
  "DELETE /v1/secrets/{name}": async (tenant) => ({ path: await secret(tenant) }),

  "PUT /v1/wallets/settings": () => ({ path: "/v1/wallets/settings", body: { clamp: true } }),
  "PUT /v1/wallets/{id}/auto-topup": async (tenant) => ({
    path: `/v1/wallets/${await wallet(tenant)}/auto-topup`,
    body: { ...AUTO_TOP_UP, payment_method: await paymentMethod(tenant) },
  }),
  "POST /v1/wallets/credit": () => ({ path: "/v1/wallets/credit", body: { amount: "1" } }),
  "POST /v1/wallets/allocate": async (tenant) => ({
    path: "/v1/wallets/allocate",
    body: { team_id: await team(tenant), amount: "1" },
  }),
  "POST /v1/wallets/reclaim": async (tenant) => ({
    path: "/v1/wallets/reclaim",
    body: { team_id: await funded(tenant), amount: "1" },
  }),

  "POST /v1/gateway/wallets/reserve": (tenant) => ({
    path: "/v1/gateway/wallets/reserve",
    body: reservation(tenant),
  }),
  "POST /v1/gateway/wallets/settle": async (tenant) => ({
    path: "/v1/gateway/wallets/settle",
    body: { reservation_id: await reserve(tenant), usage: USAGE },
  }),
  "POST /v1/gateway/wallets/release": async (tenant) => ({
    path: "/v1/gateway/wallets/release",
    body: { reservation_id: await reserve(tenant) },
  }),
  "POST /v1/gateway/wallets/redeem-ticket": async (tenant) => ({
    path: "/v1/gateway/wallets/redeem-ticket",
    body: { request_id: tenant.unique(), ticket_id: await ticket(tenant), request_sha256: SHA256 },
  }),
  "POST /v1/gateway/wallets/checkpoint": async (tenant) => ({
    path: "/v1/gateway/wallets/checkpoint",
    body: { reservation_id: await reserve(tenant), usage: USAGE },
  }),
  "POST /v1/gateway/agents/{id}/usage-increment": async (tenant) => ({
    path: `/v1/gateway/agents/${await agent(tenant)}/usage-increment`,
    body: { request_id: tenant.unique(), requests: 1 },
  }),

  "POST /v1/unified-access/access-policies": ({ unique }) => ({
    path: POLICIES,
    body: { name: unique(), ...POLICY },
  }),
  "PUT /v1/unified-access/access-policies/{id}": async (tenant) => ({
    path: `${POLICIES}/${await policy(tenant)}`,
    body: { name: tenant.unique(), ...POLICY },
  }),
  "PATCH /v1/unified-access/access-policies/{id}": async (tenant) => ({
    path: `${POLICIES}/${await policy(tenant)}`,
    body: { name: tenant.unique() },
  }),
  "DELETE /v1/unified-access/access-policies/{id}": async (tenant) => ({
    path: `${POLICIES}/${await policy(tenant)}`,
  }),
  "POST /v1/unified-access/access-policies/simulate": () => ({
    path: `${POLICIES}/simulate`,
    body: { subject: {}, endpoint: "openai.chat", model: "gpt-5-mini" },
  }),
  "POST /v1/unified-access/budgets/simulate": () => ({
    path: `${BUDGETS}/simulate`,
    body: { subject: {}, endpoint: "openai.chat", model: "gpt-5-mini" },
  }),
  "POST /v1/unified-access/budgets": ({ unique }) => ({ path: BUDGETS, body: { name: unique(), ...BUDGET } }),
  "PUT /v1/unified-access/budgets/{id}": async (tenant) => ({
    path: `${BUDGETS}/${await budget(tenant)}`,
    body: { name: tenant.unique(), ...BUDGET },
  }),
  "PATCH /v1/unified-access/budgets/{id}": async (tenant) => ({
    path: `${BUDGETS}/${await budget(tenant)}`,
    body: { name: tenant.unique() },
  }),
  "DELETE /v1/unified-access/budgets/{id}": async (tenant) => ({ path: `${BUDGETS}/${await budget(tenant)}` }),
  "POST /v1/unified-access/oauth-clients": ({ unique }) => ({ path: CLIENTS, body: { name: unique(), ...CLIENT } }),
  "PATCH /v1/unified-access/oauth-clients/{id}": async (tenant) => ({
    path: `${CLIENTS}/${await oauthClient(tenant)}`,
    body: { name: tenant.unique() },
  }),
  "DELETE /v1/unified-access/oauth-clients/{id}": async (tenant) => ({
    path: `${CLIENTS}/${await oauthClient(tenant)}`,
  }),
  "DELETE /v1/oauth/grants/{id}": async ({ id }) => ({
    path: `/v1/oauth/grants/${await makeGrant(id, "mem_of_the_grant")}`,
  }),
  "POST /v1/unified-access/oauth-clients/{id}/rotate-secret": async (tenant) => ({
    path: `${CLIENTS}/${await oauthClient(tenant)}/rotate-secret`,
  }),
  "POST /v1/payments/create-checkout": () => ({ path: "/v1/payments/create-checkout", body: { amount: "5.00" } }),
  "POST /v1/payments/confirm-checkout": async (tenant) => ({
    path: "/v1/payments/confirm-checkout",
    body: { session_id: await checkout(tenant) },
  }),
  "PUT /v1/payments/settings": () => ({ path: "/v1/payments/settings", body: { minimum: "2.00" } }),
  "DELETE /v1/payments/methods/{id}": async (tenant) => ({
    path: `/v1/payments/methods/${await paymentMethod(tenant)}`,
  }),
  "PUT /v1/admin/payments/config": () => ({ path: "/v1/admin/payments/config", body: { provider: "sandbox" } }),
  "POST /v1/admin/payments/refund": async (tenant) => ({
    path: "/v1/admin/payments/refund",
    body: { session_id: await paid(tenant), amount: "1.00" },
  }),
  "POST /v1/unified-access/cost": () => ({
    path: "/v1/unified-access/cost",
    body: { endpoint: "openai.chat", model: "gpt-5-mini", usage: USAGE },
  }),
  "POST /v1/unified-access/estimate": () => ({
    path: "/v1/unified-access/estimate",
    body: {
      endpoint: "openai.chat",
      body: { model: "gpt-5-mini", messages: [{ role: "user", content: "Hi" }], max_completion_tokens: 10 },
    },
  }),
  "POST /v1/spend/log": ({ unique }) => ({
    path: "/v1/spend/log",
    body: { request_id: unique(), endpoint: "openai.chat", model: "gpt-5-mini", total_cost: "0.5" },
  }),
};
