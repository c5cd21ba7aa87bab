/** Exchange rates: units of a currency per 1 USD, exact. A missing rate is a failure, never 1 (contract: Wallets). */
import { fail, ok } from "./failure.ts";
import type { Failure, Result } from "./failure.ts";
import { multiply, ONE, parseRational, rational, roundHalfUp } from "./money.ts";
import type { Currency, Nanos, Rational } from "./money.ts";

/** Units of the currency per 1 USD, as decimal strings with at most nine decimals. */
export type ExchangeRates = Readonly<Partial<Record<Currency, string>>>;

export interface ExchangeRate {
  /** The decimal that is frozen on a reservation and shown; `1` for USD. */
  readonly text: string;
  readonly rate: Rational;
}

export type ExchangeRateMissing = Extract<Failure, { readonly kind: "exchange_rate_missing" }>;

const USD: ExchangeRate = { text: "1", rate: ONE };

/** The rate of a currency. USD is always 1; a rate that is absent, malformed or not positive is missing. */
export function findExchangeRate(rates: ExchangeRates, currency: Currency): Result<ExchangeRate, ExchangeRateMissing> {
  if (currency === "USD") return ok(USD);
  const text = rates[currency];
  const rate = text === undefined ? null : parseExchangeRate(text);
  if (text === undefined || rate === null) return fail({ kind: "exchange_rate_missing", currency });
  return ok({ text, rate });
}

/** A positive decimal with at most nine decimals; null for anything else. */
export function parseExchangeRate(text: string): Rational | null {
  const rate = parseRational(text);
  return rate === null || rate.numerator <= 0n ? null : rate;
}

/** Nano-USD, exact or already rounded, in nano-units of another currency: rounded once, half-up. */
export function convertUsd(usdNanos: Rational | Nanos, rate: Rational): Nanos {
  return roundHalfUp(multiply(typeof usdNanos === "bigint" ? rational(usdNanos) : usdNanos, rate));
}
