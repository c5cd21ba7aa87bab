/** Digests that must not await, because a command runs in one synchronous transaction. */
import { hash } from "node:crypto";

/** SHA-256 of plain data in lower-case hex, whatever the order of its fields. Tells repeats of a command from conflicts. */
export function hashContent(content: unknown): string {
  return hash("sha256", canonicalText(content), "hex");
}

/** An id that follows from what it names: the same parts give the same id. */
export function deriveId(prefix: string, parts: readonly (string | null)[]): string {
  return `${prefix}_${hashContent(parts).slice(0, 26)}`;
}

/** JSON with sorted fields, and with `12n` for a bigint. A field that is undefined is as good as absent. */
function canonicalText(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields: string[] = [];
  for (const [name, field] of Object.entries(value).toSorted(byName)) {
    if (field !== undefined) fields.push(`${JSON.stringify(name)}:${canonicalText(field)}`);
  }
  return `{${fields.join()}}`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
