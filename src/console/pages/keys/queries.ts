/** What the keys page asks. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import { cursorOf, type Pages } from "../../parts/search.ts";

export function keysQuery(pages: Pages) {
  const cursor = cursorOf(pages);
  return queryOptions({
    queryKey: ["keys", "list", cursor ?? null],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/keys", { params: { query: cursor === undefined ? {} : { cursor } }, signal })),
    placeholderData: keepPreviousData,
  });
}
