import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, pagesParameter } from "../../parts/search.ts";

export const gatewaysRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/gateways",
  validateSearch: z.object({ pages: pagesParameter }),
  component: lazyRouteComponent(() => import("./page.tsx"), "GatewaysPage"),
});

const versionParameter = z.catch(z.optional(z.int().check(z.minimum(1))), undefined);

export const gatewayRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/gateways/$id",
  validateSearch: z.object({
    view: choiceParameter(["configuration", "versions"]),
    pages: pagesParameter,
    /** A version that is open, and the one that it is compared with. */
    version: versionParameter,
    against: versionParameter,
  }),
  component: lazyRouteComponent(() => import("./gateway-page.tsx"), "GatewayPage"),
});
