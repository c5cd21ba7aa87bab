/** `/v1/wallets` and `/v1/reservations`: an organization's money. */
import type { z } from "zod";
import { listOf, listQuerySchema } from "../contract/list.ts";
import {
  allocationSchema,
  balanceQuerySchema,
  balanceSchema,
  creditSchema,
  numberedListQuerySchema,
  reservationQuerySchema,
  reservationSchema,
  transactionSchema,
  transferAnswerSchema,
  walletSchema,
} from "../contract/wallet-api.ts";
import { walletSettingsPatchSchema, walletSettingsSchema } from "../contract/wallet-settings.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import type { AuthenticatedKey } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addKeyRoute, type Api } from "./route.ts";
import { postTransfer, TRANSFER_WORDS } from "./transfer.ts";
import { findSettings, saveSettings } from "./wallet-settings.ts";
import { readBalance, readReservations, readTransactions, readWallets, type CascadeOwner } from "./wallet-views.ts";

const TAG = "Wallets";

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
    { summary: "List wallets", tag: TAG, query: listQuerySchema, answer: listOf(walletSchema), refusals: [503] },
    async ({ key, query }) => readWallets(deps, key.organizationId, query),
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
      refusals: [404, 503],
    },
    async ({ key, query }) => {
      const owner = balanceOwner(key, query);
      return owner.ok ? readBalance(deps, key.organizationId, owner.value) : owner;
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
      query: numberedListQuerySchema,
      answer: listOf(transactionSchema),
      refusals: [404, 503],
    },
    async ({ key, params, query }) => readTransactions(deps, key.organizationId, params.id, query),
  );

  addKeyRoute(
    api,
    deps,
    "GET /v1/reservations",
    {
      summary: "List reservations",
      description: "Newest first.",
      tag: TAG,
      query: reservationQuerySchema,
      answer: listOf(reservationSchema),
      refusals: [503],
    },
    async ({ key, query }) => readReservations(deps, key.organizationId, query),
  );
}

function addSettings(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    "GET /v1/wallets/settings",
    { summary: "Get the wallet settings", tag: TAG, answer: walletSettingsSchema },
    async ({ key }) => findSettings(deps, key.organizationId),
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
    async ({ key, body, keep, trail }) => saveSettings(deps, key.organizationId, body, keep, trail),
  );
}

function addTransfers(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    "POST /v1/wallets/credit",
    {
      ...TRANSFER_WORDS.credit,
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
        ...TRANSFER_WORDS[type],
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
function balanceOwner(key: AuthenticatedKey, query: z.output<typeof balanceQuerySchema>): Result<CascadeOwner> {
  const mayAsk = key.capabilities.has("org:read") || key.mayAssertIdentity;
  const own = { userId: key.memberId ?? key.serviceUserId, teamId: key.teamId };
  if (query.user_id === undefined && query.team_id === undefined) return ok(own);
  const foreignUser = query.user_id !== undefined && query.user_id !== own.userId;
  const foreignTeam = query.team_id !== undefined && query.team_id !== own.teamId;
  if ((foreignUser || foreignTeam) && !mayAsk) return fail({ kind: "capability_required", capability: "org:read" });
  return ok({ userId: query.user_id ?? null, teamId: query.team_id ?? null });
}
