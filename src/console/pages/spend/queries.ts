/** What the spend page asks. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import type { SpendFilter } from "../../api/spend.ts";
import { cursorOf } from "../../parts/search.ts";
import { endOfDay, startOfDay } from "../../parts/days.ts";
import type { SpendSearch } from "./route.ts";

/** What the URL says, as the API wants it: its days are those of the zone. */
export function filterOf({ provider, from, to }: SpendSearch, timeZone: string): SpendFilter {
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(from === undefined ? {} : { from: startOfDay(from, timeZone) }),
    ...(to === undefined ? {} : { to: endOfDay(to, timeZone) }),
  };
}

export function spendLogsQuery(filter: SpendFilter, pages: SpendSearch["pages"]) {
  const cursor = cursorOf(pages);
  return queryOptions({
    queryKey: ["spend", "logs", filter, cursor ?? null],
    queryFn: async ({ signal }) =>
      read(
        api.GET("/v1/spend/logs", {
          params: { query: { ...filter, ...(cursor === undefined ? {} : { cursor }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function spendLogQuery(id: string) {
  return queryOptions({
    queryKey: ["spend", "log", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/spend/logs/{id}", { params: { path: { id } }, signal })),
  });
}

/** The rows of the filter as a file; at most as many as the API gives at once. */
export async function readSpendFile(filter: SpendFilter): Promise<Blob> {
  return read(api.GET("/v1/spend/export", { params: { query: filter }, parseAs: "blob" }));
}
