/** Wallets that refill themselves: their settings, how they stand, and what was charged. */
import {
  autoTopUpPutSchema,
  autoTopUpQuerySchema,
  autoTopUpRowSchema,
  autoTopUpSettingsSchema,
  autoTopUpStandingSchema,
  type AutoTopUpPut,
} from "../../contract/payment-api.ts";
import { formatTime, formatTimeOrNull } from "../../contract/amount.ts";
import { listOf } from "../../contract/list.ts";
import type { AutoTopUpStanding, AutoTopUpView, WalletView } from "../../contract/organization-rpc.ts";
import { fail, invalid, ok, type Failure, type Result } from "../../core/failure.ts";
import { minorUnitDecimals, toMinorUnits } from "../../core/minor-units.ts";
import { formatNanos } from "../../core/money.ts";
import type { FundableScope } from "../../core/payment-settings.ts";
import { seesWallet, SEES_ORGANIZATION } from "../../core/visibility.ts";
import { autoTopUps } from "../../platform/d1/payment-schema.ts";
import { findAutoTopUp, type AutoTopUpRow } from "../../platform/payments/auto-top-up-rows.ts";
import { findMethod } from "../../platform/payments/charge.ts";
import type { Principal } from "../authenticate.ts";
import type { ApiDeps } from "../deps.ts";
import { idParams } from "../route-reference.ts";
import { addPrincipalRoute, type Api } from "../route.ts";
import { saveChange } from "../save-change.ts";
import { findVisibility } from "../visibility.ts";
import { decide, funderOf, readFunding, type FundingContext } from "./funding.ts";

const TAG = "Wallets";
const WHO = "Of any wallet with `org:billing`; else of the caller's own, while they may top it up themselves.";

type FundableWallet = WalletView & { readonly scope: FundableScope };

export function addAutoTopUpRoutes(api: Api, deps: ApiDeps): void {
  addHistory(api, deps);
  addSettings(api, deps);
}

function addHistory(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/wallets/auto-topups",
    {
      summary: "List auto top-ups",
      description:
        "What was charged to refill wallets, and what was not and why; newest first. Without `org:read` or `org:billing`: of the wallets that the caller sees.",
      tag: TAG,
      query: autoTopUpQuerySchema,
      answer: listOf(autoTopUpRowSchema),
      refusals: [503],
    },
    async ({ principal, query }) => {
      const walletIds = await visibleWallets(deps, principal, query.wallet_id);
      if (!walletIds.ok) return walletIds;
      const { limit, cursor = null, status = null, from = null, to = null } = query;
      const asked = { limit, cursor, status, fromMs: from, toMs: to, walletIds: walletIds.value };
      const reply = await deps.organization(principal.organizationId).autoTopUps(asked);
      if (reply.outcome === "refused") return fail(reply.failure);
      const { data, nextCursor } = reply.value;
      return ok({ data: data.flatMap(rowToWire), has_more: nextCursor !== null, next_cursor: nextCursor });
    },
  );
}

/** Null: of all. */
async function visibleWallets(
  deps: ApiDeps,
  principal: Principal,
  walletId: string | undefined,
): Promise<Result<readonly string[] | null>> {
  const sight = principal.capabilities.has("org:billing") ? SEES_ORGANIZATION : await findVisibility(deps, principal);
  if (sight.sees === "organization") return ok(walletId === undefined ? null : [walletId]);
  const wallets = await deps.organization(principal.organizationId).wallets();
  if (wallets.outcome === "refused") return fail(wallets.failure);
  const seen = wallets.value.filter((wallet) => seesWallet(sight, wallet)).map(({ id }) => id);
  return ok(walletId === undefined ? seen : seen.filter((id) => id === walletId));
}

