/** What the pages about members ask. */
import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

export function membersQuery(pages: Pages) {
  return listQuery(["members", "list"], pages, async (query, signal) =>
    read(api.GET("/v1/members", { params: { query }, signal })),
  );
}

export function memberQuery(id: string) {
  return queryOptions({
    queryKey: ["members", "one", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/members/{id}", { params: { path: { id } }, signal })),
  });
}

/** Of a member who has one. */
export function seatQuery(id: string) {
  return queryOptions({
    queryKey: ["members", "seat", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/members/{id}/seat", { params: { path: { id } }, signal })),
  });
}

export function memberKeysQuery(id: string) {
  return queryOptions({
    queryKey: ["keys", "of-member", id],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/keys", { params: { query: { member_id: id, limit: 200 } }, signal })),
  });
}
