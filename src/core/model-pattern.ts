/** How keys and policies name models. */

/** A pattern is an exact name, or a prefix followed by one `*` at its end. */
export function matchesPattern(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
