import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { pagesParameter, textParameter } from "../../parts/search.ts";

export const membersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/members",
  validateSearch: z.object({
    /** A member who is open beside the list. */
    member: textParameter,
    pages: pagesParameter,
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "MembersPage"),
});
