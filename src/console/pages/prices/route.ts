import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, pagesParameter, textParameter } from "../../parts/search.ts";

export const pricesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/prices",
  validateSearch: z.object({
    view: choiceParameter(["book", "rates"]),
    provider: choiceParameter(["openai", "anthropic"]),
    model: textParameter,
    pages: pagesParameter,
  }),
  component: lazyRouteComponent(() => import("./page.tsx"), "PricesPage"),
});

/** `new` in the place of an id adds a period; `like` names the one that its form begins with. */
export const priceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/prices/$id",
  validateSearch: z.object({ like: textParameter }),
  component: lazyRouteComponent(() => import("./editor-page.tsx"), "PricePage"),
});
