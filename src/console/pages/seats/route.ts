import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { pagesParameter } from "../../parts/search.ts";

export const seatsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/seats",
  validateSearch: z.object({ pages: pagesParameter }),
  component: lazyRouteComponent(() => import("./page.tsx"), "SeatsPage"),
});
