/** Which routes leave a record of the audit log. Every route that changes something does, except those that are named here. */
import type { RouteName } from "./access-table.ts";

/** The organization's object posts them, and the ledger's outbox brings them to the audit log. */
export const MONEY_ROUTES: ReadonlySet<RouteName> = new Set<RouteName>([
  "POST /v1/admin/wallets/credit",
  "POST /v1/admin/wallets/allocate",
  "POST /v1/admin/wallets/reclaim",
  "POST /v1/wallets/credit",
  "POST /v1/wallets/allocate",
  "POST /v1/wallets/reclaim",
]);

export const UNRECORDED_ROUTES: ReadonlySet<RouteName> = new Set<RouteName>([
  // Traffic of gateways elsewhere: the ledger and the spend log have it.
  "POST /v1/gateway/wallets/reserve",
  "POST /v1/gateway/wallets/settle",
  "POST /v1/gateway/wallets/release",
  "POST /v1/gateway/wallets/redeem-ticket",
  "POST /v1/gateway/wallets/checkpoint",
  "POST /v1/gateway/agents/{id}/usage-increment",
  "POST /v1/spend/log",
  // The ledger's outbox brings the credit to the audit log.
  "POST /v1/payments/confirm-checkout",
  // Questions.
  "POST /v1/unified-access/cost",
  "POST /v1/unified-access/estimate",
  "POST /v1/unified-access/access-policies/simulate",
  "POST /v1/unified-access/budgets/simulate",
  "POST /v1/admin/model-pricing/preview",
  "POST /v1/admin/exchange-rates/preview",
  // Marks in an inbox, which nothing depends on.
  "POST /v1/notifications/{id}/read",
  "POST /v1/notifications/read-all",
]);

/** Whether the route's handler records what it does, with its change. */
export function recordsChange(name: RouteName): boolean {
  return !name.startsWith("GET ") && !MONEY_ROUTES.has(name) && !UNRECORDED_ROUTES.has(name);
}
