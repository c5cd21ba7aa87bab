/** What the seats page asks. */
import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

const ROWS = 25;

/** Members who have a seat. */
export function seatedQuery(pages: Pages) {
  return listQuery(["members", "seated"], pages, async (cursor, signal) =>
    read(api.GET("/v1/members", { params: { query: { seat: "true", limit: ROWS, ...cursor } }, signal })),
  );
}

/** As many of them as one page can hold: to be counted. */
export const seatCountQuery = queryOptions({
  queryKey: ["members", "seat-count"],
  queryFn: async ({ signal }) => {
    const { data, has_more: isMore } = await read(
      api.GET("/v1/members", { params: { query: { seat: "true", limit: 200 } }, signal }),
    );
    return { count: data.length, isMore };
  },
});

/** Members who have none, as many as one page can hold. */
export const seatlessQuery = queryOptions({
  queryKey: ["members", "seatless"],
  queryFn: async ({ signal }) =>
    read(api.GET("/v1/members", { params: { query: { seat: "false", limit: 200 } }, signal })),
});
