/**
 * Every price rule over HTTP: the worked vectors through the cost endpoint and through reserve and settle, and one proxied
 * request of each kind, streamed and not, whose cost was computed by hand.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Endpoint } from "../../src/core/endpoint.ts";
import { ENDPOINTS } from "../../src/core/endpoint.ts";
import { findPrice } from "../../src/core/price-book.ts";
import vectors from "../fixture/pricing-cases.json" with { type: "json" };
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import type { JsonObject as Json } from "../../scripts/demo-provider/json.ts";
import {
  createOrganization,
  listOf,
  nanosOf,
  type Json as Row,
  type TestOrganization,
} from "../support/organization.ts";
import { PRICE_BOOK, TODAY_MS } from "../support/price-list.ts";
import { bodyFor, PATHS, send } from "../support/traffic.ts";

let gateway: TestGateway;
let organization: TestOrganization;

beforeAll(async () => {
  gateway = await startTestGateway();
  organization = await createOrganization(gateway, { credit: "100000" });
}, 120_000);

afterAll(async () => gateway.stop());

/** An exact decimal in nano-units, half-up where it has more than nine decimals. */
function roundedNanos(decimal: string): bigint {
  const [units = "", fraction = ""] = decimal.split(".");
  const nanos = nanosOf(`${units}.${fraction.slice(0, 9)}`);
  return fraction.charAt(9) >= "5" ? nanos + 1n : nanos;
}

describe("the worked vectors", () => {
  it.each(vectors.cases)("$name through the cost endpoint", async (vector) => {
    const { endpoint, model, usage, context } = vector;
    const at = "at" in context ? {} : { at: "2026-11-20" };
    const answer = await organization.call("POST", "/v1/unified-access/cost", {
      endpoint,
      model,
      usage,
      ...at,
      ...context,
    });
    expect(answer.body["error"]).toBeUndefined();
    expect(nanosOf(answer.body["total_cost"])).toBe(roundedNanos(vector.expected_usd));
    const parts = listOf(answer.body["breakdown"]).map((line) => nanosOf(line["cost"]));
    expect(parts.reduce((sum, nanos) => sum + nanos, 0n)).toBe(nanosOf(answer.body["total_cost"]));
  });

  // A vector without a date was computed for the day on which the list was made; its price must still be in force.
  const current = vectors.cases.filter(({ model, context }) => {
    const price = findPrice(PRICE_BOOK, { model, atMs: Date.now() });
    return !("at" in context) && price !== null && price === findPrice(PRICE_BOOK, { model, atMs: TODAY_MS });
  });

  it.each(current)("$name through reserve and settle", async ({ name, endpoint, model, usage, context, ...vector }) => {
    const reserved = await organization.call("POST", "/v1/gateway/wallets/reserve", {
      request_id: name,
      provider: endpoint.split(".")[0],
      endpoint,
      model,
      input_tokens: 10,
      max_output_tokens: 16,
      request_sha256: "ab".repeat(32),
    });
    expect(reserved.body["error"]).toBeUndefined();
    const settled = await organization.call("POST", "/v1/gateway/wallets/settle", {
      reservation_id: reserved.body["reservation_id"],
      endpoint,
      model,
      usage,
      ...context,
    });
    expect(settled.body["error"]).toBeUndefined();
    expect(nanosOf(settled.body["settled_amount"])).toBe(roundedNanos(vector.expected_usd));
  });
});

interface PricedRequest {
  readonly rule: string;
  readonly endpoint: Endpoint;
  readonly model: string;
  /** Members of the body, beside a prompt of two thousand words or more. */
  readonly extra?: Json;
  /** Words of the prompt; its estimate must cover the input that is reported. */
  readonly words?: number;
  /** What the provider reports. */
  readonly usage: Json;
  readonly behaviour?: Json;
  /** Rates are USD per million tokens, so tokens × rate is millionths of a dollar. */
  readonly costMillionths: number;
  readonly flags?: readonly string[];
}

