/** The tighter of two limits; null: no limit. */
export function tighter<T extends number | bigint>(a: T | null, b: T | null): T | null {
  if (a === null) return b;
  return b === null || a <= b ? a : b;
}
