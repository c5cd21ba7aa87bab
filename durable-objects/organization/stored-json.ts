/**
 * JSON for columns of our own storage, with exact bigints: `12n` is stored as `"#n12"`, and a string that begins with `#`
 * gets another `#` in front. Only this object writes such columns, so what is read back has the type that was written.
 */

export function writeStored(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "bigint") return `#n${part}`;
    return typeof part === "string" && part.startsWith("#") ? `#${part}` : part;
  });
}

export function readStored<T>(text: string): T {
  const value: T = JSON.parse(text, (_key, part: unknown) => {
    if (typeof part !== "string" || !part.startsWith("#")) return part;
    return part.startsWith("#n") ? BigInt(part.slice(2)) : part.slice(1);
  });
  return value;
}
