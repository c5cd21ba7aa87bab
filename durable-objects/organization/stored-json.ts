/**
 * JSON for columns of our own storage, with exact bigints: `12n` is stored as `"#n12"`, and a string that begins with `#`
 * gets another `#` in front. Only this object writes such columns, so what is read back has the type that was written.
 */

declare const written: unique symbol;

/** The text of a column that `writeStored` wrote from a `T`. Row types say so; the schema is where it is kept. */
export type Stored<T> = string & { readonly [written]: T };

export function writeStored(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "bigint") return `#n${part}`;
    return typeof part === "string" && part.startsWith("#") ? `#${part}` : part;
  });
}

export function readStored<T>(text: Stored<T>): T {
  return readStoredParts([text]);
}

/** For a value that is too long for one row. */
export function readStoredParts<T>(parts: readonly Stored<T>[]): T {
  const value: T = JSON.parse(parts.join(""), (_key, part: unknown) => {
    if (typeof part !== "string" || !part.startsWith("#")) return part;
    return part.startsWith("#n") ? BigInt(part.slice(2)) : part.slice(1);
  });
  return value;
}
