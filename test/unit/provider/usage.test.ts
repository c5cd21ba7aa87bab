import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ENDPOINTS } from "../../../src/core/endpoint.ts";
import { EMPTY_BUCKETS, TOKEN_CLASSES } from "../../../src/core/usage.ts";
import { normalizeUsage } from "../../../src/provider/dialects.ts";

const casesSchema = z.object({
  cases: z.array(z.object({ name: z.string(), endpoint: z.enum(ENDPOINTS), usage: z.record(z.string(), z.unknown()) })),
});
const { cases } = casesSchema.parse(
  JSON.parse(readFileSync(new URL("../../fixture/pricing-cases.json", import.meta.url), "utf8")),
);
const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);

describe("every recorded usage object", () => {
  it.each(cases)("$name: the buckets sum to the provider's total", ({ endpoint, usage }) => {
    const normalized = normalizeUsage(endpoint, usage, {});
    if (normalized === null) throw new Error("unusable");
    const iterations = Array.isArray(usage["iterations"]) ? usage["iterations"] : [];
    const counters = iterations.length > 0 ? iterations : [usage];
    const expected = counters.reduce(
      (total: number, entry: Record<string, unknown>) =>
        total +
        (endpoint === "openai.chat"
          ? numberOf(entry["prompt_tokens"]) + numberOf(entry["completion_tokens"])
          : numberOf(entry["input_tokens"]) +
            numberOf(entry["output_tokens"]) +
            numberOf(entry["cache_read_input_tokens"]) +
            numberOf(entry["cache_creation_input_tokens"])),
      0,
    );
    let sum = 0;
    for (const pass of normalized.passes) for (const kind of TOKEN_CLASSES) sum += pass.tokens[kind];
    expect(sum).toBe(expected);
  });
});

describe("OpenAI", () => {
  it("separates cached, written and audio from the input", () => {
    const usage = normalizeUsage(
      "openai.chat",
      {
        prompt_tokens: 1_000,
        completion_tokens: 200,
        prompt_tokens_details: { cached_tokens: 300, cache_write_tokens: 100, audio_tokens: 50 },
        completion_tokens_details: { reasoning_tokens: 150, audio_tokens: 20, rejected_prediction_tokens: 9 },
      },
      { model: "m", serviceTier: "priority" },
    );
    expect(usage).toEqual({
      passes: [
        {
          model: "m",
          tokens: {
            ...EMPTY_BUCKETS,
            input: 550,
            cachedInput: 300,
            cacheWrite30m: 100,
            audioInput: 50,
            output: 180,
            audioOutput: 20,
          },
        },
      ],
      tier: "fast",
      regional: false,
      calls: { webSearch: 0, fileSearch: 0, codeInterpreter: 0 },
      reasoningTokens: 150,
      flags: [],
    });
  });

  it("clamps and flags parts that exceed their whole", () => {
    const usage = normalizeUsage(
      "openai.responses",
      { input_tokens: 10, output_tokens: 1, input_tokens_details: { cached_tokens: 8, cache_write_tokens: 4 } },
      {},
    );
    expect(usage?.passes[0]?.tokens).toMatchObject({ input: 0, cachedInput: 8, cacheWrite30m: 4, output: 1 });
    expect(usage?.flags).toEqual(["inconsistent_usage"]);
  });

  it("bills writes at the lifetime asked for, and the tier that was served", () => {
    const raw = { input_tokens: 10, output_tokens: 1, input_tokens_details: { cache_write_tokens: 9 } };
    const usage = normalizeUsage("openai.responses", raw, {
      cacheLifetime: "12h",
      serviceTier: "default",
      requestedTier: "fast",
      webSearchCalls: 2,
    });
    expect(usage?.passes[0]?.tokens.cacheWrite12h).toBe(9);
    expect(usage?.tier).toBe("standard");
    expect(usage?.calls.webSearch).toBe(2);
    expect(normalizeUsage("openai.responses", raw, { requestedTier: "flex" })?.tier).toBe("flex");
    expect(normalizeUsage("openai.responses", raw, { serviceTier: "scale" })?.tier).toBe("contract");
    expect(normalizeUsage("openai.responses", raw, { serviceTier: "new" })?.flags).toEqual(["unknown_service_tier"]);
  });
});

