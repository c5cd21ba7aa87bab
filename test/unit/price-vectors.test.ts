import { expect, test } from "vitest";
import { costRequestSchema, writeCostAnswer } from "../../src/contract/cost-answer.ts";
import { formatNanos, parseDecimalNanos } from "../../src/core/money.ts";
import { findPrice } from "../../src/core/price-book.ts";
import { priceUsage } from "../../src/core/pricing.ts";
import { normalizeUsage } from "../../src/provider/dialects.ts";
import vectors from "../fixture/pricing-cases.json" with { type: "json" };
import { PRICE_BOOK, TODAY_MS } from "../support/price-list.ts";

// The context of a vector has the names of the cost request.
test.each(vectors.cases)("$name: $why", ({ endpoint, model, usage, context, expected_usd: expectedUsd }) => {
  const request = costRequestSchema.parse({ endpoint, model, usage, ...context });
  const normalized = normalizeUsage(request.endpoint, request.usage, request.context);
  if (normalized === null) throw new Error("the usage object cannot be read");
  const priced = priceUsage(normalized, (name) =>
    findPrice(PRICE_BOOK, { model: name ?? request.model, atMs: request.atMs ?? TODAY_MS }),
  );
  if (priced.outcome !== "priced") throw new Error(`no price for ${String(priced.model)}`);
  const answer = writeCostAnswer(priced, "wallet_catalog", normalized.flags);
  expect(answer.total_cost).toBe(formatNanos(parseDecimalNanos(expectedUsd) ?? -1n));
  const partNanos = answer.breakdown.map((line) => parseDecimalNanos(line.cost) ?? -1n);
  expect(formatNanos(partNanos.reduce((sum, nanos) => sum + nanos, 0n))).toBe(answer.total_cost);
  expect(answer.flags).toEqual([]);
});

test("every vector is there", () => {
  expect(vectors.cases).toHaveLength(vectors.meta.count);
});
