/** Pages of the deployment: for platform administrators. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { pagesParameter, textParameter } from "../../parts/search.ts";

export const platformOrganizationsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/platform/organizations",
  validateSearch: z.object({ pages: pagesParameter }),
  component: lazyRouteComponent(() => import("./organizations-page.tsx"), "OrganizationsPage"),
});

export const administratorsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/platform/administrators",
  validateSearch: z.object({ pages: pagesParameter }),
  component: lazyRouteComponent(() => import("./administrators-page.tsx"), "AdministratorsPage"),
});

export const healthRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/platform/health",
  component: lazyRouteComponent(() => import("./health-page.tsx"), "HealthPage"),
});

export const booksRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/platform/books",
  validateSearch: z.object({
    /** Only this one. */
    organization: textParameter,
    pages: pagesParameter,
  }),
  component: lazyRouteComponent(() => import("./books-page.tsx"), "BooksPage"),
});

export const claimRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/platform/claim",
  component: lazyRouteComponent(() => import("./claim-page.tsx"), "ClaimPage"),
});

export const platformRoutes = [
  platformOrganizationsRoute,
  administratorsRoute,
  healthRoute,
  booksRoute,
  claimRoute,
] as const;
