/** The auditor's own exact arithmetic, so that a fault of the ledger's cannot hide in both. Never negative. */
export interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

export const NOTHING: Fraction = { top: 0n, bottom: 1n };

export function whole(count: bigint | number): Fraction {
  return { top: BigInt(count), bottom: 1n };
}

/** `"12.50"` is 1250 / 100. */
export function decimal(text: string): Fraction {
  const [units = "", digits = ""] = text.split(".");
  return { top: BigInt(units + digits), bottom: 10n ** BigInt(digits.length) };
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return { top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom };
}

export function times(...factors: readonly Fraction[]): Fraction {
  let product = whole(1);
  for (const { top, bottom } of factors) product = { top: product.top * top, bottom: product.bottom * bottom };
  return product;
}

export function ratio(a: Fraction, b: Fraction): Fraction {
  return { top: a.top * b.bottom, bottom: a.bottom * b.top };
}

export function isMore(a: Fraction, b: Fraction): boolean {
  return a.top * b.bottom > b.top * a.bottom;
}

export function largest(values: readonly Fraction[]): Fraction {
  let most = NOTHING;
  for (const value of values) if (isMore(value, most)) most = value;
  return most;
}

/** Half a unit goes up. */
export function nearest({ top, bottom }: Fraction): bigint {
  const below = top / bottom;
  return (top - below * bottom) * 2n >= bottom ? below + 1n : below;
}

export function roundedDown({ top, bottom }: Fraction): bigint {
  return top / bottom;
}

export function roundedUp({ top, bottom }: Fraction): bigint {
  return (top + bottom - 1n) / bottom;
}
