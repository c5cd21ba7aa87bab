/** What an organization allows, what is possible now, and the payment methods that it has saved. */
import { and, asc, eq, gt, isNull } from "drizzle-orm";
import {
  applyPaymentSettings,
  availabilityQuerySchema,
  availabilitySchema,
  paymentMethodSchema,
  paymentSettingsPatchSchema,
  paymentSettingsSchema,
  paymentSettingsToWire,
} from "../../contract/payment-api.ts";
import { formatTime } from "../../contract/amount.ts";
import { deleted, deletedSchema, listOf, listQuerySchema, pageOf } from "../../contract/list.ts";
import { fail, invalid, ok, type Failure } from "../../core/failure.ts";
import { minorUnitDecimals, toMinorUnits } from "../../core/minor-units.ts";
import {
  FUNDABLE_SCOPES,
  type FundableScope,
  type FundingTarget,
  type PaymentSettings,
} from "../../core/payment-settings.ts";
import type { Currency } from "../../core/money.ts";
import { paymentMethods, paymentSettings } from "../../platform/d1/payment-schema.ts";
import { findProvider } from "../../platform/payments/ports.ts";
import type { Principal } from "../authenticate.ts";
import type { ApiDeps } from "../deps.ts";
import { idParams } from "../route-reference.ts";
import { addPrincipalRoute, type Api } from "../route.ts";
import { saveChange, saveRecorded } from "../save-change.ts";
import { PAYMENTS_TAG } from "./checkout.ts";
import { decide, funderOf, readFunding, readTarget } from "./funding.ts";

export function addPaymentSettingsRoutes(api: Api, deps: ApiDeps): void {
  addSettings(api, deps);
  addAvailability(api, deps);
  addMethods(api, deps);
}

function addSettings(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/payments/settings",
    { summary: "Get the payment settings", tag: PAYMENTS_TAG, answer: paymentSettingsSchema },
    async ({ principal }) => {
      const context = await readFunding(deps, principal.organizationId);
      if (!context.ok) return context;
      const { settings, wallet } = context.value;
      return ok({ ...paymentSettingsToWire(settings), currency: wallet.currency });
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "PUT /v1/payments/settings",
    {
      summary: "Change payment settings",
      description:
        "Changes what the body names. Amounts are in the organization's currency; presets must lie within the limits.",
      tag: PAYMENTS_TAG,
      body: paymentSettingsPatchSchema,
      answer: paymentSettingsSchema,
      refusals: [503],
    },
    async ({ principal, body, keep, trail }) => {
      await trail.open(principal.organizationId);
      const context = await readFunding(deps, principal.organizationId);
      if (!context.ok) return context;
      const { currency } = context.value.wallet;
      const settings = applyPaymentSettings(context.value.settings, body);
      const failure = checkSettings(settings, currency);
      if (failure !== null) return fail(failure);
      const stored = paymentSettingsToWire(settings);
      const answer = { ...stored, currency };
      const before = { ...paymentSettingsToWire(context.value.settings), currency };
      const settingsJson = JSON.stringify(stored);
      const upsert = deps.db
        .insert(paymentSettings)
        .values({ organizationId: principal.organizationId, settingsJson })
        .onConflictDoUpdate({ target: paymentSettings.organizationId, set: { settingsJson } });
      const event = trail.record("payment_settings.update", principal.organizationId, before, answer);
      await saveChange(deps, principal.organizationId, event, [upsert, ...(await keep(answer))]);
      return ok(answer);
    },
  );
}

function checkSettings(settings: PaymentSettings, currency: Currency): Failure | null {
  const { minimumNanos, maximumNanos, presetAmountsNanos } = settings;
  const amounts = [
    ["minimum", minimumNanos],
    ["maximum", maximumNanos],
    ...presetAmountsNanos.map((nanos, index) => [`preset_amounts.${index}`, nanos] as const),
  ] as const;
  for (const [name, nanos] of amounts) {
    if (toMinorUnits(nanos, currency) !== null) continue;
    const rule = `${currency} amounts can be paid with at most ${minorUnitDecimals(currency)} decimals.`;
    return invalid(name, "amount_not_payable", rule);
  }
  if (minimumNanos > maximumNanos) {
    return invalid("minimum", "invalid_value", "The minimum is above the maximum.");
  }
  const outside = presetAmountsNanos.findIndex((nanos) => nanos < minimumNanos || nanos > maximumNanos);
  if (outside === -1) return null;
  return invalid(`preset_amounts.${outside}`, "invalid_value", "A preset lies outside of the minimum and maximum.");
}

