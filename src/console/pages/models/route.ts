import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, dayParameter, textParameter } from "../../parts/search.ts";

const ENDPOINTS = ["openai.chat", "openai.responses", "anthropic.messages"] as const;

const filterSchema = z.object({
  q: textParameter,
  provider: choiceParameter(["openai", "anthropic"]),
  endpoint: choiceParameter(ENDPOINTS),
  tag: textParameter,
  reach: choiceParameter(["allowed", "denied"]),
});

export type ModelFilter = z.output<typeof filterSchema>;

export const modelsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/models",
  validateSearch: filterSchema,
  component: lazyRouteComponent(() => import("./page.tsx"), "ModelsPage"),
});

const countParameter = z.catch(z.optional(z.int().check(z.minimum(0), z.maximum(100_000_000))), undefined);

/** What the calculator prices. */
const usageSchema = z.object({
  endpoint: choiceParameter(ENDPOINTS),
  input: countParameter,
  cached: countParameter,
  written: countParameter,
  output: countParameter,
  searches: countParameter,
  tier: choiceParameter(["batch", "flex", "fast"]),
  regional: z.catch(z.optional(z.boolean()), undefined),
  at: dayParameter,
});

export type CalculatedUsage = z.output<typeof usageSchema>;

export const modelRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/models/$provider/$model",
  validateSearch: usageSchema,
  component: lazyRouteComponent(() => import("./model-page.tsx"), "ModelPage"),
});
