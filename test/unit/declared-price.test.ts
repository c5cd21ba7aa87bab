import { expect, it } from "vitest";
import { ANY_MODEL, declarePrice, showMultiplied } from "../../src/core/declared-price.ts";
import type { DeclaredPricing } from "../../src/core/gateway-config.ts";
import { ONE, rational } from "../../src/core/money.ts";
import type { Price } from "../../src/core/price.ts";
import { priceUsage } from "../../src/core/pricing.ts";
import { plainUsage } from "../../src/core/usage.ts";
import { priceNamed } from "../support/price-list.ts";

const PRICING: DeclaredPricing = {
  inputNanos: 150_000_000n,
  cachedInputNanos: 75_000_000n,
  outputNanos: 600_000_000n,
  inputMultiplier: ONE,
  cachedInputMultiplier: ONE,
  outputMultiplier: ONE,
};
const OF = { id: "gw/contract/gpt-4o-mini", provider: "openai", model: "gpt-4o-mini", aliases: ["fast"] } as const;

function cost(price: Price, tokens: Parameters<typeof plainUsage>[0]): bigint {
  const priced = priceUsage(plainUsage(tokens), () => price);
  if (priced.outcome === "unpriced") throw new Error("a declared price is a price");
  return priced.totalNanos;
}

it("bills cost = tokens × multiplier × rate, each class by its own", () => {
  const price = declarePrice(
    {
      ...PRICING,
      inputMultiplier: rational(4n),
      cachedInputMultiplier: rational(1n, 2n),
      outputMultiplier: rational(3n, 2n),
    },
    OF,
    null,
  );
  expect(cost(price, { input: 1_000_000 })).toBe(600_000_000n);
  expect(cost(price, { cachedInput: 1_000_000 })).toBe(37_500_000n);
  expect(cost(price, { output: 1_000_000 })).toBe(900_000_000n);
  expect(cost(price, { audioInput: 1_000_000, cacheWrite5m: 1_000_000 })).toBe(1_200_000_000n);
});

it("bills cached tokens at the input rate when it has none for them, never at zero", () => {
  const price = declarePrice({ ...PRICING, cachedInputNanos: null, inputMultiplier: rational(4n) }, OF, null);
  expect(cost(price, { cachedInput: 1_000_000 })).toBe(150_000_000n);
});

it("keeps what a declaration cannot say from the model of the price book, and none of its surcharges", () => {
  const listed = priceNamed("gpt-5.4");
  const price = declarePrice(PRICING, { ...OF, model: "gpt-5.4" }, listed);
  expect(price).toMatchObject({
    model: "gpt-5.4",
    maxOutputTokens: listed.maxOutputTokens,
    feesNanos: listed.feesNanos,
    tokenizer: listed.tokenizer,
    tags: listed.tags,
    endpoints: ["openai.chat", "openai.responses"],
    longContext: null,
    regionalMultiplier: null,
  });
  expect(price.aliases).toEqual(expect.arrayContaining(["fast", ...listed.aliases]));
});

it("is free only when every rate is zero", () => {
  const zero = { ...PRICING, inputNanos: 0n, cachedInputNanos: null, outputNanos: 0n };
  expect(declarePrice(zero, { ...OF, model: ANY_MODEL }, null).free).toBe(true);
  expect(declarePrice({ ...zero, cachedInputNanos: 1n }, OF, null).free).toBe(false);
});

it("is shown with its multipliers in its rates", () => {
  const price = declarePrice({ ...PRICING, cachedInputNanos: null, inputMultiplier: rational(4n) }, OF, null);
  expect(showMultiplied(price).rates).toMatchObject({
    input: 600_000_000n,
    cachedInput: 150_000_000n,
    output: 600_000_000n,
  });
  const listed = priceNamed("gpt-5.4");
  expect(showMultiplied(listed)).toBe(listed);
});
