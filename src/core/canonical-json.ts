/** One text for each JSON value, so that whoever has the value can compute the same hash (RFC 8785, JSON Canonicalization Scheme). */

/**
 * Members in the order of their names' UTF-16 code units, no spaces, numbers and strings as ECMAScript writes them. What JSON does
 * not know, such as `undefined`, is left out of objects and null elsewhere, as in `JSON.stringify`.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
