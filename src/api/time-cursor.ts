/** Cursors of lists that are newest first: `<created at>.<id>` of the last row that was shown. */
import { sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { fail, invalid, ok, type Result } from "../core/failure.ts";

interface TimedRow {
  readonly createdAtMs: number;
  readonly id: string;
}

export function timeCursorOf({ createdAtMs, id }: TimedRow): string {
  return `${createdAtMs}.${id}`;
}

/** The rows after the cursor, in a list by `createdAtMs` and then `id`, both descending. */
export function afterTimeCursor(
  cursor: string | undefined,
  table: { readonly createdAtMs: SQLiteColumn; readonly id: SQLiteColumn },
): Result<SQL | undefined> {
  if (cursor === undefined) return ok(undefined);
  const match = /^(\d{1,15})\.(.+)$/.exec(cursor);
  if (match === null) return fail(invalid("cursor", "invalid_value", "`cursor` is not the `next_cursor` of a page."));
  const [, createdAtText = "", id = ""] = match;
  const createdAtMs = Number(createdAtText);
  // One comparison of both: an index is entered there, where an OR would have it read from its newest row on.
  return ok(sql`(${table.createdAtMs}, ${table.id}) < (${createdAtMs}, ${id})`);
}
