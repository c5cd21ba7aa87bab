import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { advanceClock, call, makeOrganization, rowsOf, textOf } from "../support/worker-api.ts";
import { makeTenant, type Tenant } from "../support/worker-proxy.ts";

/** As the consumer of the ledger's queue stores it. */
async function logUse({ id, gatewayKeyId }: Tenant, createdAtMs: number): Promise<void> {
  await env.SPEND_DB.prepare(
    `INSERT INTO spend_logs (id, organization_id, request_id, created_at_ms, status, requested_model, endpoint, streamed, key_id,
       metadata_json, input_cost_nanos, cached_input_cost_nanos, cache_write_cost_nanos, output_cost_nanos, fees_cost_nanos,
       total_cost_nanos, currency, exchange_rate, usage_source, held_amount_nanos, attempts_json, estimated_avoided_cost_nanos, flags_json)
     VALUES (?1, ?2, ?1, ?3, 'completed', 'm', 'openai.chat', 0, ?4, '{}', 0, 0, 0, 0, 0, 0, 'USD', '1', 'provider', 0, '[]', 0, '[]')`,
  )
    .bind(`log_${gatewayKeyId}_${createdAtMs}`, id, createdAtMs, gatewayKeyId)
    .run();
}

test("a rotated key: the old token ends at once, or after its overlap", async () => {
  const { token } = await makeOrganization();
  const made = await call("POST /v1/keys", { token, body: { name: "reader", type: "access" } });
  const path = `/v1/keys/${textOf(made.body["id"])}`;
  const first = textOf(made.body["key"]);
  const rotated = await call(`POST ${path}/rotate`, { token, body: { overlap_seconds: 60 } });
  const second = textOf(rotated.body["key"]);
  expect((await call("GET /v1/keys", { token: first })).status).toBe(200);
  advanceClock(60_000);
  expect((await call("GET /v1/keys", { token: first })).status).toBe(401);
  expect((await call("GET /v1/keys", { token: second })).status).toBe(200);
  await call(`POST ${path}/rotate`, { token });
  expect((await call("GET /v1/keys", { token: second })).status).toBe(401);
});

test("a revoked, deleted or expired key is refused", async () => {
  const { token } = await makeOrganization();
  const expiresAt = new Date(Date.now() + 3_600_000 * 24).toISOString();
  const made = await call("POST /v1/keys", { token, body: { name: "a", type: "access", expires_at: expiresAt } });
  const other = await call("POST /v1/keys", { token, body: { name: "b", type: "access" } });
  advanceClock(3_600_000 * 25);
  expect((await call("GET /v1/keys", { token: textOf(made.body["key"]) })).status).toBe(401);
  const revoked = await call(`POST /v1/keys/${textOf(other.body["id"])}/revoke`, { token });
  expect(revoked.body["status"]).toBe("revoked");
  expect((await call("GET /v1/keys", { token: textOf(other.body["key"]) })).status).toBe(401);
  expect((await call(`POST /v1/keys/${textOf(other.body["id"])}/rotate`, { token })).status).toBe(409);
  await call(`DELETE /v1/keys/${textOf(other.body["id"])}`, { token });
  expect((await call(`GET /v1/keys/${textOf(other.body["id"])}`, { token })).status).toBe(404);
});

test("the keys of one service user or member are listed", async () => {
  const { token } = await makeOrganization();
  const robot = await call("POST /v1/service-users", { token, body: { name: "Robot" } });
  const robotId = textOf(robot.body["id"]);
  await call("POST /v1/keys", { token, body: { name: "its", type: "gateway", service_user_id: robotId } });
  await call("POST /v1/keys", { token, body: { name: "other", type: "gateway" } });
  const namesOf = async (query: string) =>
    rowsOf(await call(`GET /v1/keys?${query}`, { token })).map((row) => row["name"]);
  expect(await namesOf(`service_user_id=${robotId}`)).toEqual(["its"]);
  expect(await namesOf("member_id=mem_nobody")).toEqual([]);
});

test("nobody hands out a capability that they lack", async () => {
  const { token } = await makeOrganization();
  const admin = await call("POST /v1/keys", {
    token,
    body: { name: "admin", type: "access", capabilities: ["org:admin", "org:read"] },
  });
  const refused = await call("POST /v1/keys", {
    token: textOf(admin.body["key"]),
    body: { name: "bank", type: "access", capabilities: ["org:billing"] },
  });
  expect([refused.status, refused.body["error"]?.["code"]]).toEqual([403, "capability_required"]);
  const money = await call("POST /v1/wallets/credit", { token: textOf(admin.body["key"]), body: { amount: "1" } });
  expect(money.status).toBe(403);
});

