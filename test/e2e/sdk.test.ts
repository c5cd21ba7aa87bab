/** Both official SDKs, unmodified, through nothing but a base URL. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, UPSTREAM_KEYS, type TestGateway } from "../support/gateway.ts";
import { createOrganization, nanosOf, type TestOrganization } from "../support/organization.ts";

let gateway: TestGateway;
let organization: TestOrganization;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  gateway = await startTestGateway();
  organization = await createOrganization(gateway, { credit: "1000" });
  openai = new OpenAI({ apiKey: organization.gatewayKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: organization.gatewayKey, baseURL: gateway.url, maxRetries: 0 });
}, 120_000);

afterAll(async () => gateway.stop());

const CHAT = {
  model: "gpt-5.4-mini",
  max_completion_tokens: 200,
  messages: [{ role: "user" as const, content: "Hello there" }],
};
const MESSAGE = {
  model: "claude-sonnet-5",
  max_tokens: 200,
  messages: [{ role: "user" as const, content: "Hello there" }],
};

describe("openai", () => {
  it("chats, and says what it cost", async () => {
    const { data, response } = await openai.chat.completions.create(CHAT).withResponse();
    expect(data.choices[0]?.message.content).toBeTruthy();
    const usage = data.usage;
    if (usage === undefined) throw new Error("no usage");
    // gpt-5.4-mini: 0.75 and 4.50 USD per million.
    const expected = BigInt(usage.prompt_tokens) * 750n + BigInt(usage.completion_tokens) * 4_500n;
    expect(nanosOf(response.headers.get("x-keeptrusts-cost"))).toBe(expected);
    expect(response.headers.get("x-keeptrusts-wallet-scope")).toBe("organization");
    expect(response.headers.get("x-request-id")).toMatch(/^req_/);
    expect(response.headers.get("server-timing")).toMatch(/gw;dur=\d+, authorize;dur=\d+, upstream;dur=\d+/);
  });

  it("streams chat, without the usage chunk that was not asked for", async () => {
    const stream = await openai.chat.completions.create({ ...CHAT, stream: true });
    let text = "";
    for await (const chunk of stream) {
      expect(chunk.choices).toHaveLength(1);
      expect("usage" in chunk).toBe(false);
      text += chunk.choices[0]?.delta.content ?? "";
    }
    expect(text).toBeTruthy();
  });

  it("streams chat with the usage chunk that was asked for", async () => {
    const stream = await openai.chat.completions.create({
      ...CHAT,
      stream: true,
      stream_options: { include_usage: true },
    });
    const usages = [];
    for await (const chunk of stream) if (chunk.usage) usages.push(chunk.usage);
    expect(usages).toHaveLength(1);
    expect(usages[0]?.completion_tokens).toBeGreaterThan(0);
  });

  it("calls tools", async () => {
    const tools = [
      {
        type: "function" as const,
        function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
      },
    ];
    const data = await openai.chat.completions.create({ ...CHAT, tools, tool_choice: "required" });
    expect(data.choices[0]?.finish_reason).toBe("tool_calls");
  });

  it("responds, streaming and not", async () => {
    const request = { model: "gpt-5.4-mini", max_output_tokens: 200, input: "Hello there" };
    const whole = await openai.responses.create(request);
    expect(whole.output_text).toBeTruthy();
    const stream = await openai.responses.create({ ...request, stream: true });
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);
    expect(types[0]).toBe("response.created");
    expect(types.at(-1)).toBe("response.completed");
  });

  it("continues its own response and no other organization's", async () => {
    const other = await createOrganization(gateway, { credit: "10" });
    const stranger = new OpenAI({ apiKey: other.gatewayKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const request = { model: "gpt-5.4-mini", max_output_tokens: 200, input: "Hello there" };
    const first = await openai.responses.create(request);
    const second = openai.responses.stream({ ...request, previous_response_id: first.id });
    const { id } = await second.finalResponse();
    const third = await openai.responses.create({ ...request, previous_response_id: id });
    expect(third.output_text).toBeTruthy();
    await expect(stranger.responses.create({ ...request, previous_response_id: first.id })).rejects.toMatchObject({
      status: 404,
    });
    const unstored = await openai.responses.create({ ...request, store: false });
    const chat = await openai.chat.completions.create({
      model: request.model,
      messages: [{ role: "user", content: "Hello" }],
    });
    for (const answer of [unstored, chat]) {
      await expect(openai.responses.create({ ...request, previous_response_id: answer.id })).rejects.toMatchObject({
        status: 404,
      });
    }
  });

  it("lists models", async () => {
    const models = await openai.models.list();
    expect(models.data.map((model) => model.id)).toContain("gpt-5.4-mini");
    expect((await openai.models.retrieve("gpt-5.4-mini")).id).toBe("gpt-5.4-mini");
    await expect(openai.models.retrieve("no-such-model")).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
    });
  });

  it("sees a refusal for funds once, with its ticket inside the error", async () => {
    const poor = await createOrganization(gateway, { credit: "0.000001" });
    const client = new OpenAI({ apiKey: poor.gatewayKey, baseURL: `${gateway.url}/v1` });
    gateway.demo.clear();
    const refusal = await client.chat.completions.create(CHAT).catch((error: unknown) => error);
    if (!(refusal instanceof OpenAI.APIError)) throw new Error(String(refusal));
    expect(refusal.status).toBe(402);
    expect(refusal.code).toBe("insufficient_funds");
    expect(refusal.error).toMatchObject({ cost_ticket: { currency: "USD", model: "gpt-5.4-mini" } });
    expect(await poor.spendLogs(1)).toHaveLength(1);
    expect(gateway.demo.requests).toHaveLength(0);
  });
});

describe("anthropic", () => {
  it("sends messages, streaming and not", async () => {
    const whole = await anthropic.messages.create(MESSAGE);
    expect(whole.content[0]?.type).toBe("text");
    const streamed = await anthropic.messages.stream(MESSAGE).finalMessage();
    expect(streamed.usage.output_tokens).toBeGreaterThan(0);
    expect(streamed.stop_reason).toBeTruthy();
  });

  it("counts tokens for free", async () => {
    const { max_tokens: _, ...counted } = MESSAGE;
    const before = await organization.wallet();
    expect((await anthropic.messages.countTokens(counted)).input_tokens).toBeGreaterThan(0);
    expect((await organization.wallet())["balance"]).toBe(before["balance"]);
  });

  it("lists models in its own shape", async () => {
    const models = await anthropic.models.list();
    expect(models.data.map((model) => model.id)).toContain("claude-sonnet-5");
  });

  it("takes a bearer token as well", async () => {
    const client = new Anthropic({
      authToken: organization.gatewayKey,
      apiKey: null,
      baseURL: gateway.url,
      maxRetries: 0,
    });
    expect((await client.messages.create(MESSAGE)).role).toBe("assistant");
  });

  it("works with a base URL that already has /v1", async () => {
    const client = new Anthropic({ apiKey: organization.gatewayKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    expect((await client.messages.create(MESSAGE)).role).toBe("assistant");
  });

  it("sees a refusal for funds once, as a billing error", async () => {
    const poor = await createOrganization(gateway, { credit: "0.000001" });
    const client = new Anthropic({ apiKey: poor.gatewayKey, baseURL: gateway.url });
    const refusal = await client.messages.create(MESSAGE).catch((error: unknown) => error);
    if (!(refusal instanceof Anthropic.APIError)) throw new Error(String(refusal));
    expect(refusal.status).toBe(402);
    expect(refusal.type).toBe("billing_error");
    expect(refusal.requestID).toMatch(/^req_/);
    expect(await poor.spendLogs(1)).toHaveLength(1);
  });
});

describe("what leaves the gateway", () => {
  it("is the caller's body byte for byte, and no credential or header of the caller's", async () => {
    gateway.demo.clear();
    const body = `{ "model":"gpt-5.4-mini",\n "max_completion_tokens": 64, "temperature": 1.0, "messages":[{"role":"user","content":"h\\u00e9llo 😀"}], "seed": 1e2 }`;
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${organization.gatewayKey}`,
        "content-type": "application/json",
        cookie: "session=secret",
        "openai-organization": "org-of-the-caller",
        "x-user-id": "alice",
        "x-cost-ticket": "ticket-of-the-caller",
        "cf-connecting-ip": "203.0.113.9",
        "x-forwarded-for": "203.0.113.9",
        "openai-beta": "assistants=v2",
      },
      body,
    });
    expect(response.status).toBe(200);
    const [received] = gateway.demo.requests;
    expect(received?.body).toBe(body);
    expect(received?.headers["authorization"]).toBe(`Bearer ${UPSTREAM_KEYS.openai}`);
    expect(received?.headers["openai-beta"]).toBe("assistants=v2");
    const everything = JSON.stringify(received?.headers);
    for (const secret of [
      organization.gatewayKey,
      "session=secret",
      "org-of-the-caller",
      "alice",
      "ticket-of-the-caller",
      "203.0.113.9",
    ]) {
      expect(everything).not.toContain(secret);
    }
  });
});
