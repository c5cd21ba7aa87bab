/** `/v1/payments`: checkouts, and how they stand. */
import {
  checkoutAnswerSchema,
  checkoutSchema,
  confirmSchema,
  paymentHistoryQuerySchema,
  paymentSessionSchema,
} from "../../contract/payment-api.ts";
import { formatTime } from "../../contract/amount.ts";
import { listOf } from "../../contract/list.ts";
import { fail, ok, type Result } from "../../core/failure.ts";
import { formatNanos } from "../../core/money.ts";
import { isOpen } from "../../core/payment-session.ts";
import { deriveId } from "../../platform/identifiers.ts";
import { applyState, creditCaptured, pollSession } from "../../platform/payments/advance.ts";
import { findProvider } from "../../platform/payments/ports.ts";
import { findSession, type SessionRow } from "../../platform/payments/session-rows.ts";
import type { Principal } from "../authenticate.ts";
import type { ApiDeps } from "../deps.ts";
import { idParams } from "../route-reference.ts";
import { addPrincipalRoute, type Api, type CallContext } from "../route.ts";
import { funderOf, readFunding, readTarget } from "./funding.ts";
import { readHistory } from "./history.ts";
import { openSession } from "./open-session.ts";
import { sessionToWire } from "./wire.ts";

export const PAYMENTS_TAG = "Payments";

export function addCheckoutRoutes(api: Api, deps: ApiDeps): void {
  addCreateRoute(api, deps);
  addConfirmRoute(api, deps);
  addReadRoutes(api, deps);
}

function addCreateRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/payments/create-checkout",
    {
      summary: "Begin a payment",
      description:
        "Gives the address at which the payer pays. Whoever has `org:billing` funds any wallet that the payment settings allow; members the " +
        "organization's, their own while `self_service_user_top_up` is on, and those of teams that they lead. When it is not possible, `code` says why.",
      tag: PAYMENTS_TAG,
      body: checkoutSchema,
      answer: checkoutAnswerSchema,
      status: 201,
      refusals: [404, 503],
    },
    async ({ principal, body, trail, origin, ...call }) => {
      await trail.open(principal.organizationId);
      const context = await readFunding(deps, principal.organizationId);
      if (!context.ok) return context;
      const target = await readTarget(deps, principal, body);
      if (!target.ok) return target;
      const opened = await openSession(deps, trail, {
        id: await sessionIdOf(deps, call, principal.organizationId),
        context: context.value,
        target: target.value,
        funder: await funderOf(deps, principal),
        amountNanos: body.amount ?? null,
        ticketId: body.ticket_id ?? null,
        returnUrl: body.return_url ?? null,
        saveMethod: body.save_payment_method,
        origin,
        actor: call.actor,
      });
      return opened.ok ? answerCheckout(opened.value) : opened;
    },
  );
}

function answerCheckout(session: SessionRow) {
  const { id, approvalUrl, amountNanos, currency, expiresAtMs } = session;
  if (approvalUrl === null) return fail({ kind: "payment_provider_unavailable" } as const);
  return ok({
    session_id: id,
    approval_url: approvalUrl,
    amount: formatNanos(amountNanos),
    currency,
    expires_at: formatTime(expiresAtMs),
  });
}

async function sessionIdOf(
  deps: ApiDeps,
  { actor, idempotencyKey }: Pick<CallContext, "actor" | "idempotencyKey">,
  organizationId: string,
): Promise<string> {
  return idempotencyKey === null ? deps.newId("pay") : deriveId("pay", [organizationId, actor, idempotencyKey]);
}

function addConfirmRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/payments/confirm-checkout",
    {
      summary: "Confirm a payment",
      description:
        "Asks the provider for the money of a checkout that the payer has approved, and credits it. Can be repeated; the webhook does " +
        "the same by itself, whichever comes first.",
      tag: PAYMENTS_TAG,
      body: confirmSchema,
      answer: paymentSessionSchema,
      refusals: [404, 503],
    },
    async ({ principal, body }) => {
      const found = await findOwnSession(deps, principal, body.session_id);
      if (!found.ok) return found;
      return confirmSession(deps, found.value);
    },
  );
}

/** Also for the page that payers return to. */
export async function confirmSession(deps: ApiDeps, session: SessionRow) {
  const { flow } = deps.payments;
  const provider = findProvider(flow, session.provider);
  const { checkoutReference } = session;
  if (session.status === "captured") await creditCaptured(flow, session.id);
  else if (provider !== null && checkoutReference !== null && isOpen(session.status)) {
    const captured = await provider.captureCheckout(checkoutReference, session.id);
    if (!captured.ok) {
      flow.reportError("payment.not_confirmed", new Error(`${session.id}: ${captured.failure.message}`));
      return fail({ kind: "payment_provider_unavailable" } as const);
    }
    await applyState(flow, session, captured.value);
  }
  return ok(sessionToWire((await findSession(deps.db, session.id)) ?? session));
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/payments/sessions/{id}",
    {
      summary: "Get a payment",
      description:
        "Whoever has `org:read` or `org:billing` sees every payment of the organization, everybody else their own. While it is under way the provider is asked, " +
        "so that polling needs no webhook.",
      tag: PAYMENTS_TAG,
      params: idParams,
      answer: paymentSessionSchema,
      refusals: [404],
    },
    async ({ principal, params }) => {
      const found = await findOwnSession(deps, principal, params.id);
      if (!found.ok) return found;
      const { status } = found.value;
      if (isOpen(status) || status === "captured") await pollSession(deps.payments.flow, found.value);
      return ok(sessionToWire((await findSession(deps.db, params.id)) ?? found.value));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "GET /v1/payments/history",
    {
      summary: "List payments",
      description: "Newest first.",
      tag: PAYMENTS_TAG,
      query: paymentHistoryQuerySchema,
      answer: listOf(paymentSessionSchema),
    },
    async ({ principal, query }) => readHistory(deps, { ...query, organization_id: principal.organizationId }),
  );
}

/** Of the key's organization, and its own where it may not see all. */
async function findOwnSession(deps: ApiDeps, principal: Principal, id: string): Promise<Result<SessionRow>> {
  const session = await findSession(deps.db, id);
  const seesAll = principal.capabilities.has("org:billing") || principal.capabilities.has("org:read");
  const isOwn =
    session !== null &&
    session.organizationId === principal.organizationId &&
    (seesAll ||
      session.actor === principal.id ||
      (principal.memberId !== null && session.memberId === principal.memberId));
  return isOwn ? ok(session) : fail({ kind: "not_found", what: "payment" });
}
