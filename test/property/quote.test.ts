import * as fc from "fast-check";
import { expect, test } from "vitest";
import { declarePrice } from "../../src/core/declared-price.ts";
import { NANOS_PER_UNIT, ONE, rational } from "../../src/core/money.ts";
import type { Price } from "../../src/core/price.ts";
import { priceUsage } from "../../src/core/pricing.ts";
import { planOutputCap } from "../../src/core/output-cap.ts";
import { affordableOutputTokens, quoteHold } from "../../src/core/quote.ts";
import type { RequestedTier, RequestFacts } from "../../src/core/request-facts.ts";
import type { CacheLifetime, ServiceTier, TokenClass, Usage } from "../../src/core/usage.ts";
import { DEFAULT_WALLET_SETTINGS } from "../../src/core/wallet.ts";
import { factsOf, PRICES, usageOf } from "../support/price-list.ts";

const anyExchangeRate = fc.constantFrom(ONE, rational(23n, 25n), rational(151_370_001n, 1_000_000n), rational(1n, 3n));

const anyFacts: fc.Arbitrary<RequestFacts> = fc
  .record({
    // Both sides of every long-context threshold of the list.
    tokens: fc.oneof(
      fc.integer({ min: 0, max: 400_000 }),
      fc.constantFrom(0, 1, 100_000, 100_001, 200_001, 272_000, 272_001),
    ),
    choices: fc.integer({ min: 1, max: 8 }),
    requestedTier: fc.constantFrom<RequestedTier>("standard", "auto", "flex", "fast", "batch", "contract"),
    cacheWrite: fc.constantFrom<RequestFacts["cacheWrite"]>("none", "automatic", "5m", "1h", "30m", "12h"),
    regional: fc.boolean(),
    audioInput: fc.boolean(),
    audioOutput: fc.boolean(),
    searchContextSize: fc.constantFrom("low" as const, "medium" as const, "high" as const),
    calls: fc.record({ webSearch: fc.nat(5), fileSearch: fc.nat(5), codeInterpreter: fc.nat(5) }),
  })
  .map((facts) => factsOf(facts));

/** What the provider may do with the facts: any split, any amount up to the bounds, any tier that the request leaves open. */
function anyUsageWithin(price: Price, facts: RequestFacts, capTokens: number): fc.Arbitrary<Usage> {
  const inputClasses: TokenClass[] = ["input", "cachedInput", ...writableClasses(price, facts)];
  if (facts.audioInput === true) inputClasses.push("audioInput");
  const outputTokens = capTokens * facts.choices;
  return fc
    .record({
      inputShares: fc.array(fc.nat(100), { minLength: inputClasses.length + 1, maxLength: inputClasses.length + 1 }),
      audioShare: fc.nat(facts.audioOutput === true ? 100 : 0),
      outputShare: fc.constantFrom(0, 37, 100),
      tier: fc.constantFrom(...tiersFor(facts.requestedTier)),
      calls: fc.record({
        webSearch: fc.nat(facts.calls.webSearch),
        fileSearch: fc.nat(facts.calls.fileSearch),
        codeInterpreter: fc.nat(facts.calls.codeInterpreter),
      }),
    })
    .map(({ inputShares, audioShare, outputShare, tier, calls }) => {
      const whole = inputShares.reduce((sum, share) => sum + share, 0) || 1;
      // The last share is what the estimate was too high by.
      const split = inputClasses.map((tokenClass, index) => [
        tokenClass,
        Math.floor((facts.inputTokens[price.tokenizer] * (inputShares[index] ?? 0)) / whole),
      ]);
      const output = Math.floor((outputTokens * outputShare) / 100);
      const audioOutput = Math.floor((output * audioShare) / 100);
      return usageOf(
        { ...Object.fromEntries(split), output: output - audioOutput, audioOutput },
        { tier, calls, regional: facts.regional, searchContextSize: facts.searchContextSize ?? "medium" },
      );
    });
}

const WRITABLE_CLASSES: Readonly<Record<CacheLifetime | "none", TokenClass[]>> = {
  none: [],
  "5m": ["cacheWrite5m"],
  "1h": ["cacheWrite5m", "cacheWrite1h"],
  "30m": ["cacheWrite30m"],
  "12h": ["cacheWrite30m", "cacheWrite12h"],
};

function writableClasses(price: Price, { cacheWrite }: RequestFacts): TokenClass[] {
  const lifetime = cacheWrite !== "automatic" ? cacheWrite : price.provider === "openai" ? "30m" : "5m";
  return WRITABLE_CLASSES[lifetime];
}

function tiersFor(requested: RequestedTier): ServiceTier[] {
  return requested === "auto" ? ["standard", "flex", "fast", "batch", "contract"] : [requested];
}

test.each(PRICES.map((price) => ({ price, id: price.id })))(
  "no usage of $id within the bounds costs more than the hold",
  ({ price }) => {
    const scenario = fc
      .record({ facts: anyFacts, outputCapTokens: fc.integer({ min: 0, max: 128_000 }), exchangeRate: anyExchangeRate })
      .chain((chosen) =>
        fc.record({
          chosen: fc.constant(chosen),
          usage: anyUsageWithin(price, chosen.facts, chosen.outputCapTokens),
        }),
      );
    fc.assert(
      fc.property(scenario, ({ chosen, usage }) => {
        const { holdNanos } = quoteHold({ price, ...chosen, bufferBasisPoints: 0 });
        const priced = priceUsage(usage, () => price, { exchangeRate: chosen.exchangeRate });
        if (priced.outcome !== "priced") throw new Error("unpriced");
        expect(priced.totalNanos).toBeLessThanOrEqual(holdNanos);
      }),
      { numRuns: 60 },
    );
  },
);

