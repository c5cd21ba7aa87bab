/** Amounts as payment providers take them: whole minor units of a currency, such as cents (ISO 4217). */
import { NANOS_PER_UNIT } from "./money.ts";
import type { Currency, Nanos } from "./money.ts";

const DECIMALS: Readonly<Record<Currency, number>> = { USD: 2, EUR: 2, GBP: 2, JPY: 0, AUD: 2, CAD: 2, CNY: 2 };

/** How many decimals an amount of the currency can have when it is paid. */
export function minorUnitDecimals(currency: Currency): number {
  return DECIMALS[currency];
}

/** The amount in minor units; null when it is no whole number of them. */
export function toMinorUnits(amountNanos: Nanos, currency: Currency): bigint | null {
  const unitNanos = nanosPerMinorUnit(currency);
  return amountNanos % unitNanos === 0n ? amountNanos / unitNanos : null;
}

export function fromMinorUnits(amount: bigint, currency: Currency): Nanos {
  return amount * nanosPerMinorUnit(currency);
}

/** The smallest amount that can be paid and is at least as large: what a checkout for a shortage must be about. */
export function roundUpToMinorUnits(amountNanos: Nanos, currency: Currency): Nanos {
  const unitNanos = nanosPerMinorUnit(currency);
  const rest = amountNanos % unitNanos;
  return rest > 0n ? amountNanos - rest + unitNanos : amountNanos - rest;
}

function nanosPerMinorUnit(currency: Currency): Nanos {
  return NANOS_PER_UNIT / 10n ** BigInt(minorUnitDecimals(currency));
}
