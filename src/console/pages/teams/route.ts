import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { pagesParameter, textParameter } from "../../parts/search.ts";

export const teamsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/teams",
  validateSearch: z.object({
    /** A team that is open beside the list. */
    team: textParameter,
    pages: pagesParameter,
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "TeamsPage"),
});
