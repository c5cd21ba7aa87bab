import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { textParameter } from "../../parts/search.ts";

export const chatRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/chat",
  validateSearch: z.object({
    /** Absent: a new one. */
    conversation: textParameter,
    /** Of a new conversation. */
    model: textParameter,
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "ChatPage"),
});
