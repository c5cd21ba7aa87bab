import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { frameRoute } from "../../frame/route.ts";

export const reconciliationRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/reconciliation",
  component: lazyRouteComponent(() => import("./page.tsx"), "ReconciliationPage"),
});
