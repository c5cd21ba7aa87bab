import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, pagesParameter, textParameter } from "../../parts/search.ts";

export const budgetsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/budgets",
  validateSearch: z.object({ pages: pagesParameter }),
  component: lazyRouteComponent(() => import("./page.tsx"), "BudgetsPage"),
});

export const SUBJECTS = ["user", "team", "service_user", "agent", "key"] as const;

export const budgetCheckRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/budgets/check",
  validateSearch: z.object({
    user: textParameter,
    team: textParameter,
    service_user: textParameter,
    agent: textParameter,
    key: textParameter,
    model: textParameter,
    endpoint: choiceParameter(["openai.chat", "openai.responses", "anthropic.messages"]),
  }),
  component: lazyRouteComponent(() => import("./check-page.tsx"), "BudgetCheckPage"),
});

export const budgetRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/budgets/$budgetId",
  component: lazyRouteComponent(() => import("./budget-page.tsx"), "BudgetPage"),
});