function addAvailability(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/payments/availability",
    {
      summary: "See what can be topped up",
      description:
        "For the caller, by scope: whether `create-checkout` would work, and if not, why. `team_id` and `user_id` ask about others' wallets.",
      tag: PAYMENTS_TAG,
      query: availabilityQuerySchema,
      answer: availabilitySchema,
      refusals: [404],
    },
    async ({ principal, query }) => {
      const context = await readFunding(deps, principal.organizationId);
      if (!context.ok) return context;
      const { settings, wallet, provider } = context.value;
      const funder = await funderOf(deps, principal);
      const scopes = [];
      for (const scope of FUNDABLE_SCOPES) {
        // oxlint-disable-next-line no-await-in-loop -- three
        const target = await targetOf(deps, principal, scope, query);
        if (!target.ok) return target;
        scopes.push({ scope, ...viewDecision(context.value, target.value, funder) });
      }
      return ok({
        provider: provider?.name ?? null,
        ...limitsToWire(settings),
        currency: wallet.currency,
        decimals: minorUnitDecimals(wallet.currency),
        scopes,
      });
    },
  );
}

function limitsToWire(settings: PaymentSettings) {
  const { preset_amounts, minimum, maximum } = paymentSettingsToWire(settings);
  return { preset_amounts, minimum, maximum };
}

function viewDecision(
  context: Parameters<typeof decide>[0],
  target: FundingTarget | null,
  funder: Parameters<typeof decide>[2],
) {
  if (target === null) {
    const message = "Name whose wallet it is.";
    return { owner_id: null, available: false, reason: "owner_required" as const, message };
  }
  const decision = decide(context, target, funder);
  return decision.available
    ? { owner_id: target.ownerId, available: true, reason: null, message: null }
    : { owner_id: target.ownerId, available: false, reason: decision.reason, message: decision.message };
}

/** Null: the caller has no wallet of this scope, and names none. */
async function targetOf(
  deps: ApiDeps,
  principal: Principal,
  scope: FundableScope,
  query: { readonly team_id?: string | undefined; readonly user_id?: string | undefined },
) {
  const teamId = query.team_id ?? principal.teamId;
  const userId = query.user_id ?? principal.memberId;
  if (scope === "team") {
    return teamId === null ? ok(null) : readTarget(deps, principal, { scope, team_id: teamId });
  }
  if (scope === "user") {
    return userId === null ? ok(null) : readTarget(deps, principal, { scope, user_id: userId });
  }
  return readTarget(deps, principal, { scope });
}

function addMethods(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/payments/methods",
    {
      summary: "List saved payment methods",
      description: "Without `org:billing`: those that the caller has saved.",
      tag: PAYMENTS_TAG,
      query: listQuerySchema,
      answer: listOf(paymentMethodSchema),
    },
    async ({ principal, query }) => {
      const after = query.cursor === undefined ? undefined : gt(paymentMethods.id, query.cursor);
      const rows = await deps.db
        .select()
        .from(paymentMethods)
        .where(and(ofCaller(principal), isNull(paymentMethods.removedAtMs), after))
        .orderBy(asc(paymentMethods.id))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, ({ id }) => id, methodToWire));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "DELETE /v1/payments/methods/{id}",
    {
      summary: "Remove a saved payment method",
      description: "The provider forgets it too. Without `org:billing`: one that the caller has saved.",
      tag: PAYMENTS_TAG,
      params: idParams,
      answer: deletedSchema,
      refusals: [404, 503],
    },
    async ({ principal, params, keep, trail }) => {
      const own = and(eq(paymentMethods.id, params.id), ofCaller(principal));
      const rows = await deps.db
        .select()
        .from(paymentMethods)
        .where(and(own, isNull(paymentMethods.removedAtMs)));
      const method = rows[0];
      if (method === undefined) return fail({ kind: "not_found", what: "payment method" });
      const removed = await findProvider(deps.payments.flow, method.provider)?.removeMethod(method);
      if (removed !== undefined && !removed.ok) return fail({ kind: "payment_provider_unavailable" });
      const answer = deleted(params.id);
      const event = trail.record("payment_method.delete", params.id, methodToWire(method), null);
      await saveRecorded(deps, principal.organizationId, event, [
        deps.db.update(paymentMethods).set({ removedAtMs: deps.nowMs() }).where(own),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

/** Every method of the organization with `org:billing`, else those that the caller has saved. */
function ofCaller({ organizationId, capabilities, memberId }: Principal) {
  const own = eq(paymentMethods.organizationId, organizationId);
  return capabilities.has("org:billing") ? own : and(own, eq(paymentMethods.memberId, memberId ?? ""));
}

function methodToWire({ id, provider, label, createdAtMs }: typeof paymentMethods.$inferSelect) {
  return { id, provider, label, created_at: formatTime(createdAtMs) };
}
