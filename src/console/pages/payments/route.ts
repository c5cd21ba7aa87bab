import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod/mini";
import { frameRoute } from "../../frame/route.ts";
import { choiceParameter, dayParameter, pagesParameter, switchParameter, textParameter } from "../../parts/search.ts";

export const STATUSES = [
  "created",
  "capturing",
  "captured",
  "completed",
  "canceled",
  "failed",
  "expired",
  "refunded",
] as const;

export const FUNDABLE = ["organization", "team", "user"] as const;

const historyShape = {
  status: choiceParameter(STATUSES),
  from: dayParameter,
  to: dayParameter,
  /** A payment that is open beside the list. */
  payment: textParameter,
  pages: pagesParameter,
};

export const addCreditsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/add-credits",
  validateSearch: z.object({
    scope: choiceParameter(FUNDABLE),
    team: textParameter,
    user: textParameter,
    /** Whether "Save this payment method" is ticked at first. */
    save: switchParameter,
    /** The payment that is under way. The payer comes back with these. */
    session_id: textParameter,
    outcome: choiceParameter(["paid", "canceled"]),
    /** The payer comes back in the checkout's own window. */
    window: choiceParameter(["own"]),
  }),
  component: lazyRouteComponent(() => import("./add-credits-page.tsx"), "AddCreditsPage"),
});

export const paymentsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/payments",
  validateSearch: z.object(historyShape),
  component: lazyRouteComponent(() => import("./history-page.tsx"), "PaymentsPage"),
});

export const paymentSettingsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/payments/settings",
  component: lazyRouteComponent(() => import("./settings-page.tsx"), "PaymentSettingsPage"),
});

export const platformPaymentsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/platform/payments",
  validateSearch: z.object({ ...historyShape, organization: textParameter }),
  component: lazyRouteComponent(() => import("./platform-page.tsx"), "PlatformPaymentsPage"),
});
