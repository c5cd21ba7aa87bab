/** Makes a checkout session: recorded with the audit log first, then opened at the provider, so that no payment is without its row. */
import { and, desc, eq, isNull } from "drizzle-orm";
import { fail, invalid, ok, type Failure, type Result } from "../../core/failure.ts";
import type { Nanos } from "../../core/money.ts";
import { amountForShortage, checkAmount, type Funder, type FundingTarget } from "../../core/payment-settings.ts";
import { isOpen, type SessionStatus } from "../../core/payment-session.ts";
import { paymentMethods, paymentSessions } from "../../platform/d1/payment-schema.ts";
import type { PaymentProvider } from "../../platform/payments/provider.ts";
import { findSession, moveRow, updateSession, type SessionRow } from "../../platform/payments/session-rows.ts";
import type { AuditTrail } from "../audit-trail.ts";
import type { ApiDeps } from "../deps.ts";
import { saveRecorded } from "../save-change.ts";
import { decide, type FundingContext } from "./funding.ts";
import { sessionToWire } from "./wire.ts";

/** How long a payer has. Stripe takes no less than 30 minutes. */
const SESSION_LIFETIME_MS = 60 * 60 * 1_000;
/** A session whose payer went away unseen is asked about from then on. */
const FIRST_CHECK_MS = 60 * 1_000;

export interface SessionDraft {
  /** The same id opens the same session. */
  readonly id: string;
  readonly context: FundingContext;
  readonly target: FundingTarget;
  readonly funder: Funder;
  /** Null: what the ticket lacks. */
  readonly amountNanos: Nanos | null;
  readonly ticketId: string | null;
  readonly returnUrl: string | null;
  readonly saveMethod: boolean;
  /** This gateway's own. */
  readonly origin: string;
  readonly actor: string;
}

/** Refuses with why the wallet cannot be topped up, or `payment_provider_unavailable`, after which the same id can be tried again. */
export async function openSession(deps: ApiDeps, trail: AuditTrail, draft: SessionDraft): Promise<Result<SessionRow>> {
  await trail.open(draft.context.organizationId);
  const known = await findSession(deps.db, draft.id);
  const session = known === null ? await insertSession(deps, trail, draft) : ok(known);
  if (!session.ok) return session;
  if (session.value.approvalUrl === null && !isOpen(session.value.status)) return fail(endedAs(session.value.status));
  const provider = deps.payments.flow.providers.get(draft.context.provider?.name ?? "sandbox");
  if (session.value.approvalUrl !== null || provider?.name !== session.value.provider) return session;
  return openAtProvider(deps, provider, session.value, draft);
}

