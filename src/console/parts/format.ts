/** How amounts, counts and times are written. Amounts are decimal strings and never become floats. */

type Decimal = `${number}`;

function isDecimal(text: string): text is Decimal {
  return /^-?\d+(\.\d+)?$/.test(text);
}

function decimalOf(text: string): Decimal {
  if (!isDecimal(text)) throw new RangeError(`not a decimal: ${text}`);
  return text;
}

const COUNTS = new Intl.NumberFormat(undefined);
const SHORT_COUNTS = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

/** Every digit that the amount has, at least the currency's two: `$0.000045`. */
export function formatAmount(amount: string, currency: string): string {
  return new Intl.NumberFormat(undefined, {
    style: "currency",
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: 9,
  }).format(decimalOf(amount));
}

/** For axes and tight places: rounded to two significant places below one cent. */
export function formatShortAmount(amount: string, currency: string): string {
  return new Intl.NumberFormat(undefined, {
    style: "currency",
    currency,
    notation: "compact",
    maximumSignificantDigits: 3,
  }).format(decimalOf(amount));
}

/** Null: not measured. */
export function formatCount(count: number | null): string {
  return count === null ? "–" : COUNTS.format(count);
}

export function formatShortCount(count: number): string {
  return SHORT_COUNTS.format(count);
}

/** An instant in the viewer's own zone. */
export function formatTime(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

/** A day `2026-11-25` in words. */
export function formatDay(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { dateStyle: "medium", timeZone: "UTC" });
}
