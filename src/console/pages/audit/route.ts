import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { dayParameter, pagesParameter, textParameter } from "../../parts/search.ts";

const auditSearchSchema = z.object({
  actor: textParameter,
  action: textParameter,
  type: textParameter,
  object: textParameter,
  from: dayParameter,
  to: dayParameter,
  /** The number of a record that is open beside the list. */
  record: textParameter,
  pages: pagesParameter,
});

export type AuditSearch = z.output<typeof auditSearchSchema>;

export const auditRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/audit",
  validateSearch: auditSearchSchema,
  component: lazyRouteComponent(() => import("./page.tsx"), "AuditPage"),
});

/** The platform's own chain: prices, exchange rates, administrators. */
export const platformAuditRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/platform/audit",
  validateSearch: auditSearchSchema,
  component: lazyRouteComponent(() => import("./page.tsx"), "PlatformAuditPage"),
});
