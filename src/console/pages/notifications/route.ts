import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { pagesParameter, switchParameter, textParameter } from "../../parts/search.ts";

export const notificationsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/notifications",
  validateSearch: z.object({ unread: switchParameter, type: textParameter, pages: pagesParameter }),
  component: lazyRouteComponent(() => import("./page.tsx"), "NotificationsPage"),
});
