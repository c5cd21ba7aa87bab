/**
 * A text that two JSON documents share exactly when they say the same: the order of names and white space do not matter, and
 * every number counts as it is written, so that none is rounded into another. Throws a `SyntaxError` when it is no JSON.
 */
export function jsonIdentity(text: string): string {
  return JSON.stringify(
    JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) => {
      if (typeof value === "number") return ["number", context?.source];
      if (Array.isArray(value)) return ["array", ...value];
      if (typeof value !== "object" || value === null) return value;
      return ["object", ...Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))];
    }),
  );
}
