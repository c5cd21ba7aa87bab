import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, pagesParameter, textParameter } from "../../parts/search.ts";

const ENDPOINTS = ["openai.chat", "openai.responses", "anthropic.messages"] as const;

/** What the simulator is asked. */
const questionShape = {
  key: textParameter,
  user: textParameter,
  service_user: textParameter,
  team: textParameter,
  agent: textParameter,
  gateway: textParameter,
  tags: z.catch(z.optional(z.array(z.string().check(z.maxLength(128))).check(z.maxLength(20))), undefined),
  model: textParameter,
  endpoint: choiceParameter(ENDPOINTS),
};

const questionSchema = z.object(questionShape);

export type Question = z.output<typeof questionSchema>;

export const accessPoliciesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/access-policies",
  validateSearch: z.object({
    view: choiceParameter(["policies", "simulator"]),
    pages: pagesParameter,
    ...questionShape,
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "AccessPoliciesPage"),
});

/** `new` in the place of an id: one that is not saved yet. The search is the question beside the form. */
export const accessPolicyRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/access-policies/$id",
  validateSearch: questionSchema,
  component: lazyRouteComponent(() => import("./editor-page.tsx"), "AccessPolicyPage"),
});
