import { describe, expect, test } from "vitest";
import { rational } from "../../src/core/money.ts";
import type { Rational } from "../../src/core/money.ts";
import type { Price } from "../../src/core/price.ts";
import { priceUsage } from "../../src/core/pricing.ts";
import type { PricedUsage } from "../../src/core/pricing.ts";
import { EMPTY_BUCKETS, NO_CALLS } from "../../src/core/usage.ts";
import type { Usage } from "../../src/core/usage.ts";
import { priceNamed, usageOf } from "../support/price-list.ts";

function bill(price: Price, usage: Usage, exchangeRate?: Rational): PricedUsage {
  const priced = priceUsage(usage, () => price, exchangeRate === undefined ? {} : { exchangeRate });
  if (priced.outcome !== "priced") throw new Error("unpriced");
  return priced;
}

const SOL = priceNamed("gpt-6.1-sol");

/** The requested model's price for null; one other model has a price too. */
function priceOf(model: string | null): Price | null {
  if (model === null) return SOL;
  return model === "claude-opus-4-8" ? priceNamed(model) : null;
}

function passOn(model: string | null): Usage["passes"][number] {
  return { model, tokens: { ...EMPTY_BUCKETS, output: 1_000 } };
}

describe("rates", () => {
  test("long context begins at one token more than the threshold, and moves the output too", () => {
    expect(bill(SOL, usageOf({ input: 272_000, output: 1_000 })).totalNanos).toBe(554_000_000n);
    expect(bill(SOL, usageOf({ input: 272_001, output: 1_000 })).totalNanos).toBe(1_103_004_000n);
  });

  test("each pass has a prompt length of its own", () => {
    const pass = { model: null, tokens: { ...EMPTY_BUCKETS, input: 200_000 } };
    expect(bill(SOL, usageOf({}, { passes: [pass, pass] })).totalNanos).toBe(800_000_000n);
  });

  test("fast and long have published rates together; a class that they leave out follows the factor", () => {
    const usage = usageOf(
      { input: 300_000, cachedInput: 1_000, cacheWrite30m: 1_000, output: 1_000 },
      { tier: "fast" },
    );
    // 8.00, 0.40, 2 × 5.00 and 30.00
    expect(bill(SOL, usage).totalNanos).toBe(2_400_000_000n + 400_000n + 10_000_000n + 30_000_000n);
  });

  test("a tier without a published long rate applies its factor to the long rates", () => {
    // Cached: half of 0.50, not the 0.13 that is published for short requests.
    const usage = usageOf({ input: 300_000, cachedInput: 100_000, output: 1_000 }, { tier: "flex" });
    expect(bill(priceNamed("gpt-5.4"), usage).totalNanos).toBe(750_000_000n + 25_000_000n + 11_250_000n);
  });

  test("a published tier rate wins over the factor", () => {
    const usage = usageOf({ cachedInput: 1_000_000 }, { tier: "flex" });
    expect(bill(priceNamed("o4-mini"), usage).totalNanos).toBe(138_000_000n);
  });

  test("a write rate that the tier leaves out follows its factor", () => {
    const usage = usageOf({ cacheWrite12h: 100_000 }, { tier: "batch" });
    expect(bill(priceNamed("gpt-6.2-sol"), usage).totalNanos).toBe(250_000_000n);
  });

  test("region comes after the tier, and fees after both", () => {
    const usage = usageOf(
      { input: 1_000, output: 100 },
      { tier: "flex", regional: true, calls: { ...NO_CALLS, webSearch: 2, fileSearch: 1, codeInterpreter: 1 } },
    );
    // (1,000 × 1.00 + 100 × 5.00) × 1.1, then 2 × 0.01 + 0.0025 + 0.03
    expect(bill(SOL, usage).totalNanos).toBe(1_650_000n + 52_500_000n);
  });

  test("a model without a regional surcharge has none", () => {
    expect(bill(priceNamed("gpt-4o"), usageOf({ input: 1_000 }, { regional: true })).totalNanos).toBe(2_500_000n);
  });

  test("a class without a rate is billed as input or output, never at zero", () => {
    const usage = usageOf({ cachedInput: 1_000, cacheWrite12h: 1_000, audioInput: 1_000, audioOutput: 1_000 });
    expect(bill(priceNamed("gpt-4o-2024-05-13"), usage).totalNanos).toBe(3n * 5_000_000n + 15_000_000n);
  });

  test("nor on a long request where only the tier's short rates name the class", () => {
    const tiers = { ...SOL.tiers, flex: { ...SOL.tiers.flex, cacheWrite12h: 1n, audioOutput: 1n } };
    const usage = usageOf({ input: 300_000, cacheWrite12h: 1_000, audioOutput: 1_000 }, { tier: "flex" });
    // Half of the long rates 4.00 and 15.00
    expect(bill({ ...SOL, tiers }, usage).totalNanos).toBe(600_000_000n + 2_000_000n + 7_500_000n);
  });

  test("a tier that the model does not offer is billed at list price and flagged", () => {
    const priced = bill(priceNamed("gpt-5-pro"), usageOf({ output: 1_000 }, { tier: "fast" }));
    expect(priced).toMatchObject({ totalNanos: 120_000_000n, flags: ["tier_not_offered"] });
  });

  test("committed capacity is billed at list price and flagged", () => {
    const priced = bill(SOL, usageOf({ output: 1_000 }, { tier: "contract" }));
    expect(priced).toMatchObject({ totalNanos: 10_000_000n, flags: ["contract_tier"] });
  });

  test("a search model's fee follows the context size; medium without one", () => {
    const price = priceNamed("gpt-4o-search-preview");
    const fee = (size?: "low" | "medium" | "high"): bigint =>
      bill(
        price,
        usageOf(
          {},
          { calls: { ...NO_CALLS, webSearch: 1 }, ...(size === undefined ? {} : { searchContextSize: size }) },
        ),
      ).totalNanos;
    expect([fee("low"), fee(), fee("medium"), fee("high")]).toEqual([
      30_000_000n,
      35_000_000n,
      35_000_000n,
      50_000_000n,
    ]);
  });

  test("calls of a tool without a fee are flagged", () => {
    const usage = usageOf({ input: 10 }, { calls: { ...NO_CALLS, fileSearch: 1 } });
    expect(bill(priceNamed("claude-opus-5-5"), usage).flags).toEqual(["fee_unknown"]);
  });

  test("multipliers of declared pricing scale their class exactly", () => {
    const third = rational(1n, 3n);
    const price: Price = { ...SOL, multipliers: { input: rational(4n), output: third } };
    expect(bill(price, usageOf({ input: 1_000, cachedInput: 1_000, output: 3_000 })).totalNanos).toBe(
      8_000_000n + 100_000n + 10_000_000n,
    );
  });

  test("free is the one way to cost nothing, tools included", () => {
    const usage = usageOf({ input: 10, output: 10 }, { calls: { ...NO_CALLS, webSearch: 1 } });
    expect(bill({ ...SOL, free: true }, usage)).toMatchObject({ totalNanos: 0n, flags: [] });
  });
});

