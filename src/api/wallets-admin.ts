/** The platform admin's twins of the wallet routes: any organization's, named by its id. */
import { z } from "zod";
import { listOf, listQuerySchema } from "../contract/list.ts";
import {
  adminAllocationSchema,
  adminCreditSchema,
  balanceQuerySchema,
  balanceSchema,
  numberedListQuerySchema,
  reservationQuerySchema,
  reservationSchema,
  transactionSchema,
  transferAnswerSchema,
  walletSchema,
} from "../contract/wallet-api.ts";
import { walletSettingsPatchSchema, walletSettingsSchema } from "../contract/wallet-settings.ts";
import type { ApiDeps } from "./deps.ts";
import { findOrganization } from "./organization-rows.ts";
import { idParams } from "./route-reference.ts";
import { addPlatformRoute, type Api } from "./route.ts";
import { postTransfer, TRANSFER_WORDS } from "./transfer.ts";
import { findSettings, saveSettings } from "./wallet-settings.ts";
import { readBalance, readReservations, readTransactions, readWallets } from "./wallet-views.ts";

const TAG = "Platform";
const organizationShape = { organization_id: z.string().meta({ description: "Whose." }) };

export function addWalletAdminRoutes(api: Api, deps: ApiDeps): void {
  addWalletViews(api, deps);
  addReservationView(api, deps);
  addTransfers(api, deps);
  addSettings(api, deps);
}

function addWalletViews(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/wallets",
    {
      summary: "List an organization's wallets",
      tag: TAG,
      query: listQuerySchema.extend(organizationShape),
      answer: listOf(walletSchema),
      refusals: [404, 503],
    },
    async ({ query: { organization_id: organizationId, ...query } }) => {
      const organization = await findOrganization(deps, organizationId);
      return organization.ok ? readWallets(deps, organizationId, query) : organization;
    },
  );

  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/wallets/balance",
    {
      summary: "Get the balance of a cascade of an organization",
      description: "Of a user, a team, or, with neither, the organization's own wallet.",
      tag: TAG,
      query: balanceQuerySchema.extend(organizationShape),
      answer: balanceSchema,
      refusals: [404, 503],
    },
    async ({ query }) => {
      const organization = await findOrganization(deps, query.organization_id);
      if (!organization.ok) return organization;
      const owner = { userId: query.user_id ?? null, teamId: query.team_id ?? null };
      return readBalance(deps, query.organization_id, owner);
    },
  );

  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/wallets/{id}/transactions",
    {
      summary: "List a wallet's transactions",
      description: "Newest first. They sum to the wallet's balance.",
      tag: TAG,
      params: idParams,
      query: numberedListQuerySchema.extend(organizationShape),
      answer: listOf(transactionSchema),
      refusals: [404, 503],
    },
    async ({ params, query: { organization_id: organizationId, ...query } }) => {
      const organization = await findOrganization(deps, organizationId);
      return organization.ok ? readTransactions(deps, organizationId, params.id, query) : organization;
    },
  );
}

function addReservationView(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/reservations",
    {
      summary: "List an organization's reservations",
      description: "Newest first.",
      tag: TAG,
      query: reservationQuerySchema.extend(organizationShape),
      answer: listOf(reservationSchema),
      refusals: [404, 503],
    },
    async ({ query: { organization_id: organizationId, ...query } }) => {
      const organization = await findOrganization(deps, organizationId);
      return organization.ok ? readReservations(deps, organizationId, query) : organization;
    },
  );
}

function addTransfers(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "POST /v1/admin/wallets/credit",
    {
      ...TRANSFER_WORDS.credit,
      tag: TAG,
      body: adminCreditSchema,
      answer: transferAnswerSchema,
      refusals: [404, 409, 503],
    },
    async ({ body: { organization_id: organizationId, ...credit }, ...call }) =>
      postTransfer(deps, call, { ...credit, organizationId, by: "platform", type: "credit" }),
  );
  for (const type of ["allocate", "reclaim"] as const) {
    addPlatformRoute(
      api,
      deps,
      `POST /v1/admin/wallets/${type}`,
      {
        ...TRANSFER_WORDS[type],
        tag: TAG,
        body: adminAllocationSchema,
        answer: transferAnswerSchema,
        refusals: [402, 404, 409, 503],
      },
      async ({ body: { organization_id: organizationId, ...allocation }, ...call }) =>
        postTransfer(deps, call, { ...allocation, organizationId, by: "platform", type }),
    );
  }
}

function addSettings(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/organizations/{id}/wallet-settings",
    {
      summary: "Get an organization's wallet settings",
      tag: TAG,
      params: idParams,
      answer: walletSettingsSchema,
      refusals: [404],
    },
    async ({ params }) => findSettings(deps, params.id),
  );

  addPlatformRoute(
    api,
    deps,
    "PUT /v1/admin/organizations/{id}/wallet-settings",
    {
      summary: "Change an organization's wallet settings",
      description: "Changes what the body names. The currency cannot change while any wallet holds money.",
      tag: TAG,
      params: idParams,
      body: walletSettingsPatchSchema,
      answer: walletSettingsSchema,
      refusals: [404, 409, 503],
    },
    async ({ params, body, keep, trail }) => saveSettings(deps, params.id, body, keep, trail),
  );
}
