/** `/v1/wallets` and `/v1/reservations`: an organization's money. */
import { z } from "zod";
import { listOf, listQuerySchema } from "../contract/list.ts";
import {
  allocationSchema,
  balanceQuerySchema,
  balanceSchema,
  balanceToWire,
  creditSchema,
  pageToWire,
  reservationQuerySchema,
  reservationSchema,
  reservationToWire,
  transactionSchema,
  transactionToWire,
  transferAnswerSchema,
  walletSchema,
  walletToWire,
} from "../contract/wallet-api.ts";
import { fromWalletSettings, walletSettingsPatchSchema, walletSettingsSchema } from "../contract/wallet-settings.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { readSettings } from "../platform/directory-loader.ts";
import type { AuthenticatedKey } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { findOrganization } from "./organization-rows.ts";
import { addKeyRoute, type Api } from "./route.ts";
import { postTransfer } from "./transfer.ts";
import { saveSettings } from "./wallet-settings.ts";

const TAG = "Wallets";
const idParams = z.strictObject({ id: z.string() });

export function addWalletRoutes(api: Api, deps: ApiDeps): void {
  addViews(api, deps);
  addSettings(api, deps);
  addTransfers(api, deps);
}

function addViews(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    "GET /v1/wallets",
    { summary: "List wallets", tag: TAG, answer: listOf(walletSchema), refusals: [503] },
    async ({ key }) => {
      const wallets = await deps.organization(key.organizationId).wallets();
      if (wallets.outcome === "refused") return fail(wallets.failure);
      return ok({ data: wallets.value.map(walletToWire), has_more: false, next_cursor: null });
    },
  );

  addKeyRoute(
    api,
    deps,
    "GET /v1/wallets/balance",
    {
      summary: "Get the balance of a cascade",
      description:
        "Each source in the order in which it is asked, and the one that pays next. Without a query: the caller's own cascade. " +
        "Another user's or team's needs `org:read`, or a key that may assert identities.",
      tag: TAG,
      query: balanceQuerySchema,
      answer: balanceSchema,
      refusals: [503],
    },
    async ({ key, query }) => {
      const owner = balanceOwner(key, query);
      if (!owner.ok) return owner;
      const view = await deps.organization(key.organizationId).balance(owner.value);
      if (view.outcome === "refused") return fail(view.failure);
      const balance = balanceToWire(view.value);
      return balance === null ? fail({ kind: "internal" }) : ok(balance);
    },
  );

  addKeyRoute(
    api,
    deps,
    "GET /v1/wallets/{id}/transactions",
    {
      summary: "List a wallet's transactions",
      description: "Newest first. They sum to the wallet's balance.",
      tag: TAG,
      params: idParams,
      query: listQuerySchema,
      answer: listOf(transactionSchema),
      refusals: [404, 503],
    },
    async ({ key, params, query }) => {
      const page = await deps
        .organization(key.organizationId)
        .transactions(params.id, { limit: query.limit, cursor: query.cursor ?? null });
      return page.outcome === "refused" ? fail(page.failure) : ok(pageToWire(page.value, transactionToWire));
    },
  );

  addKeyRoute(
    api,
    deps,
    "GET /v1/reservations",
    {
      summary: "List reservations",
      tag: TAG,
      query: reservationQuerySchema,
      answer: listOf(reservationSchema),
      refusals: [503],
    },
    async ({ key, query }) => {
      const page = await deps
        .organization(key.organizationId)
        .reservations({ limit: query.limit, cursor: query.cursor ?? null, status: query.status ?? null });
      return page.outcome === "refused" ? fail(page.failure) : ok(pageToWire(page.value, reservationToWire));
    },
  );
}

function addSettings(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    "GET /v1/wallets/settings",
    { summary: "Get the wallet settings", tag: TAG, answer: walletSettingsSchema },
    async ({ key }) => {
      const organization = await findOrganization(deps, key.organizationId);
      return organization.ok ? ok(fromWalletSettings(readSettings(organization.value.settingsJson))) : organization;
    },
  );

  addKeyRoute(
    api,
    deps,
    "PUT /v1/wallets/settings",
    {
      summary: "Change wallet settings",
      description: "Changes what the body names. The currency cannot change while any wallet holds money.",
      tag: TAG,
      body: walletSettingsPatchSchema,
      answer: walletSettingsSchema,
      refusals: [409, 503],
    },
    async ({ key, body }) => saveSettings(deps, key.organizationId, body),
  );
}

function addTransfers(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    "POST /v1/wallets/credit",
    {
      summary: "Bring money in",
      description: "Into the named wallet, or the organization's. Send an `Idempotency-Key`: a repeat posts nothing.",
      tag: TAG,
      body: creditSchema,
      answer: transferAnswerSchema,
      refusals: [404, 409, 503],
    },
    async ({ body, ...call }) =>
      postTransfer(deps, call, { ...body, type: "credit", organizationId: call.key.organizationId }),
  );
  for (const type of ["allocate", "reclaim"] as const) {
    addKeyRoute(
      api,
      deps,
      `POST /v1/wallets/${type}`,
      {
        summary: type === "allocate" ? "Move money to a team or a user" : "Move money back to the organization",
        description: "Only what is available moves. Send an `Idempotency-Key`: a repeat posts nothing.",
        tag: TAG,
        body: allocationSchema,
        answer: transferAnswerSchema,
        refusals: [402, 404, 409, 503],
      },
      async ({ body, ...call }) => postTransfer(deps, call, { ...body, type, organizationId: call.key.organizationId }),
    );
  }
}

/** Whose cascade: what the query names, if the key may see it, else the key's owner. */
function balanceOwner(
  key: AuthenticatedKey,
  query: z.output<typeof balanceQuerySchema>,
): Result<{ userId: string | null; teamId: string | null }> {
  const mayAsk = key.capabilities.has("org:read") || key.mayAssertIdentity;
  const own = { userId: key.memberId, teamId: key.teamId };
  if (query.user_id === undefined && query.team_id === undefined) return ok(own);
  const foreignUser = query.user_id !== undefined && query.user_id !== own.userId;
  const foreignTeam = query.team_id !== undefined && query.team_id !== own.teamId;
  if ((foreignUser || foreignTeam) && !mayAsk) return fail({ kind: "capability_required", capability: "org:read" });
  return ok({ userId: query.user_id ?? null, teamId: query.team_id ?? null });
}
