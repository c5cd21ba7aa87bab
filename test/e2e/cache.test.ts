/** The response cache, as callers meet it: the same answer for the same request, free, and for nobody who could not have asked. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ENDPOINTS } from "../../src/core/endpoint.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, type TestOrganization } from "../support/organization.ts";
import { bodyFor, send } from "../support/traffic.ts";

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
}, 120_000);

afterAll(async () => gateway.stop());

beforeEach(() => gateway.demo.clear());

async function makeOrganization(cache: object = { enabled: true }): Promise<TestOrganization> {
  const organization = await createOrganization(gateway, { credit: "10" });
  expect((await organization.call("PUT", "/v1/wallets/settings", { cache })).status).toBe(200);
  return organization;
}

interface Read {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask(
  organization: TestOrganization,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  key = organization.gatewayKey,
): Promise<Read> {
  const response = await send(gateway, key, "openai.chat", body, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** What the caller is told of the cache. */
const told = ({ headers }: Read): string | null => headers.get("x-keeptrusts-cache");

/** Asks until this isolate has learned that the cache is on, and the answer is kept. */
async function warm(organization: TestOrganization, body: unknown): Promise<Read> {
  const first = await ask(organization, body);
  await expect.poll(async () => told(await ask(organization, body))).toBe("hit");
  return first;
}

