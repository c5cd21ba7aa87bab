/** `/v1/gateways/{id}/config`: versions, conflicts, refusals, and back again. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { loadDirectory } from "../../src/platform/directory-loader.ts";
import { newestRecord } from "../support/worker-audit-log.ts";
import { call, makeOrganization, rowsOf, textOf, type Reply } from "../support/worker-api.ts";

let organization: { readonly id: string; readonly token: string };
let gatewayId: string;

beforeEach(async () => {
  organization = await makeOrganization();
  gatewayId = await makeGateway("Shop");
});

async function makeGateway(name: string): Promise<string> {
  return textOf((await call("POST /v1/gateways", { token: organization.token, body: { name } })).body["id"]);
}

function yamlOf(rest: string, packVersion = "1.0.0"): string {
  return `# ours\npack: {name: shop, version: "${packVersion}"}\npolicies: {chain: []}\n${rest}`;
}

function put(body: string, query = "", token = organization.token): Promise<Reply> {
  const headers = { "content-type": "application/yaml" };
  return call(`PUT /v1/gateways/${gatewayId}/config${query}`, { token, body, headers });
}

function get(path = "", token = organization.token): Promise<Reply> {
  return call(`GET /v1/gateways/${gatewayId}/config${path}`, { token });
}

function rollBack(version: number, query = ""): Promise<Reply> {
  const path = `/v1/gateways/${gatewayId}/config/rollback${query}`;
  return call(`POST ${path}`, { token: organization.token, body: { version } });
}

async function inForce() {
  const directory = await loadDirectory(env.CONTROL_DB, organization.id);
  return directory?.gateways.find(({ id }) => id === gatewayId);
}

test("a gateway without a configuration has version 0", async () => {
  expect((await get()).body).toMatchObject({ gateway_id: gatewayId, version: 0, yaml: null, pack: null, actor: null });
  expect((await get("/versions")).body).toMatchObject({ data: [], has_more: false });
});

test("a push makes a version that is kept to the letter and in the directory at once; the same text makes none", async () => {
  const yaml = yamlOf("providers: {targets: [{id: first, provider: openai}]}   # é\n");
  const pushed = await put(yaml);
  expect(pushed).toMatchObject({
    status: 200,
    body: { version: 1, pack: { name: "shop", version: "1.0.0" }, changed: true, warnings: [], rolled_back_from: null },
  });
  expect(await inForce()).toMatchObject({ configVersion: 1, config: { targets: [{ id: "first" }] } });
  expect((await get()).body).toMatchObject({ version: 1, yaml, actor: pushed.body["actor"] });
  expect((await put(yaml, "?expected_version=0")).body).toMatchObject({ version: 1, changed: false });
  expect(rowsOf(await get("/versions"))).toMatchObject([
    { version: 1, size_bytes: new TextEncoder().encode(yaml).byteLength },
  ]);
});

test("warnings are told and do not refuse", async () => {
  const reply = await put(yamlOf("providers: {routing: {max_price: {request: 1}}}\n"));
  expect(reply).toMatchObject({ status: 200, body: { version: 1, warnings: [{ code: "W001", line: 4 }] } });
});

test("a lint says what a push would refuse, and changes nothing", async () => {
  const lint = (body: string) =>
    call("POST /v1/gateways/config/lint", {
      token: organization.token,
      body,
      headers: { "content-type": "application/yaml" },
    });
  expect(await lint(yamlOf("providers: {routing: {max_price: {request: 1}}}\n"))).toMatchObject({
    status: 200,
    body: { valid: true, pack: { name: "shop" }, chain: [], errors: [], warnings: [{ code: "W001", line: 4 }] },
  });
  expect((await lint(yamlOf("provider: {}\n"))).body).toMatchObject({
    valid: false,
    errors: [{ code: "E002", path: "provider", line: 4, column: 1, suggestion: "providers" }],
  });
  const named = yamlOf("providers: {targets: [{id: a, provider: openai, secret_key_ref: {store: missing}}]}\n");
  const refused = await put(named);
  expect((await lint(named)).body).toMatchObject({ valid: false, errors: refused.body["error"]?.["errors"] });
  expect((await get()).body).toMatchObject({ version: 0 });
});

test("of two pushes from the same version the second is refused, and changes nothing", async () => {
  await put(yamlOf("", "1"));
  expect((await put(yamlOf("", "2"), "?expected_version=1")).body).toMatchObject({ version: 2 });
  const late = await put(yamlOf("", "3"), "?expected_version=1");
  expect(late).toMatchObject({ status: 409, body: { error: { code: "version_conflict" } } });
  expect(textOf(late.body["error"]?.["message"])).toContain("Version 2 is in force, not 1.");
  expect((await get()).body).toMatchObject({ version: 2, pack: { version: "2" } });
  expect((await rollBack(1, "?expected_version=1")).status).toBe(409);
});

test("pushes at the same time make one version each", async () => {
  const replies = await Promise.all(["a", "b", "c"].map((version) => put(yamlOf("", version))));
  expect(new Set(replies.map(({ body }) => Number(body["version"])))).toEqual(new Set([1, 2, 3]));
  const guarded = await Promise.all(["d", "e", "f"].map((version) => put(yamlOf("", version), "?expected_version=3")));
  expect(guarded.map(({ status }) => String(status)).toSorted()).toEqual(["200", "409", "409"]);
});

test("a text with errors is refused with all of them, each with its place, and changes nothing", async () => {
  await put(yamlOf(""));
  const reply = await put(yamlOf("provider: {}\nproviders: {targets: [{id: a, provider: opnai}]}\n"));
  expect(reply).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "config_invalid",
        errors: [
          { code: "E002", path: "provider", line: 4, column: 1, suggestion: "providers" },
          { code: "E006", path: "providers.targets[0].provider", line: 5, suggestion: "openai" },
        ],
      },
    },
  });
  expect((await get()).body).toMatchObject({ version: 1 });
});

test.each([
  ["http://llm.example.com/v1", "expected an https address"],
  ["https://10.0.0.1/v1", "the address is not public"],
  ["https://metadata.internal/v1", "the address is not public"],
  ["https://user:pass@llm.example.com/v1", "an address must not contain credentials"],
  ["https://llm.example.com/v1?key=1", "an address must have no query and no fragment"],
])("a target at %s is refused: %s", async (address, message) => {
  const reply = await put(
    yamlOf(`providers:\n  targets:\n    - id: a\n      provider: openai\n      base_url: ${address}\n`),
  );
  expect(reply).toMatchObject({
    status: 400,
    body: { error: { errors: [{ path: "providers.targets[0].base_url", line: 8, column: 17, message }] } },
  });
});

test("constraints name agents of the organization", async () => {
  const agentId = textOf(
    (await call("POST /v1/agents", { token: organization.token, body: { name: "Agent" } })).body["id"],
  );
  const agentsOf = (id: string) =>
    yamlOf(`agents: [{id: ${id}, constraints: [{type: requests, window: daily, limit: 3}]}]\n`);
  const other = await makeOrganization();
  const foreign = textOf((await call("POST /v1/agents", { token: other.token, body: { name: "Agent" } })).body["id"]);
  expect(await put(agentsOf(foreign))).toMatchObject({
    status: 400,
    body: { error: { errors: [{ code: "E005", path: "agents[0].id", line: 4 }] } },
  });
  expect((await put(agentsOf(agentId))).status).toBe(200);
  expect((await inForce())?.config?.agentConstraints).toMatchObject([{ agentId }]);
});

test("texts over 256 KiB are refused", async () => {
  const reply = await put(`${yamlOf("")}# ${"é".repeat(131_072)}\n`);
  expect(reply).toMatchObject({ status: 400, body: { error: { errors: [{ code: "E006" }] } } });
  expect((await put(" ".repeat(1_048_577))).status).toBe(413);
  expect((await get()).body).toMatchObject({ version: 0 });
});

test("a roll-back makes a new version with the old text, checked anew, and is recorded as one", async () => {
  await put(yamlOf("unified_access: {zdr_mode: strict}\n"));
  await put(yamlOf(""));
  expect((await inForce())?.zdrMode).toBe("off");
  expect((await rollBack(1)).body).toMatchObject({ version: 3, rolled_back_from: 1, changed: true });
  expect((await inForce())?.zdrMode).toBe("strict");
  expect(await newestRecord(organization.id)).toMatchObject({
    action: "gateway_config.rollback",
    object_type: "gateway_config",
    object_id: gatewayId,
    before: { version: 2 },
    after: { version: 3, rolled_back_from: 1 },
  });
  expect((await rollBack(3)).body).toMatchObject({ version: 3, changed: false });
  expect((await rollBack(9)).status).toBe(404);
});

test("a configuration that is taken away leaves a version without text; the ones before stay", async () => {
  const path = `/v1/gateways/${gatewayId}/config`;
  const remove = (query = "") => call(`DELETE ${path}${query}`, { token: organization.token });
  expect((await remove()).body).toMatchObject({ version: 0, changed: false });
  await put(yamlOf("unified_access: {zdr_mode: strict}\n"));
  expect((await remove("?expected_version=0")).status).toBe(409);
  expect((await remove()).body).toMatchObject({ version: 2, pack: null, changed: true });
  expect((await remove()).body).toMatchObject({ version: 2, changed: false });
  expect(await inForce()).toMatchObject({ zdrMode: "off", config: null });
  expect((await get()).body).toMatchObject({ version: 2, yaml: null });
  expect((await get("/versions/1")).body["yaml"]).toContain("strict");
  expect(await rollBack(2)).toMatchObject({ status: 400, body: { error: { param: "version" } } });
  expect((await rollBack(1)).body).toMatchObject({ version: 3, rolled_back_from: 1 });
});

test("versions are listed in pages, the newest first", async () => {
  for (const version of ["1", "2", "3"]) await put(yamlOf("", version));
  const first = await get("/versions?limit=2");
  expect(rowsOf(first).map((row) => row["version"])).toEqual([3, 2]);
  const second = await get(`/versions?limit=2&cursor=${textOf(first.body["next_cursor"])}`);
  expect(rowsOf(second).map((row) => row["version"])).toEqual([1]);
  expect(second.body["has_more"]).toBe(false);
});

test("a full history refuses more, drops nothing, and still lets the configuration be taken away", async () => {
  await env.CONTROL_DB.prepare(
    `INSERT INTO gateway_configs (gateway_id, organization_id, version, yaml, actor, created_at_ms)
     SELECT ?, ?, value, ?, 'key_1', 0 FROM json_each(?)`,
  )
    .bind(
      gatewayId,
      organization.id,
      yamlOf(""),
      JSON.stringify(Array.from({ length: 1_000 }, (_, index) => index + 1)),
    )
    .run();
  expect(await put(yamlOf("", "2"))).toMatchObject({ status: 409, body: { error: { code: "too_many_versions" } } });
  expect((await get("/versions/1")).status).toBe(200);
  const removed = await call(`DELETE /v1/gateways/${gatewayId}/config`, { token: organization.token });
  expect(removed.body).toMatchObject({ version: 1_001, changed: true });
});

test("a key of the gateway itself reads its own with control_plane, and no other", async () => {
  await put(yamlOf(""));
  const made = async (gateway: string, capabilities: readonly string[]) => {
    const body = { name: `k ${gateway} ${capabilities.join()}`, type: "access", gateway_id: gateway, capabilities };
    const reply = await call("POST /v1/keys", { token: organization.token, body });
    return textOf(reply.body["key"]);
  };
  const own = await made(gatewayId, ["control_plane"]);
  expect((await get("", own)).body).toMatchObject({ version: 1 });
  expect((await get("/versions", own)).status).toBe(200);
  const refused = { status: 403, body: { error: { code: "capability_required" } } };
  expect(await put(yamlOf("", "2"), "", own)).toMatchObject(refused);
  for (const token of [await made(gatewayId, ["self"]), await made(await makeGateway("Other"), ["control_plane"])]) {
    for (const path of ["", "/versions", "/versions/1"]) expect(await get(path, token)).toMatchObject(refused);
  }
});

test("versions go with their gateway", async () => {
  await put(yamlOf(""));
  const removed = await call(`DELETE /v1/gateways/${gatewayId}`, { token: organization.token });
  expect(removed.status).toBe(200);
  expect((await get()).status).toBe(404);
});