describe("whose price", () => {
  test("a pass that ran on another model is billed at that model's price", () => {
    const priced = priceUsage(usageOf({}, { passes: [passOn(null), passOn("claude-opus-4-8")] }), priceOf);
    expect(priced).toMatchObject({ totalNanos: 10_000_000n + 25_000_000n, flags: [] });
  });

  test("calls are billed by the requested model, whichever ran first", () => {
    const usage = usageOf(
      {},
      { passes: [passOn("claude-opus-4-8"), passOn(null)], calls: { ...NO_CALLS, fileSearch: 1 } },
    );
    expect(priceUsage(usage, priceOf)).toMatchObject({ totalNanos: 25_000_000n + 10_000_000n + 2_500_000n, flags: [] });
  });

  test("an unknown model falls back to the requested one and is flagged", () => {
    const priced = priceUsage(usageOf({}, { passes: [passOn("gpt-6.1-sol-2027")] }), priceOf);
    expect(priced).toMatchObject({ totalNanos: 10_000_000n, flags: ["fallback_model"] });
  });

  test("no price anywhere is not zero", () => {
    expect(priceUsage(usageOf({}, { passes: [passOn("other")] }), () => null)).toEqual({
      outcome: "unpriced",
      model: "other",
    });
  });
});

describe("rounding", () => {
  test("happens once, on the sum: three halves are two, not three", () => {
    // 0.0005 USD per million: half a nano-dollar per token.
    const half = 500_000n;
    const price: Price = { ...SOL, rates: { ...SOL.rates, input: half, cachedInput: half, output: half } };
    const { totalNanos, parts } = bill(price, usageOf({ input: 1, cachedInput: 1, output: 1 }));
    expect(totalNanos).toBe(2n);
    expect(parts.map((part) => part.costNanos)).toEqual([1n, 1n, 0n]);
  });

  test("the parts sum to the total", () => {
    const { totalNanos, parts } = bill(
      priceNamed("claude-haiku-5-5"),
      usageOf({ input: 7, cachedInput: 3, cacheWrite5m: 5, output: 11 }),
      rational(1n, 3n),
    );
    expect(parts.reduce((sum, part) => sum + part.costNanos, 0n)).toBe(totalNanos);
    expect(parts.map((part) => part.kind)).toEqual(["input", "cachedInput", "cacheWrite5m", "output"]);
  });

  test("nothing used costs nothing and has no parts", () => {
    expect(bill(SOL, usageOf({}))).toEqual({ outcome: "priced", totalNanos: 0n, parts: [], flags: [] });
  });

  test("passes with the same rate are one line", () => {
    const pass = { model: null, tokens: { ...EMPTY_BUCKETS, input: 10 } };
    expect(bill(SOL, usageOf({}, { passes: [pass, pass] })).parts).toEqual([
      { unit: "tokens", kind: "input", tokens: 20, rate: expect.anything(), costNanos: 40_000n },
    ]);
  });
});
