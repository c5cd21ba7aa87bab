/** The platform's side of payments: all of them, which provider is active, refunds. */
import { PAYMENT_PROVIDERS } from "../../contract/payment-provider-name.ts";
import {
  adminPaymentQuerySchema,
  paymentsConfigPatchSchema,
  paymentsConfigSchema,
  paymentSessionSchema,
  refundAnswerSchema,
  refundSchema,
  type PaymentsConfigPatch,
} from "../../contract/payment-api.ts";
import { listOf } from "../../contract/list.ts";
import { refundTooLarge } from "../../core/credited-payment.ts";
import { PLATFORM_CHAIN } from "../../core/audit-chain.ts";
import { fail, invalid, ok, type Result } from "../../core/failure.ts";
import { CURRENCIES, formatNanos, type Nanos } from "../../core/money.ts";
import { toMinorUnits } from "../../core/minor-units.ts";
import { paymentRefunds, paymentsConfig } from "../../platform/d1/payment-schema.ts";
import { deriveId } from "../../platform/identifiers.ts";
import { activeProvider, parsePaymentsConfig, readPaymentsConfig } from "../../platform/payments/config.ts";
import { findRefund, pursueRefund, unrefundedNanos, type RefundRow } from "../../platform/payments/refunds.ts";
import { findSession, type SessionRow } from "../../platform/payments/session-rows.ts";
import type { AuditTrail } from "../audit-trail.ts";
import type { ApiDeps } from "../deps.ts";
import { changePlatform } from "../platform-change.ts";
import { addPlatformRoute, type Api } from "../route.ts";
import { saveRecorded } from "../save-change.ts";
import { readHistory } from "./history.ts";
import { sessionToWire } from "./wire.ts";

const TAG = "Platform";

export function addPaymentAdminRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/payments",
    {
      summary: "List the payments of all organizations",
      description: "Newest first.",
      tag: TAG,
      query: adminPaymentQuerySchema,
      answer: listOf(paymentSessionSchema),
    },
    async ({ query }) => readHistory(deps, query),
  );
  addConfigRoutes(api, deps);
  addRefundRoute(api, deps);
}

function addConfigRoutes(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "GET /v1/admin/payments/config",
    {
      summary: "Get the payment provider",
      description: "Which one is active, and what each could take.",
      tag: TAG,
      answer: paymentsConfigSchema,
    },
    async () => ok(await viewConfig(deps)),
  );

  addPlatformRoute(
    api,
    deps,
    "PUT /v1/admin/payments/config",
    {
      summary: "Choose the payment provider",
      description:
        "Changes what the body names; for new sessions. Sessions that are under way stay with their provider.",
      tag: TAG,
      body: paymentsConfigPatchSchema,
      answer: paymentsConfigSchema,
    },
    async ({ body, keep, trail }) =>
      changePlatform(deps, "payment provider chosen", { keep, trail }, async () => {
        if (body.provider !== undefined && body.provider !== null && !deps.payments.flow.providers.has(body.provider)) {
          return fail(invalid("provider", "provider_not_available", "This deployment does not have that provider."));
        }
        const before = await viewConfig(deps);
        const known = await readPaymentsConfig(deps.db);
        const stored: PaymentsConfigPatch = {
          ...(known.provider === undefined ? {} : { provider: known.provider }),
          return_origins: [...known.returnOrigins],
          ...body,
        };
        const configJson = JSON.stringify(stored);
        const upsert = deps.db
          .insert(paymentsConfig)
          .values({ onlyRow: 1, configJson })
          .onConflictDoUpdate({ target: paymentsConfig.onlyRow, set: { configJson } });
        const answer = await viewConfig(deps, configJson);
        const recorded = { action: "payments_config.update", objectId: PLATFORM_CHAIN, before, after: answer } as const;
        return ok({ statements: [upsert], recorded, answer });
      }),
  );
}

async function viewConfig(deps: ApiDeps, configJson?: string) {
  const config = configJson === undefined ? await readPaymentsConfig(deps.db) : parsePaymentsConfig(configJson);
  const { providers } = deps.payments.flow;
  return {
    provider: activeProvider(providers, config.provider)?.name ?? null,
    return_origins: [...config.returnOrigins],
    providers: PAYMENT_PROVIDERS.flatMap((name) => {
      const provider = providers.get(name);
      if (provider === undefined) return [];
      const currencies = CURRENCIES.map((currency) => {
        const readiness = provider.readiness(currency);
        return readiness.ready
          ? { currency, ready: true, reason: null, message: null }
          : { currency, ready: false, reason: readiness.reason, message: readiness.message };
      });
      return [{ name, currencies }];
    }),
  };
}

