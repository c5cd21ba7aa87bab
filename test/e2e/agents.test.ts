/** An agent's limits, as both official SDKs meet them. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

let made = 0;

async function makeAgent(constraint: object): Promise<string> {
  made += 1;
  const agent = await organization.call("POST", "/v1/agents", { name: `Agent ${made}` });
  const id = String(agent.body["id"]);
  const limit = await organization.call("POST", `/v1/agents/${id}/usage-constraints`, constraint);
  expect([agent.status, limit.status]).toEqual([201, 201]);
  return id;
}

/** Both SDKs with their own retries on, and a count of what they sent. */
function clientsOf(agentId: string, runId: string) {
  const sent: string[] = [];
  const options = {
    apiKey: organization.gatewayKey,
    maxRetries: 5,
    defaultHeaders: { "x-agent-id": agentId, "x-agent-run-id": runId },
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      sent.push(input instanceof Request ? input.url : String(input));
      return fetch(input, init);
    },
  };
  return {
    sent,
    openai: new OpenAI({ ...options, baseURL: `${gateway.url}/v1` }),
    anthropic: new Anthropic({ ...options, baseURL: gateway.url }),
  };
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("not refused");
}

describe("an agent whose run is used up", () => {
  it("is refused in the dialect of its SDK, once, and nothing leaves", async () => {
    const agentId = await makeAgent({ type: "requests", limit: 1, window: "run" });
    const { openai, anthropic, sent } = clientsOf(agentId, "run-1");
    const chat = {
      model: MODELS["openai.chat"],
      max_completion_tokens: 100,
      messages: [{ role: "user" as const, content: "Hello" }],
    };
    await openai.chat.completions.create(chat);
    const [calls, requests] = [sent.length, gateway.demo.requests.length];
    const exhausted = {
      code: "agent_constraint_exceeded",
      agent_id: agentId,
      constraints: [{ type: "requests", window: "run", run_id: "run-1", limit: 1, requested: 1, resets_at: null }],
    };

    const refused = await errorOf(openai.chat.completions.create({ ...chat, stream: true }));
    if (!(refused instanceof OpenAI.RateLimitError)) throw refused;
    expect(refused).toMatchObject({ status: 429, type: "insufficient_quota", error: exhausted });
    expect(refused.headers.get("x-should-retry")).toBe("false");

    const message = { model: MODELS["anthropic.messages"], max_tokens: 100, messages: chat.messages };
    const other = await errorOf(anthropic.messages.create(message));
    if (!(other instanceof Anthropic.RateLimitError)) throw other;
    expect(other).toMatchObject({
      status: 429,
      error: { type: "error", error: { type: "rate_limit_error", ...exhausted } },
    });
    expect(sent.length - calls).toBe(2);
    expect(gateway.demo.requests).toHaveLength(requests);

    const next = clientsOf(agentId, "run-2");
    expect((await next.anthropic.messages.create(message)).type).toBe("message");
  });
});

describe("fifty requests of an agent at once", () => {
  it("of which seven have room: exactly seven reach the provider, and what they used is counted", async () => {
    const agentId = await makeAgent({ type: "requests", limit: 7, window: "daily" });
    const headers = { "x-agent-id": agentId };
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const response = await send(gateway, organization.gatewayKey, "openai.chat", bodyFor("openai.chat"), {
          headers,
        });
        await response.text();
        return response.status;
      }),
    );
    expect(answers.filter((status) => status === 200)).toHaveLength(7);
    expect(answers.filter((status) => status === 429)).toHaveLength(43);
    expect(gateway.demo.requests).toHaveLength(7);
    await expect
      .poll(async () => (await organization.call("GET", `/v1/agents/${agentId}/usage-constraints`)).body["data"])
      .toMatchObject([{ limit: 7, used: 7, held: 0 }]);
  });
});
