import { describe, expect, it } from "vitest";
import type { Price } from "../../../src/core/price.ts";
import { findModel, modelList } from "../../../src/provider/model-list.ts";

function priceOf(model: string, aliases: readonly string[] = [], effectiveFromMs: number | null = null): Price {
  const none = {
    cachedInput: null,
    cacheWrite5m: null,
    cacheWrite1h: null,
    cacheWrite30m: null,
    cacheWrite12h: null,
    audioInput: null,
    audioOutput: null,
  };
  return {
    id: `price_${model}`,
    provider: "openai",
    model,
    aliases,
    effectiveFromMs,
    effectiveToMs: null,
    rates: { ...none, input: 1n, output: 1n },
    longContext: null,
    tiers: { batch: null, flex: null, fast: null, fastLongContext: null },
    regionalMultiplier: null,
    feesNanos: { webSearch: null, fileSearch: null, codeInterpreter: null },
    maxOutputTokens: null,
    contextWindowTokens: null,
    endpoints: ["openai.chat"],
    tokenizer: "o200k",
    tags: [],
    free: false,
  };
}

const prices = [priceOf("b", ["b-latest"]), priceOf("a", [], 1_700_000_000_000), priceOf("b")];

describe("models", () => {
  it("in OpenAI's shape", () => {
    expect(modelList("openai", prices)).toEqual({
      object: "list",
      data: [
        { id: "a", object: "model", created: 1_700_000_000, owned_by: "openai" },
        { id: "b", object: "model", created: 0, owned_by: "openai" },
      ],
    });
  });

  it("in Anthropic's shape", () => {
    expect(modelList("anthropic", prices)).toMatchObject({
      data: [
        { type: "model", id: "a", display_name: "a", created_at: "2023-11-14T22:13:20.000Z" },
        { type: "model", id: "b" },
      ],
      has_more: false,
      first_id: "a",
      last_id: "b",
    });
    expect(modelList("anthropic", [])).toEqual({ data: [], has_more: false, first_id: null, last_id: null });
  });

  it("finds one by name or alias, and none that is not there", () => {
    expect(findModel("openai", prices, "b-latest")).toMatchObject({ id: "b-latest" });
    expect(findModel("openai", prices, "c")).toBeNull();
  });
});