function addRefundRoute(api: Api, deps: ApiDeps): void {
  addPlatformRoute(
    api,
    deps,
    "POST /v1/admin/payments/refund",
    {
      summary: "Refund a payment",
      description:
        "All of it or a part; one that could not be credited as a whole, after which it never is. The money leaves the wallet also when it was spent: the wallet is then below zero and has nothing for new requests. Send an `Idempotency-Key`: a " +
        "repeat refunds nothing more.",
      tag: TAG,
      body: refundSchema,
      answer: refundAnswerSchema,
      refusals: [404, 409],
    },
    async ({ body, trail, actor, idempotencyKey }) => {
      const found = await findSession(deps.db, body.session_id);
      if (found === null) return fail({ kind: "not_found", what: "payment" });
      await trail.open(found.organizationId);
      const id =
        idempotencyKey === null
          ? deps.newId("rfd")
          : await deriveId("rfd", [found.organizationId, actor, idempotencyKey]);
      const known = await findRefund(deps.db, id);
      const { amount, reason = null } = body;
      const draft = { id, amount: amount ?? null, reason, actor };
      const refund = known === null ? await insertRefund(deps, trail, found, draft) : ok(known);
      if (!refund.ok) return refund;
      await pursueRefund(deps.payments.flow, found, refund.value);
      return viewRefund(deps, id, found.id);
    },
  );
}

interface RefundDraft {
  readonly id: string;
  /** Null: all that is left. */
  readonly amount: Nanos | null;
  readonly reason: string | null;
  readonly actor: string;
}

/** No two refunds at once can be beyond what was paid: each is recorded in the organization's chain, one after the other. */
async function insertRefund(
  deps: ApiDeps,
  trail: AuditTrail,
  known: SessionRow,
  { id, amount, reason, actor }: RefundDraft,
): Promise<Result<RefundRow>> {
  const session = (await findSession(deps.db, known.id)) ?? known;
  if (session.status !== "completed" && session.status !== "captured") {
    const message = `The payment is ${session.status}: only one that is completed, or captured and not credited yet, can be refunded.`;
    return fail({ kind: "conflict", code: "payment_not_completed", message });
  }
  const leftNanos = await unrefundedNanos(deps.db, session);
  const amountNanos = amount ?? leftNanos;
  if (session.status === "captured" && amountNanos !== session.capturedNanos) {
    const message = "A payment that is not credited yet can only be refunded as a whole.";
    return fail({ kind: "conflict", code: "payment_not_completed", message });
  }
  if (toMinorUnits(amountNanos, session.currency) === null) {
    return fail(invalid("amount", "amount_not_payable", "The amount has more decimals than its currency."));
  }
  if (amountNanos <= 0n || amountNanos > leftNanos) return fail(refundTooLarge(leftNanos));
  const refund: RefundRow = {
    id,
    organizationId: session.organizationId,
    sessionId: session.id,
    amountNanos,
    status: "requested",
    refundReference: null,
    entryId: null,
    reason,
    actor,
    nextCheckAtMs: deps.nowMs() + 60_000,
    createdAtMs: deps.nowMs(),
  };
  const after = {
    session_id: session.id,
    refund_id: id,
    amount: formatNanos(amountNanos),
    currency: session.currency,
    reason,
  };
  const event = trail.record("payment.refund", session.id, sessionToWire(session), after);
  await saveRecorded(deps, session.organizationId, event, [deps.db.insert(paymentRefunds).values(refund)]);
  return ok(refund);
}

async function viewRefund(deps: ApiDeps, id: string, sessionId: string) {
  const [refund, session] = await Promise.all([findRefund(deps.db, id), findSession(deps.db, sessionId)]);
  if (refund === null || session === null) throw new Error(`the refund ${id} is gone`);
  return ok({
    refund_id: id,
    status: refund.status,
    amount: formatNanos(refund.amountNanos),
    currency: session.currency,
    entry_id: refund.entryId,
    session: sessionToWire(session),
  });
}
