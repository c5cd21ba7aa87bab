/** What the spend page asks. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import { cursorOf } from "../../parts/search.ts";
import { endOfDay, startOfDay } from "../../parts/days.ts";
import type { GROUPINGS, SpendSearch } from "./route.ts";

/** The filters of the page; none: the API's last 30 days of everything. */
export interface SpendFilter {
  readonly provider?: string;
  /** Instants. */
  readonly from?: string;
  readonly to?: string;
}

export type Grouping = (typeof GROUPINGS)[number] | "day" | "hour";

/** What the URL says, as the API wants it: its days are those of the zone. */
export function filterOf({ provider, from, to }: SpendSearch, timeZone: string): SpendFilter {
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(from === undefined ? {} : { from: startOfDay(from, timeZone) }),
    ...(to === undefined ? {} : { to: endOfDay(to, timeZone) }),
  };
}

export function spendSummaryQuery({ group, filter = {} }: { readonly group: Grouping; readonly filter?: SpendFilter }) {
  return queryOptions({
    queryKey: ["spend", "summary", group, filter],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/spend/summary", { params: { query: { ...filter, group_by: group } }, signal })),
    placeholderData: keepPreviousData,
  });
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
