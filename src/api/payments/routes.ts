/** Everything of payments that the control plane serves. */
import type { ApiDeps } from "../deps.ts";
import type { Api } from "../route.ts";
import { addPaymentAdminRoutes } from "./admin.ts";
import { addAutoTopUpRoutes } from "./auto-top-up.ts";
import { addCheckoutRoutes } from "./checkout.ts";
import { addPaymentPages } from "./page-routes.ts";
import { addPaymentSettingsRoutes } from "./settings.ts";
import { addPaymentWebhookRoute } from "./webhook.ts";

export function addPaymentRoutes(api: Api, deps: ApiDeps): void {
  addCheckoutRoutes(api, deps);
  addPaymentSettingsRoutes(api, deps);
  addAutoTopUpRoutes(api, deps);
  addPaymentAdminRoutes(api, deps);
  addPaymentWebhookRoute(api, deps);
  addPaymentPages(api, deps);
}
