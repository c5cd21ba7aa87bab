import { describe, expect, test } from "vitest";
import modelPrices from "../../src/contract/data/model-prices.json" with { type: "json" };
import { fromPrice, priceRecordRequestSchema, priceRecordSchema, toPrice } from "../../src/contract/price-record.ts";
import { PRICES, priceNamed } from "../support/price-list.ts";

const MINIMAL = {
  provider: "openai",
  model: "m",
  input_price_per_million: "2.5",
  output_price_per_million: 10,
  endpoints: ["openai.chat"],
};

function pathsOf(record: unknown): string[] {
  const parsed = priceRecordRequestSchema.safeParse(record);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join("."));
}

test("prices come in as strings or numbers and go out as decimal strings", () => {
  const record = priceRecordSchema.parse({
    ...MINIMAL,
    cached_input_price_per_million: 0.0025,
    regional_multiplier: 1.1,
    per_call_fees: { web_search: 0.01 },
    effective_from: "2026-11-09",
    effective_to: "2026-12-01T00:00:00+01:00",
  });
  expect(record).toMatchObject({
    input_price_per_million: "2.50",
    output_price_per_million: "10.00",
    cached_input_price_per_million: "0.0025",
    cache_write_5m_price_per_million: null,
    regional_multiplier: "1.10",
    per_call_fees: { web_search: "0.01", file_search: null },
    effective_from: "2026-11-09T00:00:00.000Z",
    effective_to: "2026-11-30T23:00:00.000Z",
    aliases: [],
    tags: [],
    free: false,
  });
});

test("a record survives the way to the domain and back, and through its own schema", () => {
  for (const raw of modelPrices) {
    const record = priceRecordSchema.parse(raw);
    expect(fromPrice(toPrice(record))).toEqual(record);
    expect(priceRecordSchema.parse(record)).toEqual(record);
  }
});

describe("refused", () => {
  test.each([
    ["a field that nobody knows", { ...MINIMAL, input_price: 1 }, ""],
    ["a missing price", { ...MINIMAL, input_price_per_million: undefined }, "input_price_per_million"],
    ["zero, which is never free", { ...MINIMAL, output_price_per_million: 0 }, "output_price_per_million"],
    ["a negative price", { ...MINIMAL, input_price_per_million: "-1" }, "input_price_per_million"],
    ["ten decimals", { ...MINIMAL, input_price_per_million: "0.0000000001" }, "input_price_per_million"],
    ["an exponent", { ...MINIMAL, input_price_per_million: "1e3" }, "input_price_per_million"],
    [
      "more than 1,000 USD per million",
      { ...MINIMAL, output_price_per_million: "1000.000000001" },
      "output_price_per_million",
    ],
    [
      "the same in a tier",
      { ...MINIMAL, tiers: { fast: { input_price_per_million: 1001, output_price_per_million: 5 } } },
      "tiers.fast.input_price_per_million",
    ],
    [
      "a tier without an output price",
      { ...MINIMAL, tiers: { flex: { input_price_per_million: 1 } } },
      "tiers.flex.output_price_per_million",
    ],
    ["a free model with a price", { ...MINIMAL, free: true }, "input_price_per_million"],
    ["an empty period", { ...MINIMAL, effective_from: "2026-01-01", effective_to: "2026-01-01" }, "effective_to"],
    ["a day that does not exist", { ...MINIMAL, effective_from: "2026-02-30" }, "effective_from"],
    ["an endpoint of another provider", { ...MINIMAL, endpoints: ["anthropic.messages"] }, "endpoints.0"],
    ["a region that costs nothing", { ...MINIMAL, regional_multiplier: 0 }, "regional_multiplier"],
    [
      "fast long rates without the two that they combine",
      { ...MINIMAL, tiers: { fast_long_context: { input_price_per_million: 1, output_price_per_million: 1 } } },
      "tiers.fast_long_context",
    ],
    [
      "a size's search fee without the other's",
      { ...MINIMAL, per_call_fees: { web_search_low: "0.01" } },
      "per_call_fees",
    ],
  ])("%s", (_, record, path) => {
    expect(pathsOf(record)).toContain(path);
  });
});

test("force lets a high price in, and is not part of the record", () => {
  const record = priceRecordRequestSchema.parse({ ...MINIMAL, output_price_per_million: 1_500, force: true });
  expect(record.output_price_per_million).toBe("1500.00");
  expect(record).not.toHaveProperty("force");
  expect(priceRecordSchema.safeParse(record).success).toBe(true);
});

test("what the provider says may be left out: fees are not zero, endpoints not none", () => {
  const record = { ...MINIMAL, provider: "anthropic", endpoints: undefined };
  expect(priceRecordRequestSchema.parse(record)).toMatchObject({
    endpoints: ["anthropic.messages"],
    tokenizer: "claude-4-7",
    per_call_fees: { web_search: "0.01", file_search: null },
  });
  expect(priceRecordRequestSchema.parse({ ...MINIMAL, per_call_fees: {} }).per_call_fees.web_search).toBeNull();
});

test("a free model needs no prices", () => {
  const record = { provider: "openai", model: "m", endpoints: ["openai.chat"], free: true };
  expect(toPrice(priceRecordSchema.parse(record))).toMatchObject({ free: true, rates: { input: 0n } });
});

test("the price list knows every model once per period, with its limits and vocabulary", () => {
  expect(PRICES).toHaveLength(89);
  expect(new Set(PRICES.map((price) => price.id)).size).toBe(89);
  expect(PRICES.every((price) => price.maxOutputTokens !== null && price.contextWindowTokens !== null)).toBe(true);
  expect(priceNamed("claude-opus-4-6").tokenizer).toBe("claude");
  expect(priceNamed("claude-opus-4-7").tokenizer).toBe("claude-4-7");
  expect(priceNamed("gpt-5-search-api").endpoints).toEqual(["openai.chat"]);
});
