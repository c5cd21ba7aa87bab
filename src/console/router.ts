/** Every page of the console. A new page: import its route, name it in `pages` (README.md). */
import { createRouter } from "@tanstack/react-router";
import { queryClient } from "./api/query-client.ts";
import { FailedPage, MissingPage, PendingPage } from "./frame/states.tsx";
import { frameRoute } from "./frame/route.ts";
import { accessPoliciesRoute, accessPolicyRoute } from "./pages/access-policies/route.ts";
import { agentRoute, agentsRoute } from "./pages/agents/route.ts";
import { gatewayRoute, gatewaysRoute } from "./pages/gateways/route.ts";
import { chatRoute } from "./pages/chat/route.ts";
import { autoTopUpsRoute } from "./pages/auto-top-up/route.ts";
import { budgetCheckRoute, budgetRoute, budgetsRoute } from "./pages/budgets/route.ts";
import { keysRoute } from "./pages/keys/route.ts";
import { modelRoute, modelsRoute } from "./pages/models/route.ts";
import { overviewRoute } from "./pages/overview/route.ts";
import { priceRoute, pricesRoute } from "./pages/prices/route.ts";
import { secretsRoute } from "./pages/secrets/route.ts";
import { membersRoute } from "./pages/members/route.ts";
import { seatsRoute } from "./pages/seats/route.ts";
import { serviceUsersRoute } from "./pages/service-users/route.ts";
import { teamsRoute } from "./pages/teams/route.ts";
import { applicationsRoute } from "./pages/applications/route.ts";
import { auditRoute, platformAuditRoute } from "./pages/audit/route.ts";
import { eventsRoute } from "./pages/events/route.ts";
import { newOrganizationRoute } from "./pages/new-organization/route.ts";
import { notificationsRoute } from "./pages/notifications/route.ts";
import { oauthClientsRoute } from "./pages/oauth-clients/route.ts";
import { platformRoutes } from "./pages/platform-admin/route.ts";
import { settingsRoute } from "./pages/settings/route.ts";
import { webhooksRoute } from "./pages/webhooks/route.ts";
import { spendRoute } from "./pages/spend/route.ts";
import { startRoute } from "./pages/start/route.ts";
import { addCreditsRoute, paymentSettingsRoute, paymentsRoute, platformPaymentsRoute } from "./pages/payments/route.ts";
import { reconciliationRoute } from "./pages/reconciliation/route.ts";
import { reservationsRoute } from "./pages/reservations/route.ts";
import { walletRoute, walletSettingsRoute, walletsRoute } from "./pages/wallets/route.ts";

const pages = [
  overviewRoute,
  spendRoute,
  keysRoute,
  chatRoute,
  startRoute,
  accessPoliciesRoute,
  accessPolicyRoute,
  modelsRoute,
  modelRoute,
  pricesRoute,
  priceRoute,
  agentsRoute,
  agentRoute,
  gatewaysRoute,
  gatewayRoute,
  secretsRoute,
  membersRoute,
  teamsRoute,
  seatsRoute,
  serviceUsersRoute,
  oauthClientsRoute,
  applicationsRoute,
  eventsRoute,
  auditRoute,
  notificationsRoute,
  webhooksRoute,
  settingsRoute,
  newOrganizationRoute,
  platformAuditRoute,
  ...platformRoutes,
  walletsRoute,
  walletSettingsRoute,
  autoTopUpsRoute,
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