const chatUsage = (prompt: number, cached: number, completion: number): Json => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
  prompt_tokens_details: { cached_tokens: cached },
});

const responseUsage = (input: number, details: Json, output: number, reasoning = 0): Json => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: 0, ...details },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning },
  total_tokens: input + output,
});

const messageUsage = (input: number, output: number, rest: Json = {}): Json => ({
  input_tokens: input,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: output,
  ...rest,
});

const written = (fiveMinutes: number, oneHour: number): Json => ({
  cache_creation_input_tokens: fiveMinutes + oneHour,
  cache_creation: { ephemeral_5m_input_tokens: fiveMinutes, ephemeral_1h_input_tokens: oneHour },
});

const SPOKEN = { type: "input_audio", input_audio: { data: "A".repeat(240_000), format: "wav" } };

const OPENAI: readonly PricedRequest[] = [
  {
    rule: "cached input",
    endpoint: "openai.chat",
    model: "gpt-5.4",
    usage: chatUsage(1_200, 1_000, 40),
    costMillionths: 200 * 2.5 + 1_000 * 0.25 + 40 * 15,
  },
  {
    rule: "cache write",
    endpoint: "openai.responses",
    model: "gpt-6.1-terra",
    usage: responseUsage(1_200, { cached_tokens: 200, cache_write_tokens: 800 }, 50),
    costMillionths: 200 * 1 + 200 * 0.05 + 800 * 1.25 + 50 * 5,
  },
  {
    rule: "cache write for twelve hours",
    endpoint: "openai.responses",
    model: "gpt-6.1-terra",
    extra: { prompt_cache_options: { mode: "explicit", ttl: "12h" } },
    usage: responseUsage(1_200, { cached_tokens: 200, cache_write_tokens: 800 }, 50),
    costMillionths: 200 * 1 + 200 * 0.05 + 800 * 2.5 + 50 * 5,
  },
  {
    rule: "a prompt of exactly the threshold is short",
    endpoint: "openai.responses",
    model: "gpt-6.1-terra",
    words: 130_000,
    usage: responseUsage(272_000, {}, 20),
    costMillionths: 272_000 * 1 + 20 * 5,
  },
  {
    rule: "long context",
    endpoint: "openai.responses",
    model: "gpt-6.1-terra",
    words: 130_000,
    usage: responseUsage(272_001, { cached_tokens: 1 }, 20),
    costMillionths: 272_000 * 2 + 1 * 0.1 + 20 * 7.5,
  },
  {
    rule: "flex",
    endpoint: "openai.chat",
    model: "gpt-5.4",
    extra: { service_tier: "flex" },
    usage: chatUsage(1_200, 1_000, 40),
    costMillionths: 200 * 1.25 + 1_000 * 0.13 + 40 * 7.5,
  },
  {
    rule: "priority",
    endpoint: "openai.chat",
    model: "gpt-5.4",
    extra: { service_tier: "priority" },
    usage: chatUsage(1_200, 1_000, 40),
    costMillionths: 200 * 5 + 1_000 * 0.5 + 40 * 30,
  },
  {
    rule: "fast, answered as priority",
    endpoint: "openai.responses",
    model: "gpt-6.1-sol",
    extra: { service_tier: "fast" },
    behaviour: { service_tier: "priority" },
    usage: responseUsage(1_000, {}, 40),
    costMillionths: 1_000 * 4 + 40 * 20,
  },
  {
    rule: "fast, served as default",
    endpoint: "openai.chat",
    model: "gpt-5.4",
    extra: { service_tier: "fast" },
    behaviour: { service_tier: "default" },
    usage: chatUsage(1_200, 1_000, 40),
    costMillionths: 200 * 2.5 + 1_000 * 0.25 + 40 * 15,
  },
  {
    rule: "reasoning is output",
    endpoint: "openai.responses",
    model: "gpt-5.4-mini",
    usage: responseUsage(100, {}, 90, 70),
    costMillionths: 100 * 0.75 + 90 * 4.5,
  },
  {
    rule: "web searches of a response",
    endpoint: "openai.responses",
    model: "gpt-6.1-sol",
    extra: { tools: [{ type: "web_search" }], max_tool_calls: 3 },
    behaviour: { web_search_calls: 2 },
    usage: responseUsage(1_000, {}, 50),
    costMillionths: 1_000 * 2 + 50 * 10 + 2 * 10_000,
  },
  {
    rule: "the search of a search model, by its size",
    endpoint: "openai.chat",
    model: "gpt-4o-search-preview",
    extra: { web_search_options: { search_context_size: "high" } },
    usage: chatUsage(100, 0, 20),
    costMillionths: 100 * 2.5 + 20 * 10 + 50_000,
  },
  {
    rule: "the search of a search model that was not asked for",
    endpoint: "openai.chat",
    model: "gpt-4o-search-preview",
    usage: chatUsage(100, 0, 20),
    costMillionths: 100 * 2.5 + 20 * 10 + 35_000,
  },
  {
    rule: "audio in and out",
    endpoint: "openai.chat",
    model: "gpt-audio",
    extra: {
      modalities: ["text", "audio"],
      audio: { voice: "alloy", format: "mp3" },
      messages: [{ role: "user", content: [{ type: "text", text: "Listen. ".repeat(500) }, SPOKEN] }],
    },
    usage: {
      ...chatUsage(500, 0, 40),
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 100 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 30 },
    },
    costMillionths: 400 * 2.5 + 100 * 32 + 10 * 10 + 30 * 64,
  },
  {
    rule: "an answer that names an unknown model",
    endpoint: "openai.chat",
    model: "gpt-5.4",
    behaviour: { response_model: "gpt-99-of-tomorrow" },
    usage: chatUsage(1_200, 0, 40),
    costMillionths: 1_200 * 2.5 + 40 * 15,
    flags: ["fallback_model"],
  },
];

