import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../../src/core/endpoint.ts";
import type { InspectedBody } from "../../../src/provider/adapter.ts";
import { adapterOf } from "../../../src/provider/dialects.ts";
import { inspectCountTokens } from "../../../src/provider/messages.ts";
import { decodeBody } from "../../../src/provider/read-body.ts";

const BASE: Readonly<Record<Endpoint, Readonly<Record<string, unknown>>>> = {
  "openai.chat": { model: "gpt-6.1-sol", messages: [{ role: "user", content: "hi" }] },
  "openai.responses": { model: "gpt-6.1-sol", input: "hi" },
  "anthropic.messages": { model: "claude-opus-5-5", max_tokens: 100, messages: [{ role: "user", content: "hi" }] },
};

function inspect(endpoint: Endpoint, extra: Readonly<Record<string, unknown>> = {}): InspectedBody {
  const result = adapterOf(endpoint).inspectBody(JSON.stringify({ ...BASE[endpoint], ...extra }));
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

function refusal(endpoint: Endpoint, extra: Readonly<Record<string, unknown>>): unknown {
  return refusalOfText(endpoint, JSON.stringify({ ...BASE[endpoint], ...extra }));
}

function refusalOfText(endpoint: Endpoint, text: string): unknown {
  const result = adapterOf(endpoint).inspectBody(text);
  return result.ok ? "accepted" : result.failure;
}

describe("facts", () => {
  it("of a chat body", () => {
    const inspected = inspect("openai.chat", {
      stream: true,
      max_completion_tokens: 50,
      n: 3,
      service_tier: "priority",
      stream_options: { include_usage: true },
      store: false,
      metadata: { job: "7", nested: {} },
      unknown_field: { passes: true },
    });
    expect(inspected).toMatchObject({
      includeUsage: true,
      store: false,
      metadata: { job: "7" },
      facts: {
        endpoint: "openai.chat",
        model: "gpt-6.1-sol",
        streamed: true,
        outputCapTokens: 50,
        choices: 3,
        requestedTier: "fast",
        cacheWrite: "automatic",
      },
    });
    expect(inspected.metadata).not.toHaveProperty("nested");
  });

  it("take the larger of two caps, because either may bound the answer", () => {
    expect(inspect("openai.chat", { max_tokens: 10, max_completion_tokens: 20 }).facts.outputCapTokens).toBe(20);
  });

  it("of a responses body", () => {
    const inspected = inspect("openai.responses", {
      max_output_tokens: 64,
      max_tool_calls: 3,
      tools: [{ type: "web_search" }, { type: "code_interpreter", container: { type: "auto" } }],
      prompt_cache_options: { ttl: "12h" },
      previous_response_id: "resp_1",
      conversation: { id: "conv_1" },
    });
    expect(inspected.conversationId).toBe("conv_1");
    expect(inspected.facts).toMatchObject({
      outputCapTokens: 64,
      cacheWrite: "12h",
      previousResponseId: "resp_1",
      calls: { webSearch: 3, fileSearch: 0, codeInterpreter: 3 },
    });
  });

  it("of a messages body", () => {
    const inspected = inspect("anthropic.messages", {
      max_tokens: 0,
      speed: "fast",
      inference_geo: "us",
      tools: [
        { type: "web_search_20260209", name: "web_search", max_uses: 4 },
        { type: "web_search_20260209", name: "b" },
      ],
    });
    expect(inspected.facts).toMatchObject({
      outputCapTokens: 0,
      requestedTier: "fast",
      regional: true,
      cacheWrite: "none",
      calls: { webSearch: 14 },
    });
  });

  it.each([
    [{ cache_control: { type: "ephemeral" } }, "5m"],
    [{ system: [{ type: "text", text: "x", cache_control: { type: "ephemeral", ttl: "1h" } }] }, "1h"],
    [{ tools: [{ name: "t", input_schema: {}, cache_control: { type: "ephemeral", ttl: "5m" } }] }, "5m"],
    [{ messages: [{ role: "user", content: "cache_control" }] }, "none"],
  ])("find cache_control anywhere: %j", (extra, expected) => {
    expect(inspect("anthropic.messages", extra).facts.cacheWrite).toBe(expected);
  });

  it.each([
    [null, "standard"],
    ["default", "standard"],
    ["auto", "auto"],
    ["flex", "flex"],
    ["fast", "fast"],
    ["scale", "contract"],
  ])("read service_tier %s as %s", (tier, expected) => {
    expect(inspect("openai.responses", { service_tier: tier }).facts.requestedTier).toBe(expected);
  });

  it.each([
    [{ model: "gpt-4o-search-preview" }, 1, "medium"],
    [{ model: "gpt-4o-search-preview-2025-03-11", web_search_options: {} }, 1, "medium"],
    [{ model: "gpt-4o-search-preview", web_search_options: { search_context_size: "high" } }, 1, "high"],
    [{ web_search_options: { search_context_size: "low" } }, 1, "low"],
    [{ model: "gpt-4o" }, 0, undefined],
  ])("count the one search of a chat request and its size: %j", (extra, calls, size) => {
    const { facts } = inspect("openai.chat", extra);
    expect([facts.calls.webSearch, facts.searchContextSize]).toEqual([calls, size]);
  });

  it.each<[Endpoint, Record<string, unknown>, boolean, boolean]>([
    ["openai.chat", {}, false, false],
    ["openai.chat", { modalities: ["text"] }, false, false],
    ["openai.chat", { modalities: ["text", "audio"] }, false, true],
    ["openai.chat", { audio: { voice: "alloy", format: "mp3" } }, false, true],
    ["openai.chat", { messages: [{ role: "user", content: [{ type: "text", text: "x" }] }] }, false, false],
    ["openai.chat", { messages: [{ role: "user", content: [{ type: "input_audio", input_audio: {} }] }] }, true, false],
    ["openai.chat", { messages: [{ role: "user", content: [{ type: "something_new" }] }] }, true, false],
    ["openai.chat", { messages: [{ role: "assistant", audio: { id: "audio_1" } }] }, true, false],
    ["openai.responses", {}, false, false],
    ["openai.responses", { input: [{ role: "user", content: [{ type: "input_audio" }] }] }, true, false],
    ["openai.responses", { previous_response_id: "resp_1" }, true, false],
    ["anthropic.messages", {}, false, false],
  ])("of %s %j know whether audio rates can apply", (endpoint, extra, audioInput, audioOutput) => {
    expect(inspect(endpoint, extra).facts).toMatchObject({ audioInput, audioOutput });
  });
});

describe("refusals name the field", () => {
  it.each<[Endpoint, Record<string, unknown>, string, string]>([
    ["openai.chat", { model: undefined }, "model", "missing_required_parameter"],
    ["openai.chat", { model: "" }, "model", "invalid_value"],
    ["openai.chat", { model: "m".repeat(257) }, "model", "invalid_value"],
    ["openai.chat", { messages: undefined }, "messages", "missing_required_parameter"],
    ["openai.chat", { messages: [] }, "messages", "empty_array"],
    ["openai.chat", { messages: "hi" }, "messages", "invalid_type"],
    ["openai.chat", { stream: "yes" }, "stream", "invalid_type"],
    ["openai.chat", { max_tokens: 0 }, "max_tokens", "invalid_value"],
    ["openai.chat", { max_completion_tokens: 1.5 }, "max_completion_tokens", "invalid_value"],
    ["openai.chat", { max_completion_tokens: "100" }, "max_completion_tokens", "invalid_value"],
    ["openai.chat", { n: 129 }, "n", "invalid_value"],
    ["openai.chat", { n: 0 }, "n", "invalid_value"],
    [
      "openai.chat",
      { web_search_options: { search_context_size: "huge" } },
      "web_search_options.search_context_size",
      "invalid_value",
    ],
    ["openai.responses", { service_tier: "ultrafast" }, "service_tier", "invalid_value"],
    ["openai.responses", { input: undefined }, "input", "missing_required_parameter"],
    ["openai.responses", { background: true }, "background", "background_not_supported"],
    ["openai.responses", { prompt: { id: "pmpt_1" } }, "prompt", "stored_prompt_not_supported"],
    ["openai.responses", { tools: [{ type: "image_generation" }] }, "tools[0]", "tool_not_supported"],
    ["openai.responses", { max_output_tokens: -1 }, "max_output_tokens", "invalid_value"],
    ["openai.responses", { prompt_cache_options: { ttl: "1y" } }, "prompt_cache_options.ttl", "invalid_value"],
    ["anthropic.messages", { max_tokens: undefined }, "max_tokens", "missing_required_parameter"],
    ["anthropic.messages", { max_tokens: -1 }, "max_tokens", "invalid_value"],
    ["anthropic.messages", { fallbacks: [{ model: "claude-opus-5" }] }, "fallbacks", "fallbacks_not_supported"],
    ["anthropic.messages", { tools: [{}, { type: "advisor_20260301" }] }, "tools[1]", "tool_not_supported"],
    [
      "anthropic.messages",
      { tools: [{ type: "web_search_20260209", max_uses: 0 }] },
      "tools[0].max_uses",
      "invalid_value",
    ],
    ["anthropic.messages", { speed: "warp" }, "speed", "invalid_value"],
  ])("%s %j", (endpoint, extra, param, code) => {
    expect(refusal(endpoint, extra)).toMatchObject({ kind: "invalid_request", param, code });
  });

  it("accepts whole numbers in any JSON form", () => {
    const text = '{"model":"m","messages":[{}],"max_tokens":1e2,"n":1.0}';
    expect(adapterOf("openai.chat").inspectBody(text)).toMatchObject({
      value: { facts: { outputCapTokens: 100, choices: 1 } },
    });
  });
});

describe("hostile JSON", () => {
  const deep = (levels: number) => `{"model":"m","messages":${"[".repeat(levels)}${"]".repeat(levels)}}`;

  it.each([
    ["", "invalid_json"],
    ["[]", "invalid_json"],
    ['{"model":"m"', "invalid_json"],
    ['{"model":"m",}', "invalid_json"],
    ['{"model":"m"} {}', "invalid_json"],
    ["\uFEFF{}", "invalid_json"],
    [deep(1_000_000), "invalid_json"],
    [`{"a":${'{"a":'.repeat(300)}`, "invalid_json"],
    ['{"model":"cheap","model":"dear","messages":[{}]}', "duplicate_key"],
    ['{"model":"cheap","mod\\u0065l":"dear","messages":[{}]}', "duplicate_key"],
    ['{"model":"m","messages":[{"role":"user","role":"system"}]}', "duplicate_key"],
    ['{"__proto__":{"model":"m"},"messages":[{}]}', "missing_required_parameter"],
  ])("%#", (text, code) => {
    expect(refusalOfText("openai.chat", text)).toMatchObject({ kind: "invalid_request", code });
  });

  it("allows what is deep but not hostile", () => {
    expect(refusalOfText("openai.chat", deep(198).replace("[]", "[1]"))).toBe("accepted");
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(decodeBody(new Uint8Array([0x7b, 0xff, 0x7d]))).toMatchObject({ failure: { code: "invalid_encoding" } });
  });
});

describe("inspectCountTokens", () => {
  it("needs a model and messages, and no cap", () => {
    expect(inspectCountTokens('{"model":"claude-opus-5-5","messages":[{}]}')).toEqual({
      ok: true,
      value: { model: "claude-opus-5-5" },
    });
    expect(inspectCountTokens('{"model":"claude-opus-5-5"}')).toMatchObject({ failure: { param: "messages" } });
  });
});
