import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ONE, rational } from "../../src/core/money.ts";
import type { Rational } from "../../src/core/money.ts";
import { priceUsage } from "../../src/core/pricing.ts";
import type { CostPart } from "../../src/core/pricing.ts";
import { SERVICE_TIERS, TOKEN_CLASSES } from "../../src/core/usage.ts";
import type { TokenBuckets, Usage } from "../../src/core/usage.ts";
import { PRICES, usageOf } from "../support/price-list.ts";

const tokenCount = fc.nat(300_000);

const anyBuckets: fc.Arbitrary<TokenBuckets> = fc.record({
  input: tokenCount,
  cachedInput: tokenCount,
  cacheWrite5m: tokenCount,
  cacheWrite1h: tokenCount,
  cacheWrite30m: tokenCount,
  cacheWrite12h: tokenCount,
  audioInput: tokenCount,
  output: tokenCount,
  audioOutput: tokenCount,
});

const anyUsage: fc.Arbitrary<Usage> = fc
  .record({
    buckets: fc.array(anyBuckets, { minLength: 1, maxLength: 4 }),
    tier: fc.constantFrom(...SERVICE_TIERS),
    regional: fc.boolean(),
    calls: fc.record({ webSearch: fc.nat(3), fileSearch: fc.nat(3), codeInterpreter: fc.nat(3) }),
  })
  .map(({ buckets, ...rest }) => usageOf({}, { ...rest, passes: buckets.map((tokens) => ({ model: null, tokens })) }));

const anyExchangeRate = fc.constantFrom(ONE, rational(1n, 3n), rational(23n, 25n), rational(151_370_001n, 1_000_000n));

/** The exact cost of a line times its own denominator, and that denominator. */
function exactCost(part: CostPart, exchangeRate: Rational): readonly [bigint, bigint] {
  const quantity = part.unit === "tokens" ? BigInt(part.tokens) : BigInt(part.count) * 1_000_000n;
  return [
    quantity * part.rate.numerator * exchangeRate.numerator,
    1_000_000n * part.rate.denominator * exchangeRate.denominator,
  ];
}

test("the total is the exact sum rounded once, and each part is its exact cost rounded down or up", () => {
  fc.assert(
    fc.property(fc.constantFrom(...PRICES), anyUsage, anyExchangeRate, (price, usage, exchangeRate) => {
      const priced = priceUsage(usage, () => price, { exchangeRate });
      if (priced.outcome !== "priced") throw new Error("unpriced");
      let numerator = 0n;
      let denominator = 1n;
      for (const part of priced.parts) {
        const [cost, unit] = exactCost(part, exchangeRate);
        const distance = part.costNanos * unit - cost;
        expect(distance > -unit && distance < unit).toBe(true);
        numerator = numerator * unit + cost * denominator;
        denominator *= unit;
      }
      expect(priced.totalNanos).toBe((2n * numerator + denominator) / (2n * denominator));
      expect(priced.parts.reduce((sum, part) => sum + part.costNanos, 0n)).toBe(priced.totalNanos);
    }),
    { numRuns: 500 },
  );
});

test("no token and no call is lost in the lines, and none is charged nothing", () => {
  fc.assert(
    fc.property(fc.constantFrom(...PRICES), anyUsage, (price, usage) => {
      const priced = priceUsage(usage, () => price);
      if (priced.outcome !== "priced") throw new Error("unpriced");
      for (const tokenClass of TOKEN_CLASSES) {
        const used = usage.passes.reduce((sum, pass) => sum + pass.tokens[tokenClass], 0);
        const lines = priced.parts.filter((part) => part.kind === tokenClass);
        expect(lines.reduce((sum, part) => sum + (part.unit === "tokens" ? part.tokens : 0), 0)).toBe(used);
        expect(lines.every((line) => line.rate.numerator > 0n)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