const ANTHROPIC: readonly PricedRequest[] = [
  {
    rule: "five-minute writes and reads",
    endpoint: "anthropic.messages",
    model: "claude-opus-5-5",
    extra: { cache_control: { type: "ephemeral" } },
    usage: messageUsage(100, 30, { ...written(900, 0), cache_read_input_tokens: 200 }),
    costMillionths: 100 * 4 + 900 * 5 + 200 * 0.2 + 30 * 20,
  },
  {
    rule: "writes of both lifetimes",
    endpoint: "anthropic.messages",
    model: "claude-opus-5-5",
    extra: { cache_control: { type: "ephemeral", ttl: "1h" } },
    usage: messageUsage(100, 30, written(300, 600)),
    costMillionths: 100 * 4 + 300 * 5 + 600 * 8 + 30 * 20,
  },
  {
    rule: "reads",
    endpoint: "anthropic.messages",
    model: "claude-opus-5-5",
    usage: messageUsage(10, 30, { cache_read_input_tokens: 1_500 }),
    costMillionths: 10 * 4 + 1_500 * 0.2 + 30 * 20,
  },
  {
    rule: "iterations replace the top-level counters",
    endpoint: "anthropic.messages",
    model: "claude-sonnet-5",
    usage: messageUsage(100, 20, {
      iterations: [
        { type: "compaction", input_tokens: 500, output_tokens: 60 },
        { type: "message", input_tokens: 100, output_tokens: 20 },
      ],
    }),
    costMillionths: 600 * 2 + 80 * 10,
  },
  {
    rule: "web searches of a message",
    endpoint: "anthropic.messages",
    model: "claude-opus-5-5",
    extra: { tools: [{ type: "web_search_20250305", name: "web_search", max_uses: 2 }] },
    usage: messageUsage(1_000, 50, { server_tool_use: { web_search_requests: 2, web_fetch_requests: 5 } }),
    costMillionths: 1_000 * 4 + 50 * 20 + 2 * 10_000,
  },
  {
    rule: "inference in one region",
    endpoint: "anthropic.messages",
    model: "claude-opus-5-5",
    extra: { inference_geo: "us" },
    usage: messageUsage(1_000, 50, { cache_read_input_tokens: 100, inference_geo: "us" }),
    costMillionths: (1_000 * 4 + 100 * 0.2 + 50 * 20) * 1.1,
  },
  {
    rule: "fast",
    endpoint: "anthropic.messages",
    model: "claude-opus-5-5",
    extra: { speed: "fast" },
    usage: messageUsage(1_000, 50, { speed: "fast" }),
    costMillionths: 1_000 * 8 + 50 * 40,
  },
  {
    rule: "batch",
    endpoint: "anthropic.messages",
    model: "claude-opus-5-5",
    usage: messageUsage(1_000, 50, { service_tier: "batch" }),
    costMillionths: 1_000 * 2 + 50 * 10,
  },
  {
    rule: "long context of a small model",
    endpoint: "anthropic.messages",
    model: "claude-haiku-5-5",
    words: 40_000,
    usage: messageUsage(100_001, 20),
    costMillionths: 100_001 * 0.5 + 20 * 2.5,
  },
];

