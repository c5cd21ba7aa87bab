/**
 * Exact money. An amount is a `bigint` of nano-units (10⁻⁹) of a currency; everything in between is a rational.
 * No float ever holds money (design: Money).
 */

/** 10⁻⁹ of a currency unit. */
export type Nanos = bigint;

export const NANOS_PER_UNIT = 1_000_000_000n;

/** The largest amount that SQLite's int64 can hold: about 9.2 billion units. */
export const MAX_NANOS: Nanos = 2n ** 63n - 1n;

/** A hundred million units: no request costs more, and what does is a broken meter that must not overflow a balance. */
export const MAX_PLAUSIBLE_NANOS: Nanos = 10n ** 17n;

/** Whether an amount can be stored: `MAX_NANOS` above or below zero at most. */
export function fitsInt64(amountNanos: Nanos): boolean {
  return amountNanos <= MAX_NANOS && amountNanos >= -MAX_NANOS;
}

export function smaller(a: Nanos, b: Nanos): Nanos {
  return a < b ? a : b;
}

export function larger(a: Nanos, b: Nanos): Nanos {
  return a > b ? a : b;
}

export const CURRENCIES = ["USD", "EUR", "GBP", "JPY", "AUD", "CAD", "CNY"] as const;
export type Currency = (typeof CURRENCIES)[number];

/** An exact fraction; `denominator` is always positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ZERO: Rational = { numerator: 0n, denominator: 1n };
export const ONE: Rational = { numerator: 1n, denominator: 1n };

export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator <= 0n) throw new RangeError("a rational needs a positive denominator");
  return { numerator, denominator };
}

export function add(a: Rational, b: Rational): Rational {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  }
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

export function multiply(a: Rational, b: Rational): Rational {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** `a ÷ b`; `b` must be positive. */
export function divide(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The integer at or below the value. */
export function floor(value: Rational): bigint {
  const quotient = value.numerator / value.denominator;
  return value.numerator < 0n && quotient * value.denominator !== value.numerator ? quotient - 1n : quotient;
}

/** Rounds half up (towards positive infinity), the one rounding rule of this product. */
export function roundHalfUp(value: Rational): bigint {
  return floor({
    numerator: 2n * value.numerator + value.denominator,
    denominator: 2n * value.denominator,
  });
}

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{1,9}))?$/;

/**
 * Parses a decimal with at most nine decimals, such as `"12.50"`, into 10⁻⁹ of its unit.
 * Returns null for anything else (exponents, signs in odd places, spaces, more decimals, over fifteen integer digits).
 */
export function parseDecimalNanos(text: string): Nanos | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign = "", units = "0", fraction = ""] = match;
  const nanos = BigInt(units) * NANOS_PER_UNIT + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -nanos : nanos;
}

/**
 * Parses an amount as it comes in on the wire: a decimal string or a JSON number (contract: Money).
 * A number is read through its shortest decimal form, so `0.1` is exactly one tenth. Returns null if it is not an amount
 * that fits into int64 nano-units.
 */
export function parseAmountNanos(input: string | number): Nanos | null {
  const nanos = parseDecimalNanos(plainDecimal(input));
  return nanos === null || !fitsInt64(nanos) ? null : nanos;
}

/** A decimal from the wire as text. JavaScript prints small numbers as `1e-7`; this writes the same digits without an exponent. */
export function plainDecimal(input: string | number): string {
  if (typeof input === "string") return input;
  const text = String(input);
  const match = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", units = "", fraction = "", exponent = ""] = match;
  return `${sign}0.${"0".repeat(Number(exponent) - 1)}${units}${fraction}`;
}

/** Formats nano-units as a decimal string with at least two and at most nine decimals: `"12.50"`. */
export function formatNanos(nanos: Nanos): string {
  const negative = nanos < 0n;
  const digits = (negative ? -nanos : nanos).toString().padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0{1,7}$/, "");
  return `${negative ? "-" : ""}${digits.slice(0, -9)}.${fraction}`;
}

/** Exact rational of a decimal string (an exchange rate, a multiplier); null if it is not one. */
export function parseRational(text: string): Rational | null {
  const nanos = parseDecimalNanos(text);
  return nanos === null ? null : rational(nanos, NANOS_PER_UNIT);
}