async function insertSession(deps: ApiDeps, trail: AuditTrail, draft: SessionDraft): Promise<Result<SessionRow>> {
  const { context, target, ticketId } = draft;
  const { currency } = context.wallet;
  const decision = decide(context, target, draft.funder);
  if (!decision.available) {
    return fail({ kind: "top_up_unavailable", reason: decision.reason, message: decision.message });
  }
  const returns = checkReturnUrl(draft);
  if (returns !== null) return fail(returns);
  const wanted = await readAmount(deps, draft);
  if (!wanted.ok) return wanted;
  const checked = checkAmount(wanted.value, currency, context.settings);
  if (!checked.ok) return checked;
  const nowMs = deps.nowMs();
  const session: SessionRow = {
    id: draft.id,
    organizationId: context.organizationId,
    kind: "checkout",
    provider: context.provider?.name ?? "",
    status: "created",
    scope: target.scope,
    ownerId: target.ownerId,
    amountNanos: wanted.value,
    currency,
    capturedNanos: null,
    refundedNanos: 0n,
    actor: draft.actor,
    memberId: draft.funder.memberId,
    ticketId,
    returnUrl: draft.returnUrl,
    saveMethod: draft.saveMethod,
    methodId: null,
    checkoutReference: null,
    paymentReference: null,
    approvalUrl: null,
    failureCode: null,
    entryId: null,
    expiresAtMs: nowMs + SESSION_LIFETIME_MS,
    nextCheckAtMs: nowMs + FIRST_CHECK_MS,
    checks: 0,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  const event = trail.record("payment.create", draft.id, null, sessionToWire(session));
  await saveRecorded(deps, context.organizationId, event, [deps.db.insert(paymentSessions).values(session)]);
  return ok(session);
}

async function openAtProvider(
  deps: ApiDeps,
  provider: PaymentProvider,
  session: SessionRow,
  { context, origin }: SessionDraft,
): Promise<Result<SessionRow>> {
  const back = (outcome: string): string => {
    const url = new URL(session.returnUrl ?? `${origin}/payments/return`);
    url.searchParams.set("session_id", session.id);
    url.searchParams.set("outcome", outcome);
    return url.href;
  };
  const made = await provider.createCheckout({
    sessionId: session.id,
    organizationId: session.organizationId,
    amountNanos: session.amountNanos,
    currency: session.currency,
    description: `Credits for ${context.organizationName}`,
    successUrl: back("paid"),
    cancelUrl: back("canceled"),
    expiresAtMs: session.expiresAtMs,
    saveMethod: session.saveMethod,
    customerReference: await findCustomer(deps, session),
  });
  if (!made.ok) {
    deps.payments.flow.reportError("payment.checkout_not_opened", new Error(`${session.id}: ${made.failure.message}`));
    if (made.failure.kind === "rejected") {
      const changes = { failureCode: "rejected_by_provider", nextCheckAtMs: null };
      await moveRow(deps.db, session.id, "fail", deps.nowMs(), changes);
      return fail(invalid("amount", "rejected_by_provider", "The payment provider does not take this payment."));
    }
    return fail({ kind: "payment_provider_unavailable" });
  }
  const { reference: checkoutReference, approvalUrl, expiresAtMs } = made.value;
  await updateSession(deps.db, session.id, { checkoutReference, approvalUrl, expiresAtMs });
  return ok({ ...session, checkoutReference, approvalUrl, expiresAtMs });
}

/** With a ticket at least what it lacks, so that the payment is not for nothing. */
async function readAmount(deps: ApiDeps, draft: SessionDraft): Promise<Result<Nanos>> {
  const { ticketId, amountNanos, context, target } = draft;
  if (ticketId === null) {
    return amountNanos === null
      ? fail(invalid("amount", "missing_required_parameter", "The field `amount` is required."))
      : ok(amountNanos);
  }
  const reply = await deps.organization(context.organizationId).ticketFunding(ticketId);
  if (reply.outcome === "refused") return fail(reply.failure);
  const { holdNanos, currency, sources } = reply.value;
  const wallet = sources.find(({ scope, ownerId }) => scope === target.scope && ownerId === target.ownerId);
  if (wallet === undefined || currency !== context.wallet.currency) {
    const message = "The request of this ticket cannot be paid from that wallet.";
    return fail(invalid("scope", "ticket_of_other_wallet", message));
  }
  const neededNanos = amountForShortage(holdNanos, wallet.availableNanos, currency, context.settings);
  if (amountNanos === null) return ok(neededNanos);
  if (wallet.availableNanos + amountNanos >= holdNanos) return ok(amountNanos);
  return fail(
    invalid("amount", "amount_below_shortage", "The request of this ticket would still lack money afterwards."),
  );
}

/** What its provider never opened, or refused, cannot be paid any more. */
function endedAs(status: SessionStatus): Failure {
  const message = `This payment has ended: it is ${status}. Begin another one, with another Idempotency-Key.`;
  return { kind: "conflict", code: "payment_ended", message };
}

/** No open redirect: payers come back to this gateway, or to where the platform says. */
function checkReturnUrl({ returnUrl, origin, context }: SessionDraft): Failure | null {
  if (returnUrl === null) return null;
  const url = new URL(returnUrl);
  const isAllowed = [origin, ...context.config.returnOrigins].includes(url.origin);
  if (isAllowed && url.username === "" && url.password === "") return null;
  return invalid(
    "return_url",
    "return_url_not_allowed",
    "Payers can return to this gateway, or to an origin that the platform allows.",
  );
}

async function findCustomer(deps: ApiDeps, session: SessionRow): Promise<string | null> {
  const rows = await deps.db
    .select({ customerReference: paymentMethods.customerReference })
    .from(paymentMethods)
    .where(
      and(
        eq(paymentMethods.organizationId, session.organizationId),
        eq(paymentMethods.provider, session.provider),
        isNull(paymentMethods.removedAtMs),
      ),
    )
    .orderBy(desc(paymentMethods.id))
    .limit(1);
  return rows[0]?.customerReference ?? null;
}
