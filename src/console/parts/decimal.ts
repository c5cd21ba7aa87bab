/** Exact comparisons and differences of the API's decimal strings, where only the console knows both. */

const SCALE = 9;

/** Billionths, e.g. `"0.5"`: 500,000,000. Throws for what is no decimal with at most nine places. */
function billionthsOf(amount: string): bigint {
  const [, sign = "", whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(amount) ?? [];
  if (whole === undefined) throw new RangeError(`not a decimal: ${amount}`);
  return BigInt(sign + whole + fraction.padEnd(SCALE, "0"));
}

export function compareAmounts(a: string, b: string): number {
  const difference = billionthsOf(a) - billionthsOf(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** `a` without `b`, never below zero. */
export function amountBeyond(a: string, b: string): string {
  const difference = billionthsOf(a) - billionthsOf(b);
  if (difference <= 0n) return "0.00";
  const digits = difference.toString().padStart(SCALE + 1, "0");
  return `${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}
