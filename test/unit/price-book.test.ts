import { expect, test } from "vitest";
import { buildPriceBook, findPrice, listPricesInForce } from "../../src/core/price-book.ts";
import type { Price, RateCard } from "../../src/core/price.ts";
import { PRICE_BOOK, priceNamed, TODAY_MS } from "../support/price-list.ts";

const at = (text: string): number => Date.parse(text);
const BASE = priceNamed("gpt-6.1-sol");

function period(id: string, from: string | null, to: string | null, rest: Partial<Price> = {}): Price {
  return {
    ...BASE,
    model: "m",
    aliases: [],
    id,
    effectiveFromMs: from === null ? null : at(from),
    effectiveToMs: to === null ? null : at(to),
    ...rest,
  };
}

function ratesAt(model: string, text: string): RateCard | undefined {
  return findPrice(PRICE_BOOK, { model, atMs: at(text) })?.rates;
}

test("a model has the price of the request's date: from inclusive, to exclusive", () => {
  expect(ratesAt("gpt-5.6-luna", "2026-07-08T23:59:59.999Z")?.input).toBeUndefined();
  expect(ratesAt("gpt-5.6-luna", "2026-07-09")?.input).toBe(1_000_000_000n);
  expect(ratesAt("gpt-5.6-luna", "2026-07-29T23:59:59.999Z")?.input).toBe(1_000_000_000n);
  expect(ratesAt("gpt-5.6-luna", "2026-07-30")?.input).toBe(200_000_000n);
});

test("an alias finds its model in every period", () => {
  expect([ratesAt("gpt-5.6", "2026-08-20")?.output, ratesAt("gpt-5.6", "2026-08-21")?.output]).toEqual([
    30_000_000_000n,
    20_000_000_000n,
  ]);
});

test("names match exactly, never by prefix or case", () => {
  for (const model of ["gpt-6.1-sol-2026-09-29", "gpt-6.1", "GPT-6.1-sol", "", "gpt-4o-2024"]) {
    expect(findPrice(PRICE_BOOK, { model, atMs: TODAY_MS })).toBeNull();
  }
});

test("a provider that does not have the model finds nothing", () => {
  expect(findPrice(PRICE_BOOK, { model: "gpt-4o", atMs: TODAY_MS, provider: "anthropic" })).toBeNull();
  expect(findPrice(PRICE_BOOK, { model: "gpt-4o", atMs: TODAY_MS, provider: "openai" })?.model).toBe("gpt-4o");
});

test("the period that began last wins, so that a new price ends an open older one without touching the past", () => {
  const book = buildPriceBook([period("new", "2026-02-01", null), period("old", null, null)]);
  const idAt = (text: string): string | undefined => findPrice(book, { model: "m", atMs: at(text) })?.id;
  expect([idAt("2026-01-31"), idAt("2026-02-01")]).toEqual(["old", "new"]);
});

test("a period that has ended leaves no price", () => {
  const book = buildPriceBook([period("ended", "2026-01-01", "2026-02-01")]);
  const lastMs = at("2026-02-01") - 1;
  expect(findPrice(book, { model: "m", atMs: lastMs })?.id).toBe("ended");
  expect(findPrice(book, { model: "m", atMs: lastMs + 1 })).toBeNull();
});

test("between equal periods the later entry wins", () => {
  const book = buildPriceBook([period("first", null, null), period("second", null, null)]);
  expect(findPrice(book, { model: "m", atMs: 0 })?.id).toBe("second");
  expect(listPricesInForce(book, 0).map((price) => price.id)).toEqual(["second"]);
});

test("a model's own name goes before another model's alias", () => {
  const aliased = period("alias", "2026-05-01", null, { model: "other", aliases: ["m"] });
  const book = buildPriceBook([period("own", null, null), aliased]);
  expect(findPrice(book, { model: "m", atMs: TODAY_MS })?.id).toBe("own");
});

test("the prices in force are one per model", () => {
  const models = listPricesInForce(PRICE_BOOK, TODAY_MS).map((price) => price.model);
  expect(new Set(models).size).toBe(models.length);
  expect(models).toHaveLength(83);
});
