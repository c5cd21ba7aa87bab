/**
 * Amounts as Stripe takes them: integers of the smallest unit. Its special cases (ISK and UGX with two decimals that must be zero, HUF
 * and TWD paid out in whole units, three-decimal currencies in tens) are of currencies that no wallet has.
 */
import { z } from "zod";
import type { Result } from "../../../core/failure.ts";
import { fromMinorUnits, minorUnitDecimals, toMinorUnits } from "../../../core/minor-units.ts";
import { CURRENCIES, type Currency, type Nanos } from "../../../core/money.ts";
import type { ProviderFault } from "../provider.ts";
import { rejected } from "./fault.ts";

/** Stripe's smallest charges (docs.stripe.com/currencies). For CNY it has none of its own and decides by the exchange rate. */
const MINIMUM: Readonly<Record<Currency, bigint>> = {
  USD: 50n,
  EUR: 50n,
  GBP: 30n,
  JPY: 50n,
  AUD: 50n,
  CAD: 50n,
  CNY: 1n,
};
/** Eight digits (docs.stripe.com/api/payment_intents). */
const MAXIMUM = 99_999_999n;

/** What a payer can be asked for. `rejected` says which limit it is. */
export function toPayable(amountNanos: Nanos, currency: Currency): Result<number, ProviderFault> {
  const units = toMinorUnits(amountNanos, currency);
  const minimum = MINIMUM[currency];
  if (units === null) return rejected(`amounts in ${currency} have at most ${minorUnitDecimals(currency)} decimals`);
  if (units < minimum) return rejected(`Stripe takes at least ${formatUnits(minimum, currency)} ${currency}`);
  if (units > MAXIMUM) return rejected(`Stripe takes at most ${formatUnits(MAXIMUM, currency)} ${currency}`);
  return { ok: true, value: Number(units) };
}

/** What can be given back: any part of a payment. */
export function toRefundable(amountNanos: Nanos, currency: Currency): Result<number, ProviderFault> {
  const units = toMinorUnits(amountNanos, currency);
  if (units === null) return rejected(`amounts in ${currency} have at most ${minorUnitDecimals(currency)} decimals`);
  if (units < 1n || units > MAXIMUM) return rejected("a refund needs an amount above zero, and not above its payment");
  return { ok: true, value: Number(units) };
}

export function toNanos(units: number, currency: Currency): Nanos {
  return fromMinorUnits(BigInt(units), currency);
}

export const unitsSchema = z.int().nonnegative();

export const walletCurrencySchema = z.enum(CURRENCIES);

/** Stripe writes `usd`. */
export const currencySchema = z
  .string()
  .transform((code) => code.toUpperCase())
  .pipe(walletCurrencySchema);

function formatUnits(units: bigint, currency: Currency): string {
  const decimals = minorUnitDecimals(currency);
  const digits = units.toString().padStart(decimals + 1, "0");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
