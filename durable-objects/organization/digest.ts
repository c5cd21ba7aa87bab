/** Digests that must not await, because a command runs in one synchronous transaction. */
import { hash } from "node:crypto";

/** SHA-256 of plain data in lower-case hex, whatever the order of its fields. Tells repeats of a command from conflicts. */
export function hashContent(content: unknown): string {
  return hash("sha256", JSON.stringify(sortFields(content)), "hex");
}

/** An id that follows from what it names: the same parts give the same id. */
export function deriveId(prefix: string, parts: readonly (string | null)[]): string {
  return `${prefix}_${hashContent(parts).slice(0, 26)}`;
}

/** For JSON: fields as a list of names and values, sorted by name; a field that is undefined is as good as absent. */
function sortFields(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sortFields);
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const sorted: unknown[] = [];
  for (const name of Object.keys(fields).toSorted()) {
    const field = fields[name];
    if (field !== undefined) sorted.push(name, sortFields(field));
  }
  return sorted;
}