function addSettings(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/wallets/{id}/auto-topup",
    {
      summary: "Get a wallet's auto top-up",
      description: `Its settings, and how it stands. ${WHO}`,
      tag: TAG,
      params: idParams,
      answer: autoTopUpStandingSchema,
      refusals: [404, 503],
    },
    async ({ principal, params }) => {
      const found = await findOwnWallet(deps, principal, params.id);
      if (!found.ok) return found;
      const row = await findAutoTopUp(deps.db, principal.organizationId, found.value);
      const reply = await deps.organization(principal.organizationId).autoTopUpStanding(params.id);
      return reply.outcome === "refused" ? fail(reply.failure) : ok(standingToWire(params.id, row, reply.value));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "PUT /v1/wallets/{id}/auto-topup",
    {
      summary: "Set a wallet's auto top-up",
      description:
        `Acts at once: a wallet whose balance is below the threshold is refilled. Saving it again begins anew after declines. ${WHO} ` +
        "Members name a payment method that they saved themselves. Turning it off with all else as it was is always possible.",
      tag: TAG,
      params: idParams,
      body: autoTopUpPutSchema,
      answer: autoTopUpSettingsSchema,
      refusals: [404, 503],
    },
    async ({ principal, params, body, keep, trail }) => {
      await trail.open(principal.organizationId);
      const found = await findOwnWallet(deps, principal, params.id);
      if (!found.ok) return found;
      const context = await readFunding(deps, principal.organizationId);
      if (!context.ok) return context;
      const known = await findAutoTopUp(deps.db, principal.organizationId, found.value);
      const failure = turnsOff(known, body)
        ? null
        : await check(deps, principal, context.value, found.value, { body, known });
      if (failure !== null) return fail(failure);
      const row = rowOf(deps, context.value, found.value, body, (known?.revision ?? 0) + 1);
      const { organizationId: _id, scope: _scope, ownerId: _owner, ...set } = row;
      const upsert = deps.db
        .insert(autoTopUps)
        .values(row)
        .onConflictDoUpdate({ target: [autoTopUps.organizationId, autoTopUps.scope, autoTopUps.ownerId], set });
      const answer = settingsToWire(params.id, row);
      const before = known === null ? null : settingsToWire(params.id, known);
      const event = trail.record("auto_top_up.update", params.id, before, answer);
      await saveChange(deps, principal.organizationId, event, [upsert, ...(await keep(answer))]);
      return ok(answer);
    },
  );
}

/** One that the caller may set; anybody else's is not there. */
async function findOwnWallet(deps: ApiDeps, principal: Principal, walletId: string): Promise<Result<FundableWallet>> {
  const wallets = await deps.organization(principal.organizationId).wallets();
  if (wallets.outcome === "refused") return fail(wallets.failure);
  const wallet = wallets.value.find(({ id }) => id === walletId);
  const isOwn = wallet?.scope === "user" && wallet.ownerId === principal.memberId;
  if (wallet === undefined || !(principal.capabilities.has("org:billing") || isOwn)) {
    return fail({ kind: "not_found", what: "wallet" });
  }
  const { scope } = wallet;
  if (scope !== "seat") return ok({ ...wallet, scope });
  return fail(invalid("id", "invalid_target", "A seat's credit comes from the plan alone."));
}

/** And nothing else: possible whatever has become of the method, the limits and who may top up. */
function turnsOff(known: AutoTopUpRow | null, body: AutoTopUpPut): boolean {
  return (
    known !== null &&
    !body.enabled &&
    body.threshold === known.thresholdNanos &&
    body.amount === known.amountNanos &&
    body.daily_cap === known.dailyCapNanos &&
    body.cooldown_minutes === known.cooldownMinutes &&
    body.payment_method === known.methodId
  );
}

