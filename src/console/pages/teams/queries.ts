/** What the teams page asks. */
import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

export function teamsQuery(pages: Pages) {
  return listQuery(["teams", "list"], pages, async (query, signal) =>
    read(api.GET("/v1/teams", { params: { query }, signal })),
  );
}

export function teamQuery(id: string) {
  return queryOptions({
    queryKey: ["teams", "one", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/teams/{id}", { params: { path: { id } }, signal })),
  });
}

/** As many as one page can hold. */
export function teamMembersQuery(id: string) {
  return queryOptions({
    queryKey: ["teams", "members", id],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/teams/{id}/members", { params: { path: { id }, query: { limit: 200 } }, signal })),
  });
}
