import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter } from "../../parts/search.ts";

export const TOOLS = [
  "curl",
  "openai-js",
  "openai-python",
  "anthropic-js",
  "anthropic-python",
  "ai-sdk",
  "claude-code",
  "codex",
] as const;

export const startRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/start",
  validateSearch: z.object({
    /** Which snippet is shown. */
    tool: choiceParameter(TOOLS),
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "StartPage"),
});