test.each([
  [{ type: "gateway", capabilities: ["org:admin"] }, "capabilities"],
  [{ type: "gateway", member_id: "mem_x", service_user_id: "svc_x" }, "service_user_id"],
  [{ type: "gateway", team_id: "team_of_others" }, "team_id"],
  [{ type: "gateway", models: ["gpt-*-mini"] }, "models.0"],
  [{ type: "gateway", expires_at: "2001-01-01" }, "expires_at"],
])("the key %j is refused", async (fields, param) => {
  const { token } = await makeOrganization();
  const refused = await call("POST /v1/keys", { token, body: { name: "k", ...fields } });
  expect([refused.status, refused.body["error"]?.["param"]]).toEqual([400, param]);
});

test("another organization's records do not exist", async () => {
  const mine = await makeOrganization();
  const theirs = await makeOrganization();
  const team = await call("POST /v1/teams", { token: theirs.token, body: { name: "Secret" } });
  const member = await call("POST /v1/members", { token: theirs.token, body: { email: "eve@else.example" } });
  const gateway = await call("POST /v1/gateways", { token: theirs.token, body: { name: "edge" } });
  const key = await call("POST /v1/keys", { token: theirs.token, body: { name: "k", type: "gateway" } });
  const paths = [
    `GET /v1/teams/${textOf(team.body["id"])}`,
    `DELETE /v1/teams/${textOf(team.body["id"])}`,
    `GET /v1/teams/${textOf(team.body["id"])}/members`,
    `DELETE /v1/members/${textOf(member.body["id"])}`,
    `GET /v1/gateways/${textOf(gateway.body["id"])}`,
    `POST /v1/keys/${textOf(key.body["id"])}/revoke`,
    `POST /v1/keys/${textOf(key.body["id"])}/rotate`,
  ];
  const replies = await Promise.all(paths.map((path) => call(path, { token: mine.token })));
  expect(replies.map((reply) => reply.status)).toEqual(paths.map(() => 404));
  expect((await call("GET /v1/members", { token: mine.token })).body["data"]).toEqual([]);
});

test("people: one e-mail once, the last owner stays, a member's keys go with the member", async () => {
  const { token } = await makeOrganization();
  const owner = await call("POST /v1/members", { token, body: { email: "a@acme.example", role: "owner" } });
  const twice = await call("POST /v1/members", { token, body: { email: "A@acme.example" } });
  expect([twice.status, twice.body["error"]?.["code"]]).toEqual([409, "email_taken"]);
  const ownerPath = `/v1/members/${textOf(owner.body["id"])}`;
  expect((await call(`DELETE ${ownerPath}`, { token })).body["error"]?.["code"]).toBe("last_owner");
  expect((await call(`PATCH ${ownerPath}`, { token, body: { role: "member" } })).status).toBe(409);

  const member = await call("POST /v1/members", { token, body: { email: "b@acme.example" } });
  const memberId = textOf(member.body["id"]);
  const team = await call("POST /v1/teams", { token, body: { name: "T" } });
  const teamPath = `/v1/teams/${textOf(team.body["id"])}/members`;
  await call(`POST ${teamPath}`, { token, body: { member_id: memberId, role: "lead" } });
  expect((await call(`GET ${teamPath}`, { token })).body["data"]).toMatchObject([
    { member_id: memberId, role: "lead" },
  ]);
  await call("POST /v1/keys", { token, body: { name: "own", type: "gateway", member_id: memberId } });
  expect((await call(`DELETE /v1/members/${memberId}`, { token })).status).toBe(200);
  const keys = await call("GET /v1/keys", { token });
  expect(keys.body["data"]).toMatchObject([{ name: "First access key" }]);
  expect((await call(`GET ${teamPath}`, { token })).body["data"]).toEqual([]);
});

test("a key tells when it was last used, on our API and for models", async () => {
  const tenant = await makeTenant();
  const used = async (id: string) => {
    const one = await call(`GET /v1/keys/${id}`, { token: tenant.accessKey });
    const list = rowsOf(await call("GET /v1/keys", { token: tenant.accessKey }));
    const row = list.find((each) => textOf(each["id"]) === id);
    expect(row?.["last_used_at"]).toEqual(one.body["last_used_at"]);
    return one.body["last_used_at"];
  };
  const reader = await call("POST /v1/keys", { token: tenant.accessKey, body: { name: "reader", type: "access" } });
  const readerId = textOf(reader.body["id"]);
  expect(await used(readerId)).toBeNull();
  expect(await used(tenant.gatewayKeyId)).toBeNull();

  await call("GET /v1/keys", { token: textOf(reader.body["key"]) });
  const first = textOf(await used(readerId));
  advanceClock(10 * 60_000);
  await call("GET /v1/keys", { token: textOf(reader.body["key"]) });
  expect(Date.parse(textOf(await used(readerId))) - Date.parse(first)).toBe(10 * 60_000);

  const atMs = Date.now() - 60_000;
  for (const createdAtMs of [atMs - 5, atMs]) await logUse(tenant, createdAtMs);
  expect(await used(tenant.gatewayKeyId)).toBe(new Date(atMs).toISOString());
  await call(`DELETE /v1/keys/${readerId}`, { token: tenant.accessKey });
  expect((await call(`GET /v1/keys/${readerId}`, { token: tenant.accessKey })).status).toBe(404);
});
