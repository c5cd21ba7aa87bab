/** What the pages of budgets ask. */
import { queryOptions } from "@tanstack/react-query";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

export type Budget = Wire<"Budget">;
export type StandingWindow = Wire<"StandingBudgetWindow">;
export type BudgetWindow = Wire<"BudgetWindow">;
export type WindowName = BudgetWindow["window"];

export const WINDOWS = ["hourly", "daily", "weekly", "monthly"] as const satisfies readonly WindowName[];

const STANDING_EVERY_MS = 5_000;

export function budgetsQuery(pages: Pages) {
  return listQuery(["budgets", "list"], pages, async (cursor, signal) =>
    read(api.GET("/v1/unified-access/budgets", { params: { query: cursor }, signal })),
  );
}

export function budgetQuery(id: string) {
  return queryOptions({
    queryKey: ["budgets", "one", id],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/unified-access/budgets/{id}", { params: { path: { id } }, signal })),
  });
}

export const standingQuery = queryOptions({
  queryKey: ["budgets", "standing"],
  queryFn: async ({ signal }) => read(api.GET("/v1/unified-access/budgets/standing", { signal })),
  refetchInterval: STANDING_EVERY_MS,
});

/** Who would send a request, for which model; nobody: a request that only the organization's budgets count. */
export interface BudgetQuestion {
  readonly user_id?: string;
  readonly team_id?: string;
  readonly service_user_id?: string;
  readonly agent_id?: string;
  readonly key_id?: string;
  readonly model?: string;
  readonly endpoint?: Wire<"SimulateBudgets">["endpoint"];
}

export function effectiveQuery(question: BudgetQuestion) {
  return queryOptions({
    queryKey: ["budgets", "effective", question],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/unified-access/budgets/effective", { params: { query: question }, signal })),
    refetchInterval: STANDING_EVERY_MS,
  });
}
