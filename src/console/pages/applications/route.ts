import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, pagesParameter } from "../../parts/search.ts";

export const applicationsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/applications",
  validateSearch: z.object({
    /** Absent: the person's own. */
    of: choiceParameter(["everybody"]),
    pages: pagesParameter,
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "ApplicationsPage"),
});