/** Small numbers of few decimals: a tenth of a millionth survives the float. */
const nanosOfMillionths = (millionths: number): bigint => BigInt(Math.round(millionths * 10)) * 100n;

const REQUESTS = [...OPENAI, ...ANTHROPIC].flatMap((request) =>
  [false, true].map((stream) => ({
    ...request,
    stream,
    name: `${request.endpoint}: ${request.rule}, stream ${stream}`,
  })),
);

async function sendPriced(payerKey: string, request: (typeof REQUESTS)[number]): Promise<string> {
  const { endpoint, model, stream, extra = {}, words = 2_000 } = request;
  gateway.demo.next({ ...request.behaviour, usage: request.usage }, { path: PATHS[endpoint] });
  const body = bodyFor(endpoint, { model, stream, text: "word ".repeat(words), extra });
  const response = await send(gateway, payerKey, endpoint, body);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${request.name}: ${text}`);
  return response.headers.get("x-request-id") ?? "";
}

describe("proxied requests", () => {
  let payer: TestOrganization;
  let rows: readonly Row[] = [];
  const requestIds = new Map<string, string>();

  beforeAll(async () => {
    payer = await createOrganization(gateway, { credit: "100" });
    // One after the other: the demo provider takes its behaviours in turn.
    for (const request of REQUESTS) requestIds.set(request.name, await sendPriced(payer.gatewayKey, request));
    rows = await payer.spendLogs(REQUESTS.length);
  });

  it.each(REQUESTS)("$name", (request) => {
    const row = rows.find((candidate) => candidate["request_id"] === requestIds.get(request.name)) ?? {};
    expect(row).toMatchObject({ status: "completed", usage_source: "provider", pricing_source: "wallet_catalog" });
    expect(nanosOf(row["total_cost"])).toBe(nanosOfMillionths(request.costMillionths));
    expect(row["flags"]).toEqual(request.flags ?? []);
    expect(nanosOf(row["held_amount"])).toBeGreaterThanOrEqual(nanosOf(row["total_cost"]));
    const parts = ["input", "cached_input", "cache_write", "output", "fees"].map((part) =>
      nanosOf(row[`${part}_cost`]),
    );
    expect(parts.reduce((sum, nanos) => sum + nanos, 0n)).toBe(nanosOf(row["total_cost"]));
  });

  it("drew from the wallet what they cost together, and hold nothing", async () => {
    expect(new Set(rows.map((row) => row["endpoint"]))).toEqual(new Set(ENDPOINTS));
    const cost = REQUESTS.reduce((sum, request) => sum + nanosOfMillionths(request.costMillionths), 0n);
    const wallet = await payer.wallet();
    expect(nanosOf("100") - nanosOf(wallet["balance"])).toBe(cost);
    expect(wallet["held"]).toBe("0.00");
  });
});
