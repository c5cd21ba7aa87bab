/** Names of what answers mention by id: members, teams, keys, agents, gateways, service users. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, read } from "./client.ts";
import { useMay, type Capability } from "./session.ts";

interface Named {
  readonly id: string;
  readonly name: string;
}

interface NamedPage {
  readonly data: readonly Named[];
  readonly next_cursor: string | null;
}

/** So many pages of 200 are read; what is further has its id for a name. */
const MAX_PAGES = 10;

const PAGE_OF = {
  user: (query: PageQuery, signal: AbortSignal): Promise<NamedPage> =>
    read(api.GET("/v1/members", { params: { query }, signal })),
  team: (query: PageQuery, signal: AbortSignal): Promise<NamedPage> =>
    read(api.GET("/v1/teams", { params: { query }, signal })),
  key: (query: PageQuery, signal: AbortSignal): Promise<NamedPage> =>
    read(api.GET("/v1/keys", { params: { query }, signal })),
  agent: (query: PageQuery, signal: AbortSignal): Promise<NamedPage> =>
    read(api.GET("/v1/agents", { params: { query }, signal })),
  gateway: (query: PageQuery, signal: AbortSignal): Promise<NamedPage> =>
    read(api.GET("/v1/gateways", { params: { query }, signal })),
  service_user: (query: PageQuery, signal: AbortSignal): Promise<NamedPage> =>
    read(api.GET("/v1/service-users", { params: { query }, signal })),
};

/** Query keys begin like those of the lists, so that whatever changes a list changes its names. */
const LIST_OF = {
  user: "members",
  team: "teams",
  key: "keys",
  agent: "agents",
  gateway: "gateways",
  service_user: "service-users",
} as const;

export type NamedKind = keyof typeof PAGE_OF;

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

export function namesQuery(kind: NamedKind) {
  return queryOptions({
    queryKey: [LIST_OF[kind], "names"],
    queryFn: async ({ signal }) => {
      const names = new Map<string, string>();
      let cursor: string | null = null;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const query: PageQuery = { limit: 200, ...(cursor === null ? {} : { cursor }) };
        const { data, next_cursor: next } = await PAGE_OF[kind](query, signal);
        for (const { id, name } of data) names.set(id, name);
        cursor = next;
        if (cursor === null) break;
      }
      return names;
    },
    staleTime: 60_000,
  });
}

/** What reading these names needs. */
export function readerOf(kind: NamedKind): Capability {
  return kind === "agent" ? "agents:read" : "org:read";
}

/** Finds the name of an id; the id itself while names load, for those who may not read them, and of what was deleted. */
export function useNames(kind: NamedKind): (id: string) => string {
  const { data } = useQuery({ ...namesQuery(kind), enabled: useMay(readerOf(kind)) });
  return useCallback((id) => data?.get(id) || id, [data]);
}
