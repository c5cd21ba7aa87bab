/** Bad input gets the documented failure in the caller's dialect; nothing is held and nothing reaches the provider. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ENDPOINTS, type Endpoint } from "../../src/core/endpoint.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { asJson, createOrganization, until, type Json, type TestOrganization } from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";

let gateway: TestGateway;
let organization: TestOrganization;

beforeAll(async () => {
  gateway = await startTestGateway({ variables: { MAX_BODY_BYTES: "1000000" } });
  organization = await createOrganization(gateway, { credit: "10" });
}, 120_000);

afterAll(async () => gateway.stop());

beforeEach(() => gateway.demo.clear());

interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
  readonly error: Json;
}

async function refusalOf(response: Response): Promise<Refusal> {
  const body = asJson(await response.json());
  return { status: response.status, headers: response.headers, body, error: asJson(body["error"]) };
}

/** A request of the test before may still be on its way to the ledger. */
async function walletAtRest(): Promise<Json> {
  await until(async () => (await organization.wallet())["held"] === "0.00");
  return organization.wallet();
}

function expectDialect(endpoint: Endpoint, refusal: Refusal): void {
  if (endpoint === "anthropic.messages") {
    expect(refusal.body).toMatchObject({ type: "error", request_id: refusal.headers.get("request-id") });
  } else {
    expect(Object.keys(refusal.error)).toEqual(expect.arrayContaining(["message", "type", "param", "code"]));
  }
  expect(refusal.headers.get("x-request-id")).toMatch(/^req_/);
}

const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;

describe.each(ENDPOINTS)("%s", (endpoint) => {
  const cases: readonly (readonly [string, number, unknown])[] = [
    ["not JSON", 400, "{"],
    ["an empty body", 400, ""],
    ["a list", 400, "[]"],
    ["deep nesting", 400, deep],
    ["a model that is a number", 400, bodyFor(endpoint, { extra: { model: 7 } })],
    ["no model", 400, bodyFor(endpoint, { extra: { model: undefined } })],
    ["a negative cap", 400, bodyFor(endpoint, { cap: -5 })],
    [
      "a cap that is text",
      400,
      bodyFor(endpoint, { extra: { max_tokens: "many", max_completion_tokens: "many", max_output_tokens: "many" } }),
    ],
    ["stream as text", 400, bodyFor(endpoint, { extra: { stream: "yes" } })],
    ["an unknown model", 404, bodyFor(endpoint, { model: "no-such-model" })],
    ["a body over the limit", 413, bodyFor(endpoint, { text: "x".repeat(1_100_000) })],
  ];
  it.each(cases)("refuses %s with %s", async (_, status, body) => {
    const before = await walletAtRest();
    const refusal = await refusalOf(await send(gateway, organization.gatewayKey, endpoint, body));
    expect(refusal.status).toBe(status);
    expectDialect(endpoint, refusal);
    expect(gateway.demo.requests).toHaveLength(0);
    expect(await organization.wallet()).toMatchObject({ held: before["held"], balance: before["balance"] });
  });

  const org = (): string => organization.gatewayKey.split("_")[2] ?? "";
  const keys: readonly (readonly [string, () => string])[] = [
    ["nonsense", () => "nonsense"],
    ["a provider's key", () => "sk-proj-abc"],
    ["a forged secret", () => `kt_gk_${org()}_${"A".repeat(43)}`],
    ["another organization's name", () => organization.gatewayKey.replace(org(), "01k00000000000000000000000")],
    ["an access key", () => organization.accessKey],
  ];
  it.each(keys)("refuses %s with 401, before it looks at the body", async (_, key) => {
    for (const body of [bodyFor(endpoint), "{"]) {
      const refusal = await refusalOf(await send(gateway, key(), endpoint, body));
      expect(refusal.status).toBe(401);
      expectDialect(endpoint, refusal);
      expect(refusal.headers.get("www-authenticate")).toBeTruthy();
    }
    expect(gateway.demo.requests).toHaveLength(0);
  });

  it("refuses a revoked key from the next request on", async () => {
    const key = await organization.call("POST", "/v1/keys", {
      name: "short-lived",
      type: "gateway",
      may_assert_identity: true,
    });
    const token = String(key.body["key"]);
    const before = await send(gateway, token, endpoint, bodyFor(endpoint));
    expect(before.status).toBe(200);
    await before.text();
    await organization.call("POST", `/v1/keys/${String(key.body["id"])}/revoke`);
    expect((await refusalOf(await send(gateway, token, endpoint, bodyFor(endpoint)))).status).toBe(401);
  });

  it("believes identity headers only from a key that may assert them", async () => {
    const member = await organization.call("POST", "/v1/members", { email: `${endpoint}@example.com`, role: "member" });
    const key = await organization.call("POST", "/v1/keys", {
      name: "own",
      type: "gateway",
      member_id: member.body["id"],
    });
    const token = String(key.body["key"]);
    const own = await send(gateway, token, endpoint, bodyFor(endpoint), {
      headers: { "x-user-id": String(member.body["id"]) },
    });
    expect(own.status).toBe(200);
    await own.text();
    const refusal = await refusalOf(
      await send(gateway, token, endpoint, bodyFor(endpoint), { headers: { "x-user-id": "mallory" } }),
    );
    expect(refusal.status).toBe(403);
    expectDialect(endpoint, refusal);
  });

  it("judges identity headers after the key", async () => {
    const headers = { "x-user-id": "no id" };
    const known = await send(gateway, organization.gatewayKey, endpoint, bodyFor(endpoint), { headers });
    expect((await refusalOf(known)).status).toBe(400);
    const stranger = `kt_gk_${"0".repeat(26)}_${"A".repeat(43)}`;
    const unknown = await send(gateway, stranger, endpoint, bodyFor(endpoint), { headers });
    expect((await refusalOf(unknown)).status).toBe(401);
  });
});

describe("background", () => {
  it("is refused", async () => {
    const body = bodyFor("openai.responses", { extra: { background: true } });
    const refusal = await refusalOf(await send(gateway, organization.gatewayKey, "openai.responses", body));
    expect(refusal).toMatchObject({ status: 400, error: { code: "background_not_supported", param: "background" } });
  });
});

describe("paths", () => {
  it.each([
    ["POST", "/v1/embeddings", 404],
    ["GET", "/v1/responses/resp_1", 404],
    ["GET", "/v1/chat/completions", 404],
    ["POST", "/v1/models", 404],
    ["POST", "/v1/files", 404],
  ])("%s %s is not proxied", async (method, path, status) => {
    const response = await fetch(gateway.url + path, {
      method,
      headers: { authorization: `Bearer ${organization.gatewayKey}` },
      ...(method === "POST" ? { body: "{}" } : {}),
    });
    const refusal = await refusalOf(response);
    expect(refusal.status).toBe(status);
    expect(gateway.demo.requests).toHaveLength(0);
  });
});
