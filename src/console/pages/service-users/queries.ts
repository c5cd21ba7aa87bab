/** What the page of service users asks. */
import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

export function serviceUsersQuery(pages: Pages) {
  return listQuery(["service-users", "list"], pages, async (query, signal) =>
    read(api.GET("/v1/service-users", { params: { query }, signal })),
  );
}

export function serviceUserQuery(id: string) {
  return queryOptions({
    queryKey: ["service-users", "one", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/service-users/{id}", { params: { path: { id } }, signal })),
  });
}

/** As many as one page can hold. */
export function serviceUserKeysQuery(id: string) {
  return queryOptions({
    queryKey: ["keys", "of-service-user", id],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/keys", { params: { query: { service_user_id: id, limit: 200 } }, signal })),
  });
}