const anyMultiplier = fc.constantFrom(ONE, rational(4n), rational(1n, 3n), rational(5n, 2n));

/** Contract rates in the place of a list price, cached input dearer than fresh now and then. */
const anyDeclaredPrice: fc.Arbitrary<Price> = fc
  .record({
    listed: fc.constantFrom(...PRICES),
    inputNanos: fc.bigInt({ min: 0n, max: 20n * NANOS_PER_UNIT }),
    cachedInputNanos: fc.option(fc.bigInt({ min: 0n, max: 20n * NANOS_PER_UNIT })),
    outputNanos: fc.bigInt({ min: 0n, max: 200n * NANOS_PER_UNIT }),
    inputMultiplier: anyMultiplier,
    cachedInputMultiplier: anyMultiplier,
    outputMultiplier: anyMultiplier,
  })
  .map(({ listed, ...pricing }) =>
    declarePrice(pricing, { id: "declared", provider: listed.provider, model: listed.model, aliases: [] }, listed),
  );

test("whichever planned target answers, at a list price or a declared one, no usage costs more than the hold", () => {
  const scenario = fc
    .record({
      prices: fc.array(fc.oneof(fc.constantFrom(...PRICES), anyDeclaredPrice), { minLength: 1, maxLength: 3 }),
      answering: fc.nat(2),
      facts: anyFacts,
      outputCapTokens: fc.integer({ min: 0, max: 128_000 }),
      exchangeRate: anyExchangeRate,
    })
    .chain((chosen) => {
      const answering = chosen.prices[chosen.answering % chosen.prices.length] ?? chosen.prices[0];
      if (answering === undefined) throw new Error("there is a price");
      const usage = anyUsageWithin(answering, chosen.facts, chosen.outputCapTokens);
      return fc.record({ chosen: fc.constant(chosen), answering: fc.constant(answering), usage });
    });
  fc.assert(
    fc.property(scenario, ({ chosen: { prices, ...request }, answering, usage }) => {
      const [price, ...fallbackPrices] = prices;
      if (price === undefined) throw new Error("there is a price");
      const { holdNanos } = quoteHold({ ...request, price, fallbackPrices, bufferBasisPoints: 0 });
      const priced = priceUsage(usage, () => answering, { exchangeRate: request.exchangeRate });
      if (priced.outcome !== "priced") throw new Error("unpriced");
      expect(priced.totalNanos).toBeLessThanOrEqual(holdNanos);
    }),
    { numRuns: 2_000 },
  );
});

test("the affordable output is the exact inverse of the hold", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PRICES),
      anyFacts,
      anyExchangeRate,
      fc.constantFrom(0, 1, 2_000, 3_333),
      fc.bigInt({ min: -NANOS_PER_UNIT, max: 3_000n * NANOS_PER_UNIT }),
      (price, facts, exchangeRate, bufferBasisPoints, amountNanos) => {
        const request = { price, facts, exchangeRate, bufferBasisPoints };
        const hold = (outputCapTokens: number): bigint => quoteHold({ ...request, outputCapTokens }).holdNanos;
        const affordable = affordableOutputTokens({ ...request, amountNanos });
        if (affordable > 0) expect(hold(affordable)).toBeLessThanOrEqual(amountNanos);
        if (affordable < (price.maxOutputTokens ?? 32_768)) expect(hold(affordable + 1)).toBeGreaterThan(amountNanos);
      },
    ),
    { numRuns: 3_000 },
  );
});

test("a covered plan holds what it sends and never more than there is", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PRICES),
      anyFacts,
      fc.option(fc.integer({ min: 1, max: 200_000 })),
      fc.option(fc.integer({ min: 1, max: 200_000 })),
      fc.boolean(),
      fc.boolean(),
      fc.bigInt({ min: -NANOS_PER_UNIT, max: 100n * NANOS_PER_UNIT }),
      (price, facts, ownCap, defaultMaxOutputTokens, enforceDefaultMaxOutput, clampRequested, availableNanos) => {
        const plan = planOutputCap({
          price,
          facts: { ...facts, outputCapTokens: ownCap },
          settings: { ...DEFAULT_WALLET_SETTINGS, defaultMaxOutputTokens, enforceDefaultMaxOutput },
          clampRequested,
          availableNanos,
          bufferBasisPoints: 2_000,
          exchangeRate: ONE,
        });
        if (plan.outcome === "short") {
          expect(plan.quote.holdNanos).toBeGreaterThan(availableNanos);
          expect(plan.affordableOutputTokens).toBeLessThan(plan.holdCapTokens);
          return;
        }
        expect(plan.quote.holdNanos).toBeLessThanOrEqual(availableNanos);
        expect(plan.sendCapTokens ?? plan.holdCapTokens).toBe(plan.holdCapTokens);
        // What is not bounded by anything that is sent is bounded by the caller or the model, or was chosen to be open.
        if (plan.sendCapTokens === null && enforceDefaultMaxOutput) {
          expect(plan.holdCapTokens).toBe(ownCap ?? price.maxOutputTokens);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
