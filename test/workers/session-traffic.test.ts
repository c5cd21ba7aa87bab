/** Model traffic of a signed-in person: charged as a key of the member would be, from our own pages alone. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Organization } from "../../durable-objects/organization/organization.ts";
import { call } from "../support/worker-api.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import { stubOf } from "../support/worker-organization.ts";
import {
  broken,
  chat,
  faults,
  makeTenant,
  reconfigure,
  restartIsolate,
  rowsOfTenant,
  upstreamCalls,
  type Tenant,
} from "../support/worker-proxy.ts";
import { AUTH_SECRET, makeMember, makePerson, ORIGIN, type Person } from "../support/worker-session.ts";

beforeEach(() => reconfigure({ AUTH_SECRET, ALLOW_INSECURE_ADDRESSES: "true" }));
afterEach(async () => {
  vi.restoreAllMocks();
  await restartIsolate();
});

type Headers = Readonly<Record<string, string>>;
type Options = Parameters<typeof chat>[1];

/** As the console's chat would. */
async function chatAs({ cookie }: Pick<Person, "cookie">, headers: Headers = {}, options: Options = {}) {
  return chat({ gatewayKey: "" }, { ...options, headers: { authorization: "", cookie, origin: ORIGIN, ...headers } });
}

async function fund({ accessKey }: Tenant, memberId: string, amount: string): Promise<void> {
  const body = { user_id: memberId, amount };
  expect((await call("POST /v1/wallets/allocate", { token: accessKey, body })).status).toBeLessThan(300);
}

test("a request is paid from the member's wallet, its row names the member, and no cookie leaves", async () => {
  const tenant = await makeTenant();
  const person = await makeMember(tenant.accessKey, "member");
  await fund(tenant, person.memberId, "1");
  for (const stream of [false, true]) {
    const answer = await chatAs(person, {}, { stream });
    expect([answer.status, answer.headers.get("x-keeptrusts-wallet-scope")]).toEqual([200, "user"]);
    await answer.lifeOver;
  }
  await expect.poll(() => rowsOfTenant(tenant), { timeout: 10_000 }).toHaveLength(2);
  for (const row of rowsOfTenant(tenant)) {
    expect(row).toMatchObject({
      user_id: person.memberId,
      key_id: person.memberId.replace("mem_", "ses_"),
      team_id: null,
      wallet_scope: "user",
    });
  }
  for (const { headers } of upstreamCalls) expect(JSON.stringify([...headers])).not.toContain("session_token");
  expect(await auditLedger({ id: tenant.id, stub: stubOf(tenant.id) })).toEqual(SOUND);
});

test("one call of the organization's object decides, for a session as for a key, and a key's request never looks for a session", async () => {
  const tenant = await makeTenant();
  const person = await makeMember(tenant.accessKey, "member");
  const named = ["authorize", "authorizeMany", "models", "admit"] as const;
  const asked = named.map((name) => vi.spyOn(Organization.prototype, name));
  expect((await chatAs(person)).status).toBe(200);
  expect(asked.map(({ mock }) => mock.calls.length)).toEqual([1, 0, 0, 0]);
  broken.controlDb = true;
  expect((await chat(tenant, { headers: { cookie: person.cookie } })).status).toBe(200);
  expect((await chatAs(person)).status).toBe(500);
});

test("budgets, access policies, rate limits and an empty wallet hold for it as for a key of the member", async () => {
  const tenant = await makeTenant();
  const { accessKey: token } = tenant;
  const [limited, denied, rated] = [
    await makeMember(token, "member"),
    await makeMember(token, "member"),
    await makeMember(token, "member"),
  ];
  await call("POST /v1/unified-access/budgets", {
    token,
    body: { name: "Tiny", scope: { type: "user", id: limited.memberId }, windows: { daily: "0.0000001" }, hard: true },
  });
  await call("POST /v1/unified-access/access-policies", {
    token,
    body: { name: "Not them", effect: "deny", subjects: { users: [denied.memberId] }, resources: { models: ["*"] } },
  });
  await call(`PATCH /v1/members/${rated.memberId}`, { token, body: { rate_limits: { rpm: 1 } } });
  expect((await chatAs(limited)).status).toBe(429);
  expect((await chatAs(denied)).status).toBe(403);
  expect([(await chatAs(rated)).status, (await chatAs(rated)).status]).toEqual([200, 429]);
  expect((await chatAs(rated, { "x-user-id": limited.memberId })).status).toBe(403);
  const poor = await makeTenant({}, { credit: "0.0000001" });
  expect((await chatAs(await makeMember(poor.accessKey, "owner"))).status).toBe(402);
});

