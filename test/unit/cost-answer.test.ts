import { expect, test } from "vitest";
import { costAnswerSchema, costRequestSchema, writeCostAnswer } from "../../src/contract/cost-answer.ts";
import { formatNanos, parseDecimalNanos } from "../../src/core/money.ts";
import { priceUsage } from "../../src/core/pricing.ts";
import { NO_CALLS } from "../../src/core/usage.ts";
import { priceNamed, usageOf } from "../support/price-list.ts";

test("an answer shows each class at its effective rate, and its costs sum to the total", () => {
  const usage = usageOf(
    { input: 1_001, cachedInput: 7, output: 100 },
    { tier: "flex", regional: true, calls: { ...NO_CALLS, webSearch: 2 } },
  );
  const priced = priceUsage(usage, () => priceNamed("gpt-6-luna"));
  if (priced.outcome !== "priced") throw new Error("unpriced");
  const answer = writeCostAnswer(priced, "wallet_catalog", ["inconsistent_usage"]);
  expect(costAnswerSchema.parse(answer)).toEqual({
    total_cost: "0.020082594",
    currency: "USD",
    pricing_source: "wallet_catalog",
    breakdown: [
      { kind: "input", tokens: 1_001, rate_per_million: "0.055", cost: "0.000055055" },
      { kind: "cached_input", tokens: 7, rate_per_million: "0.0055", cost: "0.000000039" },
      { kind: "output", tokens: 100, rate_per_million: "0.275", cost: "0.0000275" },
      { kind: "web_search", count: 2, rate: "0.01", cost: "0.02" },
    ],
    flags: ["inconsistent_usage"],
  });
  const sum = answer.breakdown.reduce((total, line) => total + (parseDecimalNanos(line.cost) ?? 0n), 0n);
  expect(formatNanos(sum)).toBe(answer.total_cost);
});

test("a request gives what the usage object does not say", () => {
  const request = costRequestSchema.parse({
    endpoint: "openai.responses",
    model: "gpt-6.1-terra",
    usage: { input_tokens: 10 },
    at: "2026-11-01",
    service_tier: "priority",
    cache_ttl: "12h",
    web_search_calls: 3,
    search_context_size: "high",
  });
  expect(request).toEqual({
    endpoint: "openai.responses",
    model: "gpt-6.1-terra",
    usage: { input_tokens: 10 },
    atMs: Date.parse("2026-11-01T00:00:00Z"),
    context: {
      searchContextSize: "high",
      serviceTier: "priority",
      cacheLifetime: "12h",
      regional: false,
      webSearchCalls: 3,
      fileSearchCalls: 0,
      codeInterpreterCalls: 0,
    },
  });
});

test.each([
  ["no usage, which is unknown and not zero", { usage: null }],
  ["an endpoint that is not metered", { endpoint: "openai.embeddings" }],
  ["a field that nobody knows", { servicetier: "flex" }],
  ["a time without a zone", { at: "2026-11-01T10:00:00" }],
  ["a negative count", { web_search_calls: -1 }],
])("refuses %s", (_, change) => {
  const base = { endpoint: "openai.chat", model: "gpt-4o", usage: {} };
  expect(costRequestSchema.safeParse({ ...base, ...change }).success).toBe(false);
});
