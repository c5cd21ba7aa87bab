import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, dayParameter, pagesParameter, textParameter } from "../../parts/search.ts";

export const EVENT_STATUSES = [
  "completed",
  "client_disconnected",
  "upstream_error",
  "refused",
  "cached",
  "expired",
] as const;

const eventsSearchSchema = z.object({
  decision: choiceParameter(["allow", "deny"]),
  status: choiceParameter(EVENT_STATUSES),
  user: textParameter,
  team: textParameter,
  key: textParameter,
  agent: textParameter,
  gateway: textParameter,
  provider: textParameter,
  model: textParameter,
  from: dayParameter,
  to: dayParameter,
  /** An event that is open beside the list. */
  event: textParameter,
  pages: pagesParameter,
});

export type EventsSearch = z.output<typeof eventsSearchSchema>;

export const eventsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/events",
  validateSearch: eventsSearchSchema,
  component: lazyRouteComponent(() => import("./page.tsx"), "EventsPage"),
});
