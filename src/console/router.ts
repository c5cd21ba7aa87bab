/** Every page of the console. A new page: import its route, name it in `pages` (README.md). */
import { createRouter } from "@tanstack/react-router";
import { queryClient } from "./api/query-client.ts";
import { FailedPage, MissingPage, PendingPage } from "./frame/states.tsx";
import { frameRoute } from "./frame/route.ts";
import { budgetCheckRoute, budgetRoute, budgetsRoute } from "./pages/budgets/route.ts";
import { keysRoute } from "./pages/keys/route.ts";
import { overviewRoute } from "./pages/overview/route.ts";
import { addCreditsRoute, paymentSettingsRoute, paymentsRoute, platformPaymentsRoute } from "./pages/payments/route.ts";
import { reconciliationRoute } from "./pages/reconciliation/route.ts";
import { reservationsRoute } from "./pages/reservations/route.ts";
import { spendRoute } from "./pages/spend/route.ts";
import { walletRoute, walletSettingsRoute, walletsRoute } from "./pages/wallets/route.ts";

const pages = [
  overviewRoute,
  spendRoute,
  keysRoute,
  walletsRoute,
  walletSettingsRoute,
  walletRoute,
  budgetsRoute,
  budgetCheckRoute,
  budgetRoute,
  reservationsRoute,
  reconciliationRoute,
  addCreditsRoute,
  paymentsRoute,
  paymentSettingsRoute,
  platformPaymentsRoute,
] as const;

export const router = createRouter({
  routeTree: frameRoute.addChildren(pages),
  context: { queryClient },
  defaultPreload: "intent",
  // What is loaded, and how long it is good, is the query cache's to know.
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: FailedPage,
  defaultNotFoundComponent: MissingPage,
  defaultPendingComponent: PendingPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
