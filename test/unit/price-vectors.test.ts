import { expect, test } from "vitest";
import { parseRational, roundHalfUp, multiply, rational, NANOS_PER_UNIT } from "../../src/core/money.ts";
import { findPrice } from "../../src/core/price-book.ts";
import { priceUsage } from "../../src/core/pricing.ts";
import vectors from "../fixture/pricing-cases.json" with { type: "json" };
import { normalizeVector } from "../support/normalize-vector.ts";
import { PRICE_BOOK, TODAY_MS } from "../support/price-list.ts";

test.each(vectors.cases)("$name: $why", ({ endpoint, model, usage, context, expected_usd: expectedUsd }) => {
  const at = "at" in context ? context.at : undefined;
  const atMs = at === undefined ? TODAY_MS : Date.parse(at);
  const priced = priceUsage(normalizeVector(endpoint, usage, context), (name) =>
    findPrice(PRICE_BOOK, { model: name ?? model, atMs }),
  );
  const expected = parseRational(expectedUsd);
  if (priced.outcome !== "priced" || expected === null) throw new Error("unpriced, or not a decimal");
  expect(priced.totalNanos).toBe(roundHalfUp(multiply(expected, rational(NANOS_PER_UNIT))));
  expect(priced.parts.reduce((sum, part) => sum + part.costNanos, 0n)).toBe(priced.totalNanos);
});

test("every vector is there", () => {
  expect(vectors.cases).toHaveLength(vectors.meta.count);
});