describe("Anthropic", () => {
  const base = { input_tokens: 3, output_tokens: 550 };

  it("bills an unsplit write at the lifetime asked for", () => {
    const raw = { ...base, cache_creation_input_tokens: 12_304 };
    expect(normalizeUsage("anthropic.messages", raw, {})?.passes[0]?.tokens.cacheWrite5m).toBe(12_304);
    const hour = normalizeUsage("anthropic.messages", raw, { cacheLifetime: "1h" });
    expect(hour?.passes[0]?.tokens).toMatchObject({ cacheWrite1h: 12_304, cacheWrite5m: 0 });
  });

  it("bills the remainder of a split at five minutes and flags it", () => {
    const usage = normalizeUsage(
      "anthropic.messages",
      {
        ...base,
        cache_creation_input_tokens: 100,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 60 },
      },
      { cacheLifetime: "1h" },
    );
    expect(usage?.passes[0]?.tokens).toMatchObject({ cacheWrite5m: 40, cacheWrite1h: 60 });
    expect(usage?.flags).toEqual(["inconsistent_usage"]);
  });

  it("prices iterations by their own models and ignores the top level", () => {
    const usage = normalizeUsage(
      "anthropic.messages",
      {
        input_tokens: 9_999,
        output_tokens: 9_999,
        server_tool_use: { web_search_requests: 2 },
        iterations: [
          { type: "compaction", input_tokens: 50, output_tokens: 5 },
          { type: "advisor_message", model: "claude-opus-5-5", input_tokens: 7, output_tokens: 2 },
        ],
      },
      { model: "claude-sonnet-5" },
    );
    expect(usage?.passes.map((pass) => [pass.model, pass.tokens.input, pass.tokens.output])).toEqual([
      ["claude-sonnet-5", 50, 5],
      ["claude-opus-5-5", 7, 2],
    ]);
    expect(usage?.calls.webSearch).toBe(2);
  });

  it.each([
    [{ speed: "fast", service_tier: "standard" }, "fast"],
    [{ service_tier: "priority" }, "contract"],
    [{ service_tier: "batch" }, "batch"],
    [{ service_tier: null }, "standard"],
  ])("reads the tier of %j", (extra, tier) => {
    expect(normalizeUsage("anthropic.messages", { ...base, ...extra }, {})?.tier).toBe(tier);
  });

  it("takes the region from the usage, and from the request only when it is silent", () => {
    expect(normalizeUsage("anthropic.messages", { ...base, inference_geo: "us" }, {})?.regional).toBe(true);
    expect(normalizeUsage("anthropic.messages", { ...base, inference_geo: null }, { regional: true })?.regional).toBe(
      false,
    );
    expect(normalizeUsage("anthropic.messages", base, { regional: true })?.regional).toBe(true);
  });
});

describe("unusable counters are never a price", () => {
  it.each([-1, 1.5, 1e9 + 1, "7", true, Number.NaN, {}])("%s", (counter) => {
    expect(normalizeUsage("openai.chat", { prompt_tokens: counter, completion_tokens: 1 }, {})).toBeNull();
    expect(normalizeUsage("openai.responses", { input_tokens: 1, output_tokens: counter }, {})).toBeNull();
    const raw = { input_tokens: 1, output_tokens: 1, cache_read_input_tokens: counter };
    expect(normalizeUsage("anthropic.messages", raw, {})).toBeNull();
  });

  it.each([null, undefined, "usage", [], {}, { prompt_tokens: 1 }, { completion_tokens: 1 }])(
    "%j is no usage",
    (raw) => {
      expect(normalizeUsage("openai.chat", raw, {})).toBeNull();
    },
  );
});
