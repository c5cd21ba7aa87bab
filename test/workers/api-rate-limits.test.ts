/** Rate limits on the control plane: who can have them, how they are shown, and what is refused. */
import { expect, test } from "vitest";
import { call, makeOrganization, textOf } from "../support/worker-api.ts";

const LIMITS = { rpm: 60, tpm: 100_000, max_parallel_requests: 10 };
const OPEN = { rpm: null, tpm: null, max_parallel_requests: null };

test.each([
  ["/v1/keys", { name: "k", type: "gateway" }],
  ["/v1/teams", { name: "Core" }],
  ["/v1/service-users", { name: "ci" }],
  ["/v1/members", { email: "ada@acme.example" }],
])("%s: made with limits, shown, changed in part, taken away", async (path, body) => {
  const { token } = await makeOrganization();
  const made = await call(`POST ${path}`, { token, body: { ...body, rate_limits: { rpm: 5 } } });
  expect(made.body["rate_limits"]).toEqual({ ...OPEN, rpm: 5 });
  const one = `${path}/${textOf(made.body["id"])}`;
  expect((await call(`PATCH ${one}`, { token, body: { rate_limits: LIMITS } })).body["rate_limits"]).toEqual(LIMITS);
  expect((await call(`PATCH ${one}`, { token, body: { name: "Renamed" } })).body["rate_limits"]).toEqual(LIMITS);
  expect((await call(`GET ${one}`, { token })).body["rate_limits"]).toEqual(LIMITS);
  expect((await call(`PATCH ${one}`, { token, body: { rate_limits: null } })).body["rate_limits"]).toBeNull();
  expect((await call(`PATCH ${one}`, { token, body: { rate_limits: {} } })).body["rate_limits"]).toBeNull();
});

test("the organization's limits for each key, user and team, and for itself: named tiers change, others become open", async () => {
  const { token } = await makeOrganization();
  const path = "/v1/wallets/settings";
  const none = { per_key: OPEN, per_user: OPEN, per_team: OPEN, organization: OPEN };
  expect((await call(`GET ${path}`, { token })).body["rate_limits"]).toEqual(none);
  const set = await call(`PUT ${path}`, {
    token,
    body: { rate_limits: { per_key: LIMITS, organization: { rpm: 9 } } },
  });
  const limits = { ...none, per_key: LIMITS, organization: { ...OPEN, rpm: 9 } };
  expect(set.body["rate_limits"]).toEqual(limits);
  await call(`PUT ${path}`, { token, body: { clamp: true } });
  expect((await call(`GET ${path}`, { token })).body["rate_limits"]).toEqual(limits);
});

test.each([
  ["POST /v1/keys", { name: "k", type: "gateway", rate_limits: { rpm: 0 } }, "rate_limits.rpm"],
  ["POST /v1/teams", { name: "t", rate_limits: { tpm: 1.5 } }, "rate_limits.tpm"],
  ["POST /v1/teams", { name: "t", rate_limits: { rps: 1 } }, "rate_limits.rps"],
  ["POST /v1/gateways", { name: "g", rate_limits: { rpm: 1 } }, "rate_limits"],
  ["PUT /v1/wallets/settings", { rate_limits: { per_key: { rpm: "60" } } }, "rate_limits.per_key.rpm"],
  [
    "POST /v1/unified-access/access-policies",
    { name: "d", effect: "deny", resources: { models: ["*"] }, limits: { rpm: 1 } },
    "limits",
  ],
])("%s with %j is refused", async (route, body, param) => {
  const { token } = await makeOrganization();
  const refused = await call(route, { token, body });
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, param]);
});

test("simulation shows the smallest rates of the policies that allow", async () => {
  const { token } = await makeOrganization();
  for (const [name, limits] of [
    ["a", { rpm: 30, tpm: 500 }],
    ["b", { rpm: 10 }],
  ] as const) {
    const body = { name, effect: "allow", resources: { models: ["gpt-5.4"] }, limits };
    expect((await call("POST /v1/unified-access/access-policies", { token, body })).status).toBe(201);
  }
  const simulated = await call("POST /v1/unified-access/access-policies/simulate", {
    token,
    body: { subject: {}, model: "gpt-5.4", endpoint: "openai.chat" },
  });
  expect(simulated.body["effective_limits"]).toMatchObject({ rpm: 10, tpm: 500 });
});
