import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, dayParameter, pagesParameter, textParameter } from "../../parts/search.ts";

export const GROUPINGS = ["provider", "model", "team", "user", "key", "agent"] as const;

const spendSearchSchema = z.object({
  view: choiceParameter(["summary", "logs"]),
  provider: textParameter,
  from: dayParameter,
  to: dayParameter,
  group: choiceParameter(GROUPINGS),
  /** A spend log that is open beside the list. */
  log: textParameter,
  pages: pagesParameter,
});

export type SpendSearch = z.output<typeof spendSearchSchema>;

export const spendRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/spend",
  validateSearch: spendSearchSchema,
  component: lazyRouteComponent(() => import("./page.tsx"), "SpendPage"),
});
