/** Sums of what was spent. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read } from "./client.ts";

/** None: the API's last 30 days of everything. */
export interface SpendFilter {
  readonly provider?: string;
  /** Instants. */
  readonly from?: string;
  readonly to?: string;
}

export type Grouping = "provider" | "model" | "team" | "user" | "key" | "agent" | "day" | "hour";

export function spendSummaryQuery({ group, filter = {} }: { readonly group: Grouping; readonly filter?: SpendFilter }) {
  return queryOptions({
    queryKey: ["spend", "summary", group, filter],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/spend/summary", { params: { query: { ...filter, group_by: group } }, signal })),
    placeholderData: keepPreviousData,
  });
}
