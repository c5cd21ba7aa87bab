/** Lists on the wire: `{data, has_more, next_cursor}`. */
import { z } from "zod";

const limitSchema = z.coerce.number().int().min(1).max(200).meta({ description: "Rows per page, at most 200." });

export const listQuerySchema = z.strictObject({
  limit: limitSchema.default(50),
  cursor: z.string().min(1).max(256).optional().meta({ description: "`next_cursor` of the page before." }),
});

/** For price lists, which people read whole: by default as much as a page can hold. */
export const wholeListQuerySchema = listQuerySchema.extend({ limit: limitSchema.default(200) });

/** The schema of a page of `row`. */
export function listOf<T extends z.ZodType>(row: T) {
  return z.strictObject({
    data: z.array(row),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  });
}

export interface ListPage<T> {
  data: T[];
  has_more: boolean;
  next_cursor: string | null;
}

/** A page of at most `limit` rows out of the `limit + 1` that were read; `cursorOf` names the last row of the page. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  cursorOf: (row: R) => string,
  toWire: (row: R) => T,
): ListPage<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit;
  return {
    data: shown.map(toWire),
    has_more: hasMore,
    next_cursor: hasMore && last !== undefined ? cursorOf(last) : null,
  };
}

/**
 * A page of a list that is whole in memory. `keyOf` is unique among the rows: the list is in its order, and it is the cursor,
 * so that rows may come and go between two pages.
 */
export function pageOfAll<R, T>(
  rows: readonly R[],
  query: z.output<typeof listQuerySchema>,
  keyOf: (row: R) => string,
  toWire: (row: R) => T,
): ListPage<T> {
  const { limit, cursor } = query;
  const rest = rows
    .map((row) => ({ row, key: keyOf(row) }))
    .filter(({ key }) => cursor === undefined || key > cursor)
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return pageOf(
    rest,
    limit,
    ({ key }) => key,
    ({ row }) => toWire(row),
  );
}

export const deletedSchema = z.strictObject({ id: z.string(), deleted: z.literal(true) }).meta({ id: "Deleted" });

export function deleted(id: string): z.infer<typeof deletedSchema> {
  return { id, deleted: true };
}
