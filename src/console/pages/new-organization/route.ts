import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../../frame/route.ts";

export const newOrganizationRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/organizations/new",
  component: lazyRouteComponent(() => import("./page.tsx"), "NewOrganizationPage"),
});
