/** Both official SDKs as they run in a page: every call is preceded by the preflight that a browser would send. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { createOrganization, type TestOrganization } from "../support/organization.ts";

const ORIGIN = "https://app.example";
/** Fetch standard: browsers send these without asking. */
const UNASKED = new Set(["accept", "accept-language", "content-language", "user-agent", "origin"]);
const JSON_HEADERS = { "content-type": "application/json" };

let gateway: TestGateway;
let organization: TestOrganization;

beforeAll(async () => {
  gateway = await startTestGateway({ variables: { CORS_ALLOWED_ORIGINS: ORIGIN } });
  organization = await createOrganization(gateway, { credit: "100" });
}, 120_000);

afterAll(async () => gateway.stop());

/** Fails as a browser does when the gateway does not allow what is asked, and hides what it does not expose. */
async function fetchAsPage(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const asked = new Request(input, init);
  const names = [...asked.headers.keys()].filter((name) => !UNASKED.has(name)).toSorted();
  const preflight = await fetch(asked.url, {
    method: "OPTIONS",
    headers: {
      origin: ORIGIN,
      "access-control-request-method": asked.method,
      "access-control-request-headers": names.join(","),
    },
  });
  const allowed = preflight.headers.get("access-control-allow-headers")?.split(", ") ?? [];
  const isAllowed =
    preflight.ok &&
    preflight.headers.get("access-control-allow-origin") === ORIGIN &&
    preflight.headers.get("access-control-allow-methods")?.split(", ").includes(asked.method) === true;
  const refused = names.filter((name) => !allowed.includes(name));
  if (!isAllowed || refused.length > 0) throw new Error(`blocked by CORS: ${preflight.status} ${refused.join(" ")}`);

  const headers = new Headers(asked.headers);
  headers.set("origin", ORIGIN);
  const answer = await fetch(asked.url, { method: asked.method, headers, body: init?.body ?? null });
  if (answer.headers.get("access-control-allow-origin") !== ORIGIN) throw new Error("blocked by CORS: the answer");
  const told = answer.headers.get("access-control-expose-headers")?.split(", ") ?? [];
  const exposed = new Set(["content-type", ...told]);
  const seen = [...answer.headers].filter(([name]) => exposed.has(name));
  return new Response(answer.body, { status: answer.status, headers: seen });
}

test("OpenAI's SDK chats and streams from a page", async () => {
  const openai = new OpenAI({
    apiKey: organization.gatewayKey,
    baseURL: `${gateway.url}/v1`,
    organization: "org-1",
    project: "proj-1",
    dangerouslyAllowBrowser: true,
    maxRetries: 0,
    fetch: fetchAsPage,
  });
  const chat = {
    model: "gpt-5.4-mini",
    max_completion_tokens: 50,
    messages: [{ role: "user" as const, content: "Hi" }],
  };
  const { data, response } = await openai.chat.completions.create(chat).withResponse();
  expect(data.choices[0]?.message.content).toBeTruthy();
  for (const name of ["x-keeptrusts-cost", "x-keeptrusts-reservation", "x-request-id", "server-timing"]) {
    expect(response.headers.get(name), name).toBeTruthy();
  }
  const chunks: unknown[] = [];
  for await (const chunk of await openai.chat.completions.create({ ...chat, stream: true })) chunks.push(chunk);
  expect(chunks.length).toBeGreaterThan(1);
  expect(
    (await openai.responses.create({ model: "gpt-5.4-mini", input: "Hi", max_output_tokens: 50 })).output_text,
  ).toBeTruthy();
  expect((await openai.models.list()).data.length).toBeGreaterThan(0);
});

test("Anthropic's SDK streams from a page, and its errors can be read there", async () => {
  const options = { baseURL: gateway.url, dangerouslyAllowBrowser: true, maxRetries: 0, fetch: fetchAsPage };
  const anthropic = new Anthropic({ apiKey: organization.gatewayKey, ...options });
  const message = { model: "claude-sonnet-5", max_tokens: 50, messages: [{ role: "user" as const, content: "Hi" }] };
  const stream = anthropic.messages.stream(message);
  expect((await stream.finalMessage()).usage.output_tokens).toBeGreaterThan(0);
  const wrong = new Anthropic({ apiKey: "kt_gk_wrong", ...options });
  await expect(wrong.messages.create(message)).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
});

test("the API can be called from a page, with keys and idempotency", async () => {
  const answer = await fetchAsPage(`${gateway.url}/v1/teams`, {
    method: "POST",
    headers: { ...JSON_HEADERS, authorization: `Bearer ${organization.accessKey}`, "idempotency-key": "page-1" },
    body: JSON.stringify({ name: "From a page" }),
  });
  expect(answer.status).toBe(201);
  await expect(fetchAsPage(`${gateway.url}/v1/teams`, { headers: { "x-evil": "1" } })).rejects.toThrow("x-evil");
});

test("somebody's failed credentials do not stop others at the same address", async () => {
  const models = (key: string) =>
    fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${key}`, "cf-connecting-ip": "203.0.113.9" },
    });
  expect((await models(organization.gatewayKey)).status).toBe(200);
  const statuses: number[] = [];
  for (let index = 0; index < 105; index += 1) {
    const answer = await models(`kt_gk_wrong${index}`);
    statuses.push(answer.status);
    await answer.arrayBuffer();
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(100);
  expect(statuses.slice(100)).toEqual([429, 429, 429, 429, 429]);
  expect((await models(organization.gatewayKey)).status).toBe(200);
});
