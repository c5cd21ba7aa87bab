/** What the platform's pages ask. */
import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

export function organizationsQuery(pages: Pages) {
  return listQuery(["platform", "organizations"], pages, async (query, signal) =>
    read(api.GET("/v1/admin/organizations", { params: { query }, signal })),
  );
}

/** As many names as one page can hold. */
export const organizationNamesQuery = queryOptions({
  queryKey: ["platform", "organizations", "names"],
  queryFn: async ({ signal }) => {
    const { data } = await read(api.GET("/v1/admin/organizations", { params: { query: { limit: 200 } }, signal }));
    return new Map(data.map(({ id, name }) => [id, name]));
  },
});

export function administratorsQuery(pages: Pages) {
  return listQuery(["platform", "administrators"], pages, async (query, signal) =>
    read(api.GET("/v1/admin/administrators", { params: { query }, signal })),
  );
}

export const doctorQuery = queryOptions({
  queryKey: ["platform", "doctor"],
  queryFn: async ({ signal }) => read(api.GET("/v1/admin/doctor", { signal })),
});

/** Reads every entry of every ledger: ten organizations at a time. */
export function reconciliationQuery(organizationId: string | undefined, pages: Pages) {
  return listQuery(["platform", "books", organizationId ?? null], pages, async (cursor, signal) =>
    read(
      api.GET("/v1/admin/reconciliation", {
        params: {
          query: { limit: 10, ...(organizationId === undefined ? {} : { organization_id: organizationId }), ...cursor },
        },
        signal,
      }),
    ),
  );
}
