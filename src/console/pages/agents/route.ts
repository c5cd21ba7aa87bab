import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { pagesParameter, textParameter } from "../../parts/search.ts";

export const agentsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/agents",
  validateSearch: z.object({ pages: pagesParameter }),
  component: lazyRouteComponent(() => import("./page.tsx"), "AgentsPage"),
});

export const agentRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/agents/$id",
  /** The run whose usage is shown. */
  validateSearch: z.object({ run: textParameter }),
  component: lazyRouteComponent(() => import("./agent-page.tsx"), "AgentPage"),
});
