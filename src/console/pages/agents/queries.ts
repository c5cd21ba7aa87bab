/** What the pages about agents ask. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

export type Agent = Wire<"Agent">;
export type Constraint = Wire<"ConstraintUsage">;

export function agentsQuery(pages: Pages) {
  return listQuery(["agents", "list"], pages, async (query, signal) =>
    read(api.GET("/v1/agents", { params: { query }, signal })),
  );
}

export function agentQuery(id: string) {
  return queryOptions({
    queryKey: ["agents", "one", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/agents/{id}", { params: { path: { id } }, signal })),
  });
}

const SHOWN_AGAIN_MS = 5_000;

/** Holds come and go: what is shown is asked for again. `run`: whose usage the limits per run show. */
export function constraintsQuery(id: string, run: string | undefined) {
  return queryOptions({
    queryKey: ["agents", "constraints", id, run ?? null],
    queryFn: async ({ signal }) =>
      read(
        api.GET("/v1/agents/{id}/usage-constraints", {
          params: { path: { id }, query: run === undefined ? {} : { run_id: run } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: SHOWN_AGAIN_MS,
  });
}

/** Spend of the last 30 days by agent. */
export const agentSpendQuery = queryOptions({
  queryKey: ["spend", "summary", "agent", {}],
  queryFn: async ({ signal }) =>
    read(api.GET("/v1/spend/summary", { params: { query: { group_by: "agent" } }, signal })),
});

/** The newest request of the agent, in an array that is empty when there is none. */
export function lastRequestQuery(id: string) {
  return queryOptions({
    queryKey: ["spend", "logs", "newest", id],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/spend/logs", { params: { query: { agent_id: id, limit: 1 } }, signal })),
  });
}
