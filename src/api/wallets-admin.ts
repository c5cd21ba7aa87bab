/** The platform admin's twins of the wallet routes. */
import { z } from "zod";
import { listOf, listQuerySchema } from "../contract/list.ts";
import {
  adminCreditSchema,
  pageToWire,
  transactionSchema,
  transactionToWire,
  transferAnswerSchema,
  walletSchema,
  walletToWire,
} from "../contract/wallet-api.ts";
import { walletSettingsPatchSchema, walletSettingsSchema } from "../contract/wallet-settings.ts";
import { fail, ok } from "../core/failure.ts";
import type { ApiDeps } from "./deps.ts";
import { findOrganization } from "./organization-rows.ts";
import { addPlatformRoute, type Api } from "./route.ts";
import { postTransfer } from "./transfer.ts";
import { saveSettings } from "./wallet-settings.ts";

const TAG = "Platform";
const idParams = z.strictObject({ id: z.string() });
const organizationQuery = z.strictObject({ organization_id: z.string() });

export function addWalletAdminRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/wallets",
    {
      summary: "List an organization's wallets",
      tag: TAG,
      query: organizationQuery,
      answer: listOf(walletSchema),
      refusals: [404, 503],
    },
    async ({ query }) => {
      const organization = await findOrganization(deps, query.organization_id);
      if (!organization.ok) return organization;
      const wallets = await deps.organization(query.organization_id).wallets();
      if (wallets.outcome === "refused") return fail(wallets.failure);
      return ok({ data: wallets.value.map(walletToWire), has_more: false, next_cursor: null });
    },
  );

  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/wallets/{id}/transactions",
    {
      summary: "List a wallet's transactions",
      tag: TAG,
      params: idParams,
      query: listQuerySchema.extend(organizationQuery.shape),
      answer: listOf(transactionSchema),
      refusals: [404, 503],
    },
    async ({ params, query }) => {
      const organization = await findOrganization(deps, query.organization_id);
      if (!organization.ok) return organization;
      const page = await deps
        .organization(query.organization_id)
        .transactions(params.id, { limit: query.limit, cursor: query.cursor ?? null });
      return page.outcome === "refused" ? fail(page.failure) : ok(pageToWire(page.value, transactionToWire));
    },
  );

  addPlatformRoute(
    api,
    deps,
    "POST /v1/admin/wallets/credit",
    {
      summary: "Bring money into an organization's wallet",
      description: "Send an `Idempotency-Key`: a repeat posts nothing.",
      tag: TAG,
      body: adminCreditSchema,
      answer: transferAnswerSchema,
      refusals: [404, 409, 503],
    },
    async ({ body: { organization_id: organizationId, ...credit }, ...call }) =>
      postTransfer(deps, call, { ...credit, organizationId, type: "credit" }),
  );

  addPlatformRoute(
    api,
    deps,
    "PUT /v1/admin/organizations/{id}/wallet-settings",
    {
      summary: "Change an organization's wallet settings",
      description: "Changes what the body names.",
      tag: TAG,
      params: idParams,
      body: walletSettingsPatchSchema,
      answer: walletSettingsSchema,
      refusals: [404, 409, 503],
    },
    async ({ params, body }) => saveSettings(deps, params.id, body),
  );
}
