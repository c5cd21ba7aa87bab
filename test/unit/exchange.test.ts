import { expect, test } from "vitest";
import { convertUsd, findExchangeRate, parseExchangeRate } from "../../src/core/exchange.ts";
import { rational } from "../../src/core/money.ts";

test("USD is 1, whatever the table says", () => {
  expect(findExchangeRate({ USD: "2" }, "USD")).toMatchObject({ ok: true, value: { text: "1" } });
});

test("a rate that is absent, malformed or not positive is missing, never 1", () => {
  const missing = { ok: false, failure: { kind: "exchange_rate_missing", currency: "EUR" } };
  for (const rates of [{}, { GBP: "0.8" }, { EUR: "" }, { EUR: "0" }, { EUR: "-0.9" }, { EUR: "9e-1" }]) {
    expect(findExchangeRate(rates, "EUR")).toEqual(missing);
  }
});

test("a rate keeps the decimal that was set", () => {
  expect(findExchangeRate({ EUR: "0.92" }, "EUR")).toMatchObject({ ok: true, value: { text: "0.92" } });
  expect(parseExchangeRate("0.0000000001")).toBeNull();
});

test("conversion is exact and rounds once, half-up", () => {
  const rate = parseExchangeRate("0.5");
  if (rate === null) throw new Error("not a rate");
  expect(convertUsd(3n, rate)).toBe(2n);
  expect(convertUsd(1n, rate)).toBe(1n);
  // Half a nano-dollar at 0.5 is a quarter: rounding before converting would make it one.
  expect(convertUsd(rational(1n, 2n), rate)).toBe(0n);
});
