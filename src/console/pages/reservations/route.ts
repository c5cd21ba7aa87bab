import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, pagesParameter, textParameter } from "../../parts/search.ts";

export const STATUSES = ["open", "settled", "released", "expired"] as const;

export const reservationsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/reservations",
  validateSearch: z.object({
    status: choiceParameter(STATUSES),
    wallet: textParameter,
    pages: pagesParameter,
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "ReservationsPage"),
});
