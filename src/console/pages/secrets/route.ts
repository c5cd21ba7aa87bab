import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { pagesParameter } from "../../parts/search.ts";

export const secretsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/secrets",
  validateSearch: z.object({ pages: pagesParameter }),
  component: lazyRouteComponent(() => import("./page.tsx"), "SecretsPage"),
});
