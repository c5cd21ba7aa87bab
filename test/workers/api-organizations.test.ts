import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { parseToken } from "../../src/contract/key.ts";
import { ADMIN_TOKEN, advanceClock, call, errors, makeOrganization, textOf } from "../support/worker-api.ts";

test("an organization is made with a first access key that has every capability", async () => {
  const made = await call("POST /v1/admin/organizations", {
    body: { name: " Acme ", currency: "EUR", owner_email: "Owner@Acme.example" },
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    name: "Acme",
    status: "active",
    currency: "EUR",
    owner_email: "owner@acme.example",
  });
  const token = textOf(made.body["key"]);
  expect(parseToken(token)).toEqual({ type: "access", organizationId: made.body["id"] });

  const members = await call("GET /v1/members", { token });
  expect(members.body["data"]).toMatchObject([{ email: "owner@acme.example", role: "owner" }]);
  const own = await call("GET /v1/organization", { token });
  expect(own.body).toMatchObject({ id: made.body["id"], settings: { currency: "EUR", reserve_buffer_pct: 20 } });
});

test("tokens are stored as hashes only", async () => {
  const { token } = await makeOrganization();
  const { results } = await env.CONTROL_DB.prepare("SELECT * FROM keys").all();
  expect(JSON.stringify(results)).not.toContain(token.split("_")[3]);
  const listed = await call("GET /v1/keys", { token });
  expect(JSON.stringify(listed.body)).not.toMatch(/sha256|[0-9a-f]{64}/);
});

test("the platform's routes are closed to organizations, and the other way round", async () => {
  const { token } = await makeOrganization();
  const asOrganization = await call("GET /v1/admin/organizations", { token });
  expect([asOrganization.status, asOrganization.body["error"]?.["code"]]).toEqual([403, "capability_required"]);
  const asAdmin = await call("GET /v1/keys", { token: ADMIN_TOKEN });
  expect([asAdmin.status, asAdmin.body["error"]?.["code"]]).toEqual([403, "capability_required"]);
  const asNobody = await call("GET /v1/keys", { token: null });
  expect(asNobody.status).toBe(401);
  expect(asNobody.headers.get("www-authenticate")).toBe("Bearer");
  const asStranger = await call("GET /v1/keys", { token: `${token.slice(0, -1)}${token.endsWith("x") ? "y" : "x"}` });
  expect(asStranger.status).toBe(401);
});

test("x-api-key is as good as a bearer token", async () => {
  const { id, token } = await makeOrganization();
  const own = await call("GET /v1/organization", { token: null, headers: { "x-api-key": token } });
  expect(own.body["id"]).toBe(id);
});

test("a suspended organization is refused until it is active again", async () => {
  const { id, token } = await makeOrganization();
  await call(`PATCH /v1/admin/organizations/${id}`, { body: { status: "suspended" } });
  const refused = await call("GET /v1/organization", { token });
  expect([refused.status, refused.body["error"]?.["code"]]).toEqual([403, "organization_suspended"]);
  await call(`PATCH /v1/admin/organizations/${id}`, { body: { status: "active" } });
  expect((await call("GET /v1/organization", { token })).status).toBe(200);
});

test("lists have pages", async () => {
  await makeOrganization();
  advanceClock(1);
  await makeOrganization();
  const first = await call("GET /v1/admin/organizations?limit=1");
  expect(first.body).toMatchObject({ has_more: true });
  const second = await call(`GET /v1/admin/organizations?limit=1&cursor=${textOf(first.body["next_cursor"])}`);
  expect(second.body["data"]?.[0]?.["id"]).not.toBe(first.body["data"]?.[0]?.["id"]);
  expect((await call("GET /v1/admin/organizations?limit=201")).status).toBe(400);
});

test.each([
  [{ name: "Acme", colour: "red" }, "colour", "unknown_parameter"],
  [{ currency: "USD" }, "name", "missing_required_parameter"],
  [{ name: "Acme", currency: "XXX" }, "currency", "invalid_value"],
  ["{", null, "invalid_json"],
])("the body %j is refused with the field's name", async (body, param, code) => {
  const refused = await call("POST /v1/admin/organizations", { body });
  expect([refused.status, refused.body["error"]?.["param"], refused.body["error"]?.["code"]]).toEqual([
    400,
    param,
    code,
  ]);
});

test("unknown paths, wrong methods and large bodies are refused in the right way", async () => {
  const unknown = await call("GET /v1/nothing", { headers: { "anthropic-version": "2023-06-01" } });
  expect([unknown.status, unknown.body["type"]]).toEqual([404, "error"]);
  const wrong = await call("PUT /v1/keys");
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, POST"]);
  const large = await call("POST /v1/admin/organizations", { body: JSON.stringify({ name: "x".repeat(1024 * 1024) }) });
  expect(large.status).toBe(413);
});

test("every answer has its request id twice, and health and the reference are open", async () => {
  const health = await call("GET /healthz", { token: null });
  expect([health.status, health.body]).toEqual([200, { status: "ok" }]);
  const id = health.headers.get("x-request-id");
  expect(id).toMatch(/^req_/);
  expect(health.headers.get("request-id")).toBe(id);
  const reference = await call("GET /v1/openapi.json", { token: null });
  expect([reference.status, errors]).toEqual([200, []]);
  expect(Object.keys(reference.body["paths"] ?? {})).toContain("/v1/gateway/wallets/reserve");
  expect((await call("GET /v1/nothing")).headers.get("x-request-id")).toMatch(/^req_/);
});
