import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, dayParameter, pagesParameter, textParameter } from "../../parts/search.ts";

export const STATUSES = ["open", "completed", "failed", "canceled"] as const;

export const autoTopUpsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/wallets/auto-topups",
  validateSearch: z.object({
    status: choiceParameter(STATUSES),
    wallet: textParameter,
    from: dayParameter,
    to: dayParameter,
    pages: pagesParameter,
  }),
  component: lazyRouteComponent(() => import("./history-page.tsx"), "AutoTopUpsPage"),
});
