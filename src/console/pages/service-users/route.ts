import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { pagesParameter, textParameter } from "../../parts/search.ts";

export const serviceUsersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/service-users",
  validateSearch: z.object({
    /** A service user who is open beside the list. */
    user: textParameter,
    pages: pagesParameter,
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "ServiceUsersPage"),
});