describe("an answer that is kept", () => {
  it.each(ENDPOINTS.flatMap((endpoint) => [false, true].map((stream) => ({ endpoint, stream }))))(
    "$endpoint, streamed: $stream: is given again byte for byte, free, and says what it avoided",
    async ({ endpoint, stream }) => {
      const organization = await makeOrganization();
      const body = bodyFor(endpoint, { stream, text: `Say it again ${endpoint} ${stream}` });
      const read = async (): Promise<Read> => {
        const response = await send(gateway, organization.gatewayKey, endpoint, body);
        return { status: response.status, headers: response.headers, text: await response.text() };
      };
      const first = await read();
      expect(told(first)).toBe("miss");
      const made = [first.text];
      await expect
        .poll(async () => {
          const answer = await read();
          if (told(answer) === "miss") made.push(answer.text);
          return told(answer);
        })
        .toBe("hit");
      const called = gateway.demo.requests.length;
      const again = await read();
      expect([again.status, told(again)]).toEqual([200, "hit"]);
      expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
      expect(again.headers.get("x-keeptrusts-cost")).toBe("0.00");
      expect(Number(again.headers.get("age"))).toBeGreaterThanOrEqual(0);
      expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
      expect(again.headers.get("x-keeptrusts-reservation")).not.toBe(first.headers.get("x-keeptrusts-reservation"));
      expect(gateway.demo.requests).toHaveLength(called);
      expect(made).toContain(again.text);

      const rows = await organization.spendLogs(3);
      const cached = rows.find(({ request_id: id }) => id === again.headers.get("x-request-id"));
      const paid = rows.find(({ request_id: id }) => id === first.headers.get("x-request-id"));
      expect(cached).toMatchObject({ status: "cached", total_cost: "0.00", usage_source: "none", attempts: [] });
      expect(cached?.["estimated_avoided_cost"]).toBe(paid?.["total_cost"]);
      expect(await organization.wallet()).toMatchObject({ held: "0.00" });
    },
  );

  it("is the same for the same JSON in another order, and another for whatever else differs", async () => {
    const organization = await makeOrganization();
    const body = { ...bodyFor("openai.chat", { text: "order" }), temperature: 1, seed: 9_007_199_254_740_992 };
    await warm(organization, JSON.stringify(body));
    const turned = Object.fromEntries(Object.entries(body).toReversed());
    expect(told(await ask(organization, JSON.stringify(turned, null, 2)))).toBe("hit");
    const written = JSON.stringify(body);
    for (const other of [
      written.replace('"temperature":1', '"temperature":1.0'),
      written.replace("9007199254740992", "9007199254740993"),
      written.replace("order", "order "),
      JSON.stringify({ ...body, user: "u" }),
    ]) {
      expect(told(await ask(organization, other)), other).toBe("miss");
    }
    expect(told(await ask(organization, written, { "openai-beta": "x=v1" }))).toBe("miss");
  });

  it("is another one where the URL asks for Anthropic's beta, as its SDK does", async () => {
    const organization = await makeOrganization();
    const sendTo = async (query: string): Promise<Read> => {
      const response = await fetch(`${gateway.url}/v1/messages${query}`, {
        method: "POST",
        headers: { "x-api-key": organization.gatewayKey, "anthropic-version": "2023-06-01" },
        body: JSON.stringify(bodyFor("anthropic.messages", { text: "beta" })),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    await expect.poll(async () => told(await sendTo(""))).toBe("hit");
    expect(told(await sendTo("?beta=true"))).toBe("miss");
    await expect.poll(async () => told(await sendTo("?beta=true"))).toBe("hit");
    expect(told(await sendTo("?beta=false"))).toBe("hit");
  });

  it("belongs to one organization", async () => {
    const [mine, theirs] = [await makeOrganization(), await makeOrganization()];
    const body = bodyFor("openai.chat", { text: "whose" });
    await warm(mine, body);
    await warm(theirs, bodyFor("openai.chat", { text: "so that the isolate knows" }));
    expect(told(await ask(theirs, body))).toBe("miss");
  });

  it("is given to whoever has no money, and counts as a request", async () => {
    const organization = await makeOrganization();
    const body = bodyFor("openai.chat", { text: "poor", cap: null });
    await warm(organization, body);
    const limited = await organization.call("POST", "/v1/keys", {
      name: "l",
      type: "gateway",
      rate_limits: { rpm: 3 },
    });
    const key = String(limited.body["key"]);
    expect(told(await ask(organization, body, {}, key))).toBe("miss");
    const { available } = await organization.wallet();
    const reclaimed = await organization.call("PUT", "/v1/wallets/settings", { minimum_output_tokens: 4_096 });
    expect(reclaimed.status).toBe(200);
    // Everything that is left goes to a team that this key is not of.
    const team = await organization.call("POST", "/v1/teams", { name: "Core" });
    await expect.poll(async () => (await organization.wallet())["held"]).toBe("0.00");
    const rest = String((await organization.wallet())["available"]);
    const moved = await organization.call("POST", "/v1/wallets/allocate", { team_id: team.body["id"], amount: rest });
    expect([moved.status, available === "0.00"]).toEqual([200, false]);
    expect(told(await ask(organization, body, {}, key))).toBe("hit");
    expect((await ask(organization, bodyFor("openai.chat", { text: "another" }), {}, key)).status).toBe(402);
    expect(told(await ask(organization, body, {}, key))).toBe("hit");
    expect((await ask(organization, body, {}, key)).status).toBe(429);
  });
});

describe("an answer is not given", () => {
  it("to whoever may not use the model: policy comes before cache", async () => {
    const organization = await makeOrganization();
    const body = bodyFor("openai.chat", { text: "secret" });
    await warm(organization, body);
    const policy = { name: "Not Eve", effect: "deny", subjects: { users: ["eve"] } };
    const made = await organization.call("POST", "/v1/unified-access/access-policies", policy);
    expect(made.status).toBe(201);
    expect(told(await ask(organization, body))).toBe("hit");
    const refused = await ask(organization, body, { "x-user-id": "eve" });
    expect([refused.status, told(refused)]).toEqual([403, null]);
  });

  it("under zero data retention, of the request, the gateway or the organization; nor is one kept", async () => {
    const organization = await makeOrganization();
    const body = bodyFor("openai.chat", { text: "nothing kept" });
    for (let times = 0; times < 3; times++) {
      expect(told(await ask(organization, body, { "x-keeptrusts-zdr": "passthrough" }))).toBeNull();
    }
    await warm(organization, body);
    expect(told(await ask(organization, body, { "x-keeptrusts-zdr": "strict" }))).toBeNull();
    await organization.call("PUT", "/v1/wallets/settings", { zdr_mode: "passthrough" });
    const called = gateway.demo.requests.length;
    expect(told(await ask(organization, body))).toBeNull();
    expect(gateway.demo.requests).toHaveLength(called + 1);
  });

  it("where the gateway's own settings say so, whatever the organization's are", async () => {
    const organization = await makeOrganization({ enabled: false });
    const made = await organization.call("POST", "/v1/gateways", { name: "edge", cache: { enabled: true } });
    const gatewayId = String(made.body["id"]);
    expect(made.body["cache"]).toEqual({ enabled: true, ttl_seconds: 3_600 });
    const key = await organization.call("POST", "/v1/keys", { name: "g", type: "gateway", gateway_id: gatewayId });
    const token = String(key.body["key"]);
    const body = bodyFor("openai.chat", { text: "by gateway" });
    expect(told(await ask(organization, body))).toBeNull();
    await expect.poll(async () => told(await ask(organization, body, {}, token))).toBe("hit");
    await organization.call("PATCH", `/v1/gateways/${gatewayId}`, { cache: { enabled: false } });
    expect(told(await ask(organization, body, {}, token))).toBeNull();
  });

  it("when it is too old, also for a time that was shortened since", async () => {
    const organization = await makeOrganization({ enabled: true, ttl_seconds: 3_600 });
    const body = bodyFor("openai.chat", { text: "old" });
    await warm(organization, body);
    await organization.call("PUT", "/v1/wallets/settings", { cache: { enabled: true, ttl_seconds: 1 } });
    const called = gateway.demo.requests.length;
    await expect.poll(async () => told(await ask(organization, body)), { interval: 100, timeout: 5_000 }).toBe("miss");
    expect(gateway.demo.requests).toHaveLength(called + 1);
  });

  it("to whoever wants a new one (`no-cache`), or nothing kept (`no-store`)", async () => {
    const organization = await makeOrganization();
    const body = bodyFor("openai.chat", { text: "fresh" });
    await warm(organization, body);
    for (const directive of ["no-cache", "max-age=0, no-store"]) {
      const called = gateway.demo.requests.length;
      await ask(organization, body, { "cache-control": directive });
      expect(gateway.demo.requests).toHaveLength(called + 1);
    }
    const unkept = bodyFor("openai.chat", { text: "unkept" });
    for (let times = 0; times < 3; times++) await ask(organization, unkept, { "cache-control": "no-store" });
    expect(told(await ask(organization, unkept))).toBe("miss");
  });
});

it.each([
  "status=500",
  "status=429",
  "cut_after=2 frames=6",
  "end_after=2 frames=6",
  "error_after=2 frames=6",
  "no_terminal",
  "usage=missing",
])("an answer that is not whole is not kept (%s)", async (directive) => {
  const organization = await makeOrganization();
  await warm(organization, bodyFor("openai.chat", { text: "whole" }));
  gateway.demo.clear();
  const body = bodyFor("openai.chat", { text: `broken [[demo: ${directive}]]`, stream: true });
  for (let times = 0; times < 3; times++) {
    await ask(organization, body).catch(() => undefined);
    await expect.poll(async () => (await organization.wallet())["held"]).toBe("0.00");
  }
  expect(gateway.demo.requests).toHaveLength(3);
});

it("an answer that its caller did not wait for is not kept", async () => {
  const organization = await makeOrganization();
  await warm(organization, bodyFor("openai.chat", { text: "waited for" }));
  gateway.demo.clear();
  const body = bodyFor("openai.chat", { text: "left [[demo: frames=40 frame_gap_ms=20]]", stream: true });
  const leaving = new AbortController();
  const response = await send(gateway, organization.gatewayKey, "openai.chat", body, { signal: leaving.signal });
  await response.body?.getReader().read();
  leaving.abort();
  await expect.poll(async () => (await organization.wallet())["held"]).toBe("0.00");
  expect(told(await ask(organization, body))).toBe("miss");
  expect(gateway.demo.requests).toHaveLength(2);
});

it("an answer that the funds cut short is not kept, nor one of another cap given", async () => {
  const organization = await createOrganization(gateway, { credit: "0.05" });
  await organization.call("PUT", "/v1/wallets/settings", { cache: { enabled: true }, minimum_output_tokens: 10 });
  await warm(organization, bodyFor("openai.chat", { text: "so that the isolate knows" }));
  const body = bodyFor("openai.chat", { text: "uncapped", cap: null });
  const clamped = await ask(organization, body);
  expect(clamped.headers.get("x-keeptrusts-clamped-max-tokens")).not.toBeNull();
  await organization.call("POST", "/v1/wallets/credit", { amount: "10" });
  expect(told(await ask(organization, body))).toBe("miss");
  await expect.poll(async () => told(await ask(organization, body))).toBe("hit");
  const policy = { name: "Small", effect: "allow", resources: { models: ["*"] }, limits: { max_output_tokens: 50 } };
  await organization.call("POST", "/v1/unified-access/access-policies", policy);
  const small = await ask(organization, body);
  expect(told(small)).toBe("miss");
});