test("only our own pages may send it, and beside a key the cookie is ignored", async () => {
  const tenant = await makeTenant();
  const person = await makeMember(tenant.accessKey, "owner");
  for (const headers of [
    { origin: "https://evil.example" },
    { origin: "" },
    { origin: ORIGIN, "sec-fetch-site": "cross-site" },
  ]) {
    const answer = await chatAs(person, headers);
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([403, "cross_origin"]);
  }
  const anthropic = await chatAs(person, { origin: "" }, { path: "/v1/messages" });
  expect([anthropic.status, JSON.parse(anthropic.text).error.type]).toEqual([403, "permission_error"]);
  expect((await chatAs(person, { "x-api-key": "kt_gk_unknown" })).status).toBe(401);
  expect((await chatAs({ cookie: "" })).status).toBe(401);
  expect((await chatAs({ cookie: `${person.cookie}x` })).status).toBe(401);
  expect(upstreamCalls).toHaveLength(0);
});

test("it is over with the membership, and for another organization it never was", async () => {
  const [tenant, other] = [await makeTenant(), await makeTenant()];
  const person = await makeMember(tenant.accessKey, "member");
  expect((await chatAs(await makePerson())).status).toBe(404);
  expect((await chatAs(person, { "x-keeptrusts-organization": other.id })).status).toBe(404);
  expect((await chatAs(person, { "x-keeptrusts-organization": tenant.id })).status).toBe(200);
  await call(`PATCH /v1/admin/organizations/${tenant.id}`, { body: { status: "suspended" } });
  expect((await chatAs(person)).status).toBe(403);
  await call(`PATCH /v1/admin/organizations/${tenant.id}`, { body: { status: "active" } });
  await call(`DELETE /v1/members/${person.memberId}`, { token: tenant.accessKey });
  expect((await chatAs(person)).status).toBe(404);
});

test("signing out ends it", async () => {
  const tenant = await makeTenant();
  const person = await makeMember(tenant.accessKey, "member");
  expect((await chatAs(person)).status).toBe(200);
  await env.CONTROL_DB.prepare("DELETE FROM user_sessions WHERE user_id = ?").bind(person.id).run();
  expect((await chatAs(person)).status).toBe(401);
});

test("without the ledger the fail mode decides, as for a key", async () => {
  for (const [mode, status] of [
    ["closed", 503],
    ["open", 200],
  ] as const) {
    const tenant = await makeTenant({ wallet_fail_mode: mode });
    const person = await makeMember(tenant.accessKey, "member");
    faults.fail("unreachable", tenant.id);
    const answer = await chatAs(person);
    expect([mode, answer.status]).toEqual([mode, status]);
    faults.heal();
    await answer.lifeOver;
  }
});

test("an answer is kept and given again for the member", async () => {
  const tenant = await makeTenant();
  const settings = { cache: { enabled: true, ttl_seconds: 300 } };
  expect((await call("PUT /v1/wallets/settings", { token: tenant.accessKey, body: settings })).status).toBe(200);
  const person = await makeMember(tenant.accessKey, "member");
  for (const expected of [1, 1]) {
    const answer = await chatAs(person, {}, { body: { temperature: 0 } });
    expect(answer.status).toBe(200);
    await answer.lifeOver;
    expect(upstreamCalls).toHaveLength(expected);
  }
});

test("the list of models and the count of tokens take it too", async () => {
  reconfigure({ AUTH_SECRET, ALLOW_INSECURE_ADDRESSES: "true", ANTHROPIC_API_KEY: "sk-ant-upstream" });
  const tenant = await makeTenant();
  const person = await makeMember(tenant.accessKey, "member");
  const list = await chatAs(person, { origin: "" }, { method: "GET", path: "/v1/models" });
  expect([list.status, list.text]).toEqual([200, expect.stringContaining("gpt-5.4-mini")]);
  expect((await chatAs(person, {}, { method: "GET", path: "/v1/models/gpt-5.4-mini" })).status).toBe(200);
  const foreign = { "x-keeptrusts-organization": (await makeTenant()).id };
  expect((await chatAs(person, foreign, { method: "GET", path: "/v1/models" })).status).toBe(404);
  const count = { path: "/v1/messages/count_tokens", body: { model: "claude-sonnet-5" } };
  expect((await chatAs(person, { origin: "" }, count)).status).toBe(403);
  expect((await chatAs(person, {}, count)).status).toBe(200);
});
