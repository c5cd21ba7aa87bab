/** Digests that must not await, because a command runs in one synchronous transaction. */
import { createHash } from "node:crypto";
import { writeStored } from "./stored-json.ts";

/** SHA-256 of plain data in lower-case hex, whatever the order of its fields. Tells repeats of a command from conflicts. */
export function hashContent(content: unknown): string {
  return createHash("sha256")
    .update(writeStored(sortFields(content)))
    .digest("hex");
}

/** An id that follows from what it names: the same parts give the same id. */
export function deriveId(prefix: string, parts: readonly (string | null)[]): string {
  return `${prefix}_${hashContent(parts).slice(0, 26)}`;
}

function sortFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortFields);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return fields.map(([name, field]) => [name, sortFields(field)]);
}
