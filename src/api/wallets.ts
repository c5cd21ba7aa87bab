/** `/v1/wallets` and `/v1/reservations`: an organization's money. */
import type { z } from "zod";
import { listOf } from "../contract/list.ts";
import {
  allocationSchema,
  balanceQuerySchema,
  balanceSchema,
  creditSchema,
  SEARCHED_RESERVATIONS,
  numberedListQuerySchema,
  reservationQuerySchema,
  reservationSchema,
  transactionSchema,
  transferAnswerSchema,
  walletForecastSchema,
  walletListQuerySchema,
  walletSchema,
  walletToWire,
} from "../contract/wallet-api.ts";
import { walletSettingsPatchSchema, walletSettingsSchema } from "../contract/wallet-settings.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { seesPayer, type Visibility } from "../core/visibility.ts";
import type { Principal } from "./authenticate.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { postTransfer, TRANSFER_WORDS } from "./transfer.ts";
import { findSettings, saveSettings } from "./wallet-settings.ts";
import { findVisibility } from "./visibility.ts";
import {
  checkWallet,
  forecastWallet,
  readBalance,
  readReservations,
  readTransactions,
  readWallet,
  readWallets,
  type CascadeOwner,
} from "./wallet-views.ts";

const TAG = "Wallets";
const OWN_WALLETS = "Without `org:read`: the caller's own, its seat's credit, and those of the teams that it leads.";

export function addWalletRoutes(api: Api, deps: ApiDeps): void {
  addViews(api, deps);
  addSettings(api, deps);
  addTransfers(api, deps);
  // After the routes whose names it would take for an id.
  addWallet(api, deps);
}

function addWallet(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/wallets/{id}",
    {
      summary: "Get a wallet",
      description: OWN_WALLETS,
      tag: TAG,
      params: idParams,
      answer: walletSchema,
      refusals: [404, 503],
    },
    async ({ principal, params }) => {
      const wallet = await readWallet(deps, principal.organizationId, params.id, await findVisibility(deps, principal));
      return wallet.ok ? ok(walletToWire(wallet.value)) : wallet;
    },
  );
}

function addViews(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/wallets",
    {
      summary: "List wallets",
      description: `The organization's, then the teams', then the users'. ${OWN_WALLETS}`,
      tag: TAG,
      query: walletListQuerySchema,
      answer: listOf(walletSchema),
      refusals: [503],
    },
    async ({ principal, query }) =>
      readWallets(deps, principal.organizationId, query, await findVisibility(deps, principal)),
  );

  addPrincipalRoute(
    api,
    deps,
    "GET /v1/wallets/balance",
    {
      summary: "Get the balance of a cascade",
      description:
        "Each source in the order in which it is asked, and the one that pays next. Without a query: the caller's own cascade. " +
        "Another user's, or that of a team to which the caller does not belong, needs `org:read`, or a key that may assert identities.",
      tag: TAG,
      query: balanceQuerySchema,
      answer: balanceSchema,
      refusals: [404, 503],
    },
    async ({ principal, query }) => {
      const owner = balanceOwner(principal, await findVisibility(deps, principal), query);
      return owner.ok ? readBalance(deps, principal.organizationId, owner.value) : owner;
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "GET /v1/wallets/{id}/transactions",
    {
      summary: "List a wallet's transactions",
      description: `Newest first. They sum to the wallet's balance. ${OWN_WALLETS}`,
      tag: TAG,
      params: idParams,
      query: numberedListQuerySchema,
      answer: listOf(transactionSchema),
      refusals: [404, 503],
    },
    async ({ principal, params, query }) => {
      const seen = await checkWallet(deps, principal.organizationId, params.id, await findVisibility(deps, principal));
      return seen.ok ? readTransactions(deps, principal.organizationId, params.id, query) : seen;
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "GET /v1/wallets/{id}/forecast",
    {
      summary: "Forecast a wallet",
      description:
        "How fast requests spend it, and when nothing will be available at that pace: of the last seven days, or of the wallet's " +
        `life when that is shorter, of one day at least. What is moved to other wallets is not spent. ${OWN_WALLETS}`,
      tag: TAG,
      params: idParams,
      answer: walletForecastSchema,
      refusals: [404, 503],
    },
    async ({ principal, params, nowMs }) => {
      const wallet = await readWallet(deps, principal.organizationId, params.id, await findVisibility(deps, principal));
      return wallet.ok ? ok(await forecastWallet(deps, principal.organizationId, wallet.value, nowMs)) : wallet;
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "GET /v1/reservations",
    {
      summary: "List reservations",
      description:
        "Newest first. Without `org:read`: of the caller's own requests and of the teams that it leads, among the organization's " +
        `newest ${SEARCHED_RESERVATIONS}.`,
      tag: TAG,
      query: reservationQuerySchema,
      answer: listOf(reservationSchema),
      refusals: [503],
    },
    async ({ principal, query }) =>
      readReservations(deps, principal.organizationId, query, await findVisibility(deps, principal)),
  );
}

function addSettings(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/wallets/settings",
    { summary: "Get the wallet settings", tag: TAG, answer: walletSettingsSchema },
    async ({ principal }) => findSettings(deps, principal.organizationId),
  );

  addPrincipalRoute(
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
    async ({ principal, body, keep, trail }) => {
      // Who gets a key is not a matter of money.
      const isAdmins = body.self_service_keys !== undefined && !principal.capabilities.has("org:admin");
      if (isAdmins) return fail({ kind: "capability_required", capability: "org:admin" });
      return saveSettings(deps, principal.organizationId, body, keep, trail);
    },
  );
}

function addTransfers(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
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
      postTransfer(deps, call, {
        ...body,
        type: "credit",
        by: "organization",
        organizationId: call.principal.organizationId,
      }),
  );
  for (const type of ["allocate", "reclaim"] as const) {
    addPrincipalRoute(
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
      async ({ body, ...call }) =>
        postTransfer(deps, call, { ...body, type, by: "organization", organizationId: call.principal.organizationId }),
    );
  }
}

/** Whose cascade: what the query names, if the key may see it, else the key's owner. */
function balanceOwner(
  principal: Principal,
  sight: Visibility,
  query: z.output<typeof balanceQuerySchema>,
): Result<CascadeOwner> {
  if (query.user_id === undefined && query.team_id === undefined) {
    return ok({ userId: principal.memberId ?? principal.serviceUserId, teamId: principal.teamId });
  }
  const asked = { userId: query.user_id ?? null, teamId: query.team_id ?? null };
  if (principal.mayAssertIdentity || seesPayer(sight, asked)) return ok(asked);
  return fail({ kind: "capability_required", capability: "org:read" });
}
