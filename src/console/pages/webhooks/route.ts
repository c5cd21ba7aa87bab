import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, pagesParameter, textParameter } from "../../parts/search.ts";

export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;

export const webhooksRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/webhooks",
  validateSearch: z.object({
    pages: pagesParameter,
    /** A webhook that is open beside the list, and what its deliveries are narrowed to. */
    webhook: textParameter,
    status: choiceParameter(DELIVERY_STATUSES),
    deliveries: pagesParameter,
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "WebhooksPage"),
});
