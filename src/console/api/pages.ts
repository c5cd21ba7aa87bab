/** Lists of the API, page by page. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { cursorOf, type Pages } from "../parts/search.ts";

/** What a list takes: the cursor of the page that the URL names. */
export type CursorQuery = Readonly<Partial<Record<"cursor", string>>>;

/**
 * A page of a list: `key` begins with the resource and names every filter; `ask` is given the cursor. The page before stays on the
 * screen until the next one is there.
 */
export function listQuery<Page>(
  key: readonly unknown[],
  pages: Pages,
  ask: (cursor: CursorQuery, signal: AbortSignal) => Promise<Page>,
) {
  const cursor = cursorOf(pages);
  return queryOptions({
    queryKey: [...key, cursor ?? null],
    queryFn: async ({ signal }) => ask(cursor === undefined ? {} : { cursor }, signal),
    placeholderData: keepPreviousData,
  });
}
