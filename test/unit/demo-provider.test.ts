import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { startDemoProvider } from "../../scripts/demo-provider/server.ts";

const demo = await startDemoProvider();
const openai = new OpenAI({ apiKey: "sk-demo", baseURL: `${demo.url}/v1`, maxRetries: 0 });
const anthropic = new Anthropic({ apiKey: "sk-ant-demo", baseURL: demo.url, maxRetries: 0 });

beforeEach(() => demo.clear());
afterAll(() => demo.close());

const ask = (content: string) => ({ model: "gpt-5.4", messages: [{ role: "user" as const, content }] });
const askClaude = (content: string) => ({
  model: "claude-sonnet-5-5",
  max_tokens: 200,
  messages: [{ role: "user" as const, content }],
});
const LONG_TEXT = "the quick brown fox jumps over the lazy dog ".repeat(150);

async function readRaw(path: string, body: object): Promise<string> {
  const headers = { authorization: "Bearer sk-demo", "x-api-key": "sk-ant-demo", "anthropic-version": "2023-06-01" };
  const response = await fetch(`${demo.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return response.text();
}

describe("Chat", () => {
  test("the stream carries the same text and usage as the plain answer", async () => {
    const plain = await openai.chat.completions.create(ask("hello"));
    const stream = await openai.chat.completions.create({
      ...ask("hello"),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage;
    }
    expect(text).toBe(plain.choices[0]?.message.content);
    expect(text.length).toBeGreaterThan(20);
    expect(usage).toEqual(plain.usage);
  });

  test("usage comes only when it was asked for", async () => {
    const raw = await readRaw("/v1/chat/completions", { ...ask("hello"), stream: true });
    expect(raw).not.toContain("usage");
    expect(raw.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  test("n choices sum into the output, and each is cut at the cap", async () => {
    const answer = await openai.chat.completions.create({ ...ask("hello"), n: 3, max_completion_tokens: 5 });
    expect(answer.choices.map((choice) => choice.finish_reason)).toEqual(["length", "length", "length"]);
    expect(answer.usage?.completion_tokens).toBe(15);
  });

  test("a repeated long prompt is read from the cache", async () => {
    const first = await openai.chat.completions.create(ask(LONG_TEXT));
    const second = await openai.chat.completions.create(ask(`${LONG_TEXT} and more`));
    expect(first.usage?.prompt_tokens_details?.cached_tokens).toBe(0);
    expect(second.usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThanOrEqual(1_024);
  });

  test("a tool is called with arguments that fit its schema", async () => {
    const parameters = { type: "object", properties: { city: { type: "string" }, days: { type: "integer" } } };
    const answer = await openai.chat.completions.create({
      ...ask("weather?"),
      tools: [{ type: "function", function: { name: "get_weather", parameters } }],
    });
    const call = answer.choices[0]?.message.tool_calls?.[0];
    expect(answer.choices[0]?.finish_reason).toBe("tool_calls");
    expect(call).toMatchObject({ function: { name: "get_weather", arguments: '{"city":"Zürich","days":42}' } });
  });
});

describe("Responses", () => {
  test("events are numbered in order and end with the full response", async () => {
    const stream = await openai.responses.create({ model: "gpt-5.4", input: "hello", stream: true });
    const types: string[] = [];
    const numbers: number[] = [];
    let text = "";
    let final: OpenAI.Responses.Response | null = null;
    for await (const event of stream) {
      types.push(event.type);
      numbers.push(event.sequence_number);
      if (event.type === "response.output_text.delta") text += event.delta;
      if (event.type === "response.completed") final = event.response;
    }
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(types.slice(0, 4)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
    ]);
    expect(types.slice(-4)).toEqual([
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(final?.usage?.output_tokens).toBeGreaterThan(10);
    expect(JSON.stringify(final?.output)).toContain(JSON.stringify(text).slice(1, -1));
  });

  test("an answer cut at the cap is incomplete", async () => {
    const answer = await openai.responses.create({ model: "gpt-5.4", input: "hello", max_output_tokens: 16 });
    expect(answer.status).toBe("incomplete");
    expect(answer.incomplete_details).toEqual({ reason: "max_output_tokens" });
    expect(answer.usage?.output_tokens).toBe(16);
  });

  test("an earlier response counts as input, an unknown one is refused", async () => {
    const first = await openai.responses.create({ model: "gpt-5.4", input: "hello" });
    const second = await openai.responses.create({ model: "gpt-5.4", input: "hello", previous_response_id: first.id });
    expect(second.usage?.input_tokens).toBe((first.usage?.total_tokens ?? 0) + (first.usage?.input_tokens ?? 0));
    const lost = openai.responses.create({ model: "gpt-5.4", input: "hello", previous_response_id: "resp_none" });
    await expect(lost).rejects.toMatchObject({ status: 400, code: "previous_response_not_found" });
  });
});

describe("Messages", () => {
  test("the stream adds up to the plain answer", async () => {
    const plain = await anthropic.messages.create(askClaude("hello"));
    const streamed = await anthropic.messages.stream(askClaude("hello")).finalMessage();
    expect(streamed.content).toEqual(plain.content);
    expect(streamed.usage).toEqual(plain.usage);
    expect(streamed.stop_reason).toBe("end_turn");
  });

  test("events come in Anthropic's order, with a ping", async () => {
    const raw = await readRaw("/v1/messages", { ...askClaude("hello [[demo: output_tokens=1]]"), stream: true });
    expect(raw.match(/^event: .*/gm)).toEqual([
      "event: message_start",
      "event: content_block_start",
      "event: ping",
      "event: content_block_delta",
      "event: content_block_stop",
      "event: message_delta",
      "event: message_stop",
    ]);
  });

  test("a marked prefix is written first, then read; the lifetimes are kept apart", async () => {
    const system = [
      { type: "text" as const, text: LONG_TEXT, cache_control: { type: "ephemeral" as const, ttl: "1h" as const } },
    ];
    const first = await anthropic.messages.create({ ...askClaude("hello"), system });
    const second = await anthropic.messages.create({ ...askClaude("again"), system });
    const written = first.usage.cache_creation_input_tokens ?? 0;
    expect(written).toBeGreaterThanOrEqual(1_024);
    expect(first.usage.cache_creation).toEqual({ ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: written });
    expect(second.usage).toMatchObject({ cache_creation_input_tokens: 0, cache_read_input_tokens: written });
  });

  test("count_tokens agrees with the usage of the same request", async () => {
    const { max_tokens: _cap, ...countable } = askClaude("how long is this?");
    const counted = await anthropic.messages.countTokens(countable);
    const answer = await anthropic.messages.create(askClaude("how long is this?"));
    expect(counted.input_tokens).toBe(answer.usage.input_tokens);
  });

  test("thinking and tools come as their own blocks", async () => {
    const answer = await anthropic.messages
      .stream({
        ...askClaude("weather?"),
        thinking: { type: "enabled", budget_tokens: 100 },
        tools: [{ name: "get_weather", input_schema: { type: "object", properties: { city: { type: "string" } } } }],
      })
      .finalMessage();
    expect(answer.content.map((block) => block.type)).toEqual(["thinking", "tool_use"]);
    expect(answer.content[1]).toMatchObject({ input: { city: "Zürich" } });
    expect(answer.stop_reason).toBe("tool_use");
  });
});

describe("refusals", () => {
  test("each provider refuses what the other would take", async () => {
    const bearerOnly = await fetch(`${demo.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "x-api-key": "sk-demo" },
      body: JSON.stringify(ask("hello")),
    });
    expect(bearerOnly.status).toBe(401);
    await expect(anthropic.messages.create({ ...askClaude("hello"), model: "gpt-5.4" })).rejects.toMatchObject({
      status: 404,
    });
    await expect(openai.chat.completions.create({ ...ask("hello"), messages: [] })).rejects.toMatchObject({
      status: 400,
    });
    const stored = JSON.parse(await readRaw("/v1/messages", { ...askClaude("hello"), store: false })) as unknown;
    expect(stored).toMatchObject({ error: { message: "store: Extra inputs are not permitted" } });
  });

  test("the credential of a gateway's caller is never accepted", async () => {
    const leaking = new OpenAI({ apiKey: "kt_gk_org_secret", baseURL: `${demo.url}/v1`, maxRetries: 0 });
    await expect(leaking.chat.completions.create(ask("hello"))).rejects.toMatchObject({ status: 401 });
  });
});