async function check(
  deps: ApiDeps,
  principal: Principal,
  context: FundingContext,
  wallet: FundableWallet,
  { body, known }: { readonly body: AutoTopUpPut; readonly known: AutoTopUpRow | null },
): Promise<Failure | null> {
  const decision = decide(context, wallet, await funderOf(deps, principal));
  // Whoever may not top up may still turn it off.
  if (!decision.available && body.enabled) {
    return { kind: "top_up_unavailable", reason: decision.reason, message: decision.message };
  }
  // With the method that it has, which may be gone, or somebody else's.
  if (!body.enabled && body.payment_method === known?.methodId) return checkAmounts(body, context);
  const method = await findMethod(deps, principal.organizationId, body.payment_method);
  const isUsable =
    principal.capabilities.has("org:billing") || (method !== null && method.memberId === principal.memberId);
  if (method === null || !isUsable) return { kind: "not_found", what: "payment method" };
  if (body.enabled && method.provider !== context.provider?.name) {
    const message = "The active payment provider does not have this payment method.";
    return invalid("payment_method", "payment_method_of_other_provider", message);
  }
  return checkAmounts(body, context);
}

function checkAmounts(body: AutoTopUpPut, { wallet, settings }: FundingContext): Failure | null {
  const { currency } = wallet;
  if (toMinorUnits(body.amount, currency) === null) {
    const rule = `${currency} amounts can be paid with at most ${minorUnitDecimals(currency)} decimals.`;
    return invalid("amount", "amount_not_payable", rule);
  }
  const { minimumNanos, maximumNanos } = settings;
  if (body.amount < minimumNanos) {
    return invalid("amount", "amount_too_small", `The smallest top-up is ${formatNanos(minimumNanos)} ${currency}.`);
  }
  if (body.amount > maximumNanos) {
    return invalid("amount", "amount_too_large", `The largest top-up is ${formatNanos(maximumNanos)} ${currency}.`);
  }
  if (body.daily_cap >= body.amount) return null;
  return invalid("daily_cap", "invalid_value", "The daily cap is below one charge.");
}

function rowOf(
  deps: ApiDeps,
  { organizationId, wallet }: FundingContext,
  { scope, ownerId }: FundableWallet,
  body: AutoTopUpPut,
  revision: number,
): AutoTopUpRow {
  return {
    organizationId,
    scope,
    ownerId,
    enabled: body.enabled,
    thresholdNanos: body.threshold,
    amountNanos: body.amount,
    dailyCapNanos: body.daily_cap,
    currency: wallet.currency,
    cooldownMinutes: body.cooldown_minutes,
    methodId: body.payment_method,
    revision,
    updatedAtMs: deps.nowMs(),
  };
}

function standingToWire(walletId: string, row: AutoTopUpRow | null, standing: AutoTopUpStanding) {
  const { state, untilMs, declines, failureCode, todayNanos } = standing;
  return {
    wallet_id: walletId,
    settings: row === null ? null : settingsToWire(walletId, row),
    state,
    until: formatTimeOrNull(untilMs),
    declines,
    failure_code: failureCode,
    charged_today: formatNanos(todayNanos),
  };
}

function settingsToWire(walletId: string, row: AutoTopUpRow) {
  return {
    wallet_id: walletId,
    enabled: row.enabled,
    threshold: formatNanos(row.thresholdNanos),
    amount: formatNanos(row.amountNanos),
    daily_cap: formatNanos(row.dailyCapNanos),
    currency: row.currency,
    cooldown_minutes: row.cooldownMinutes,
    payment_method: row.methodId,
  };
}

function rowToWire(row: AutoTopUpView) {
  const { scope } = row;
  // No seat refills itself.
  if (scope === "seat") return [];
  return [
    {
      id: row.id,
      wallet_id: row.walletId,
      scope,
      owner_id: row.ownerId,
      status: row.status,
      amount: formatNanos(row.amountNanos),
      currency: row.currency,
      cause: row.cause,
      balance: formatNanos(row.balanceNanos),
      payment_method: row.methodId,
      failure_code: row.failureCode,
      entry_id: row.entryId,
      created_at: formatTime(row.createdAtMs),
      ended_at: formatTimeOrNull(row.endedAtMs),
    },
  ];
}
