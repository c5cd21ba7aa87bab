/** What the events page asks. */
import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { paths } from "../../api/schema.d.ts";
import { endOfDay, startOfDay } from "../../parts/days.ts";
import type { EventsSearch } from "./route.ts";

type EventFilter = NonNullable<paths["/v1/events"]["get"]["parameters"]["query"]>;

/** What the URL says, as the API wants it: its days are those of the zone. */
export function filterOf(search: EventsSearch, timeZone: string): EventFilter {
  const { decision, status, user, team, key, agent, gateway, provider, model, from, to } = search;
  return {
    ...(decision === undefined ? {} : { decision }),
    ...(status === undefined ? {} : { status }),
    ...(user === undefined ? {} : { user_id: user }),
    ...(team === undefined ? {} : { team_id: team }),
    ...(key === undefined ? {} : { key_id: key }),
    ...(agent === undefined ? {} : { agent_id: agent }),
    ...(gateway === undefined ? {} : { gateway_id: gateway }),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(from === undefined ? {} : { from: startOfDay(from, timeZone) }),
    ...(to === undefined ? {} : { to: endOfDay(to, timeZone) }),
  };
}

export function eventsQuery(filter: EventFilter, pages: EventsSearch["pages"]) {
  return listQuery(["events", "list", filter], pages, async (cursor, signal) =>
    read(api.GET("/v1/events", { params: { query: { ...filter, ...cursor } }, signal })),
  );
}

export function eventQuery(id: string) {
  return queryOptions({
    queryKey: ["events", "one", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/events/{id}", { params: { path: { id } }, signal })),
  });
}

/** The body of an event's request or answer, as it was kept. */
export function eventBodyQuery(id: string, part: "request" | "response") {
  return queryOptions({
    queryKey: ["events", "body", id, part],
    queryFn: async ({ signal }) => {
      const options = { params: { path: { id } }, parseAs: "text", signal } as const;
      return part === "request"
        ? read(api.GET("/v1/events/{id}/request", options))
        : read(api.GET("/v1/events/{id}/response", options));
    },
    staleTime: Infinity,
  });
}
