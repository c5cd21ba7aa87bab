/** Rate limits as callers meet them: what is left in headers, when to come back in refusals, and retries that are not in vain. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, type TestOrganization } from "../support/organization.ts";
import { bodyFor, MODELS, send } from "../support/traffic.ts";

let gateway: TestGateway;
let organization: TestOrganization;

beforeAll(async () => {
  gateway = await startTestGateway();
  organization = await createOrganization(gateway, { credit: "10" });
}, 120_000);

afterAll(async () => gateway.stop());

beforeEach(() => gateway.demo.clear());

/** A gateway key with limits of its own. */
async function makeKey(rateLimits: object): Promise<string> {
  const made = await organization.call("POST", "/v1/keys", { name: "k", type: "gateway", rate_limits: rateLimits });
  expect(made.status).toBe(201);
  return String(made.body["key"]);
}

it.each(["openai.chat", "openai.responses", "anthropic.messages"] as const)(
  "%s, streamed and not: what is left, then when to come back",
  async (endpoint) => {
    const key = await makeKey({ rpm: 2, tpm: 1_000_000 });
    for (const [remaining, stream] of [
      ["1", false],
      ["0", true],
    ] as const) {
      const answer = await send(gateway, key, endpoint, { ...bodyFor(endpoint), stream });
      await answer.text();
      expect(answer.status).toBe(200);
      expect(answer.headers.get("x-ratelimit-limit-requests")).toBe("2");
      expect(answer.headers.get("x-ratelimit-remaining-requests")).toBe(remaining);
      expect(Number(answer.headers.get("x-ratelimit-remaining-tokens"))).toBeLessThan(1_000_000);
    }
    const refused = await send(gateway, key, endpoint, { ...bodyFor(endpoint), stream: true });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("content-type")).toContain("application/json");
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refused.headers.get("x-ratelimit-remaining-requests")).toBe("0");
    expect(await refused.json()).toMatchObject({
      error: { type: "rate_limit_error", scope: "key", limit: 2, unit: "requests" },
    });
    expect(gateway.demo.requests).toHaveLength(2);
  },
);

it("twenty at once with three at a time: never more than three at the provider, and as many as were let through", async () => {
  const key = await makeKey({ max_parallel_requests: 3 });
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const answer = await send(gateway, key, "openai.chat", bodyFor("openai.chat"));
      await answer.text();
      return answer.status;
    }),
  );
  const passed = statuses.filter((status) => status === 200).length;
  expect(passed).toBeGreaterThanOrEqual(3);
  expect(passed + statuses.filter((status) => status === 429).length).toBe(20);
  expect(gateway.demo.requests).toHaveLength(passed);
  await expect
    .poll(async () => (await send(gateway, key, "openai.chat", bodyFor("openai.chat"))).status, { timeout: 10_000 })
    .toBe(200);
});

it("a request that alone asks for more tokens than the limit is not retried by either SDK", async () => {
  const apiKey = await makeKey({ tpm: 500 });
  const sent: string[] = [];
  const options = {
    apiKey,
    maxRetries: 3,
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      sent.push(input instanceof Request ? input.url : String(input));
      return fetch(input, init);
    },
  };
  const messages = [{ role: "user" as const, content: "Hello" }];
  const openai = new OpenAI({ ...options, baseURL: `${gateway.url}/v1` });
  const chat = { model: MODELS["openai.chat"], messages, max_completion_tokens: 600 };
  await expect(openai.chat.completions.create(chat)).rejects.toBeInstanceOf(OpenAI.RateLimitError);
  const anthropic = new Anthropic({ ...options, baseURL: gateway.url });
  const message = { model: MODELS["anthropic.messages"], messages, max_tokens: 600 };
  await expect(anthropic.messages.create(message)).rejects.toBeInstanceOf(Anthropic.RateLimitError);
  expect(sent).toHaveLength(2);
  expect(gateway.demo.requests).toHaveLength(0);
});

it("counting tokens counts as a request, and is checked as a message is", async () => {
  const key = await makeKey({ rpm: 3, tpm: 500 });
  const { max_tokens: _cap, ...body } = bodyFor("anthropic.messages");
  const count = (content: object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${gateway.url}/v1/messages/count_tokens`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "anthropic-version": "2023-06-01",
        ...headers,
      },
      body: JSON.stringify(content),
    });
  const refusedMode = await count(body, { "x-keeptrusts-zdr": "on" });
  expect(refusedMode.status).toBe(400);
  expect(await refusedMode.json()).toMatchObject({ error: { code: "invalid_value", param: "x-keeptrusts-zdr" } });
  expect((await count({ ...body, model: 4 })).status).toBe(400);
  for (const remaining of ["2", "1", "0"]) {
    const counted = await count(body, { "x-keeptrusts-zdr": "strict" });
    expect(counted.status).toBe(200);
    expect(counted.headers.get("x-ratelimit-remaining-requests")).toBe(remaining);
    await counted.text();
  }
  for (const refused of [
    await count(body),
    await send(gateway, key, "anthropic.messages", bodyFor("anthropic.messages")),
  ]) {
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error: { type: "rate_limit_error", scope: "key", unit: "requests" } });
  }
  expect(gateway.demo.requests).toHaveLength(3);
});
