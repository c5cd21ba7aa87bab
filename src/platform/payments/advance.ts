/**
 * Brings a session forward by what its provider says. Everything here can be done again at any time, by a webhook, a confirmation, a
 * poll or the cron trigger: a captured payment is written down before it is credited, the ledger credits a session once, and only then is
 * the session completed.
 */
import { and, eq, isNull } from "drizzle-orm";
import { formatNanos, type Nanos } from "../../core/money.ts";
import { isOpen } from "../../core/payment-session.ts";
import type { WalletOwner } from "../../core/attribution.ts";
import type { ControlDatabase } from "../d1/database.ts";
import { paymentEvents, paymentMethods } from "../d1/payment-schema.ts";
import { pursueCharge, reportDecline } from "./charge.ts";
import { findProvider, type PaymentPorts, type Progress } from "./ports.ts";
import type { CapturedPayment, Decline, PaymentState, ProviderMethod } from "./provider.ts";
import { findSession, moveRow, updateSession, type SessionRow } from "./session-rows.ts";

const EXPIRED: Decline = { code: "expired", retryable: true };
const SECOND_MS = 1_000;
const FIRST_PAUSE_MS = 30 * SECOND_MS;
const LONGEST_PAUSE_MS = 60 * 60 * SECOND_MS;

/** When to look again after so many looks: 30 s, 1, 2, 4 … 60 minutes. */
export function pauseMs(checks: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(checks, 10));
}

/** Applies how a checkout or charge stands at its provider. */
export async function applyState(ports: PaymentPorts, session: SessionRow, state: PaymentState): Promise<Progress> {
  switch (state.status) {
    case "captured":
      return applyCapture(ports, session, state.payment);
    case "failed":
      return applyDecline(ports, session, state.decline);
    case "canceled":
      return end(ports, session, "cancel", { code: "canceled", retryable: true });
    case "expired":
      return end(ports, session, "expire", EXPIRED);
    case "pending":
      await moveRow(ports.db, session.id, "approve", ports.nowMs(), {
        nextCheckAtMs: ports.nowMs() + FIRST_PAUSE_MS,
        ...(state.paymentReference === null ? {} : { paymentReference: state.paymentReference }),
      });
      return "waiting";
    case "open":
    case "unknown":
      return "waiting";
  }
}

export async function applyDecline(ports: PaymentPorts, session: SessionRow, decline: Decline): Promise<Progress> {
  return end(ports, session, "fail", decline);
}

/** A charge is reported to the ledger that asked for it first, so that whatever breaks in between is done again. */
async function end(
  ports: PaymentPorts,
  session: SessionRow,
  move: "cancel" | "fail" | "expire",
  decline: Decline,
): Promise<Progress> {
  const isReported = session.kind === "charge" && isOpen(session.status);
  if (isReported && !(await reportDecline(ports, session, decline))) return "waiting";
  await moveRow(ports.db, session.id, move, ports.nowMs(), { failureCode: decline.code, nextCheckAtMs: null });
  return "done";
}

/** The provider has the money: written down first, then credited. Legal also after the session ended without it. */
export async function applyCapture(
  ports: PaymentPorts,
  session: SessionRow,
  payment: CapturedPayment,
): Promise<Progress> {
  const nowMs = ports.nowMs();
  const isOwnCurrency = payment.currency === session.currency;
  const isFirst = await moveRow(ports.db, session.id, "capture", nowMs, {
    capturedNanos: payment.amountNanos,
    paymentReference: payment.paymentReference,
    failureCode: isOwnCurrency ? null : "captured_in_other_currency",
    // Nobody but a person can decide what that money is worth.
    nextCheckAtMs: isOwnCurrency ? nowMs : null,
  });
  if (!isFirst && (await isOtherPayment(ports, session.id, payment))) return "waiting";
  if (!isOwnCurrency && session.kind === "charge") {
    await reportDecline(ports, session, { code: "captured_in_other_currency", retryable: false });
  }
  if (payment.method !== null) await saveMethod(ports, session, payment.method);
  return creditCaptured(ports, session.id);
}

/** A session is for one payment: of a second one somebody must decide. */
async function isOtherPayment(ports: PaymentPorts, sessionId: string, payment: CapturedPayment): Promise<boolean> {
  const known = (await findSession(ports.db, sessionId))?.paymentReference ?? payment.paymentReference;
  if (known === payment.paymentReference) return false;
  const what = `${sessionId} was paid by ${known}, and once more by ${payment.paymentReference}`;
  ports.reportError("payment.captured_twice", new Error(what));
  return true;
}

/** Credits a captured session and completes it; does nothing for any other. */
export async function creditCaptured(ports: PaymentPorts, sessionId: string): Promise<Progress> {
  const session = await findSession(ports.db, sessionId);
  if (session === null) return "waiting";
  const { status, capturedNanos, nextCheckAtMs } = session;
  if (status === "completed" || status === "refunded") return "done";
  if (status !== "captured" || capturedNanos === null || nextCheckAtMs === null) return "waiting";
  const reply = await ports.organization(session.organizationId).topUp({
    sessionId,
    owner: ownerOf(session),
    amountNanos: capturedNanos,
    currency: session.currency,
    actor: session.actor,
    note: `by ${session.provider}`,
  });
  const nowMs = ports.nowMs();
  if (reply.outcome === "refused") {
    const { failure } = reply;
    ports.reportError(
      "payment.credit_failed",
      new Error(`${sessionId} of ${formatNanos(capturedNanos)}: ${failure.kind}`),
    );
    const failureCode = "code" in failure ? failure.code : failure.kind;
    await postpone(ports, session, { failureCode });
    return "waiting";
  }
  const completed = { entryId: reply.entryId, failureCode: null, nextCheckAtMs: null } as const;
  await moveRow(ports.db, sessionId, "complete", nowMs, completed);
  await wakeEvents(ports.db, sessionId, nowMs);
  return "done";
}

/** What waited for the credit has its turn, also what was given up. */
async function wakeEvents(db: ControlDatabase, sessionId: string, nowMs: number): Promise<void> {
  const waiting = and(eq(paymentEvents.sessionId, sessionId), isNull(paymentEvents.processedAtMs));
  await db.update(paymentEvents).set({ nextAttemptAtMs: nowMs }).where(waiting);
}

export function ownerOf({ scope, ownerId }: Pick<SessionRow, "scope" | "ownerId">): WalletOwner {
  return { scope, ownerId };
}

/** Asks the provider how an open session stands; credits a captured one. */
export async function pollSession(ports: PaymentPorts, session: SessionRow): Promise<Progress> {
  if (session.status === "captured") return creditCaptured(ports, session.id);
  const provider = findProvider(ports, session.provider);
  if (!isOpen(session.status)) return "waiting";
  if (provider === null) {
    await postpone(ports, session);
    return "waiting";
  }
  const isOver = session.expiresAtMs <= ports.nowMs();
  const { checkoutReference } = session;
  if (session.kind === "checkout" && checkoutReference === null) {
    // The provider was asked, and its answer never came: nobody has an address to pay at.
    if (isOver) return end(ports, session, "expire", EXPIRED);
    await updateSession(ports.db, session.id, { nextCheckAtMs: session.expiresAtMs });
    return "waiting";
  }
  const read =
    session.kind === "charge"
      ? await pursueCharge(ports, provider, session)
      : isOver
        ? await provider.closeCheckout(checkoutReference ?? "")
        : await provider.readCheckout(checkoutReference ?? "");
  if (!read.ok) {
    ports.reportError("payment.not_polled", new Error(`${session.id}: ${read.failure.message}`));
    await postpone(ports, session);
    return "waiting";
  }
  const progress = await applyState(ports, session, read.value);
  if (progress === "done") return "done";
  const isNothing = read.value.status === "open" || read.value.status === "unknown";
  if (isOver && isNothing) return end(ports, session, "expire", EXPIRED);
  await postpone(ports, session);
  return "waiting";
}

export async function postpone(
  ports: PaymentPorts,
  session: Pick<SessionRow, "id" | "checks">,
  changes: { failureCode?: string } = {},
): Promise<void> {
  const dueMs = ports.nowMs() + pauseMs(session.checks);
  await updateSession(ports.db, session.id, { nextCheckAtMs: dueMs, checks: session.checks + 1, ...changes });
}

/** Once by the provider's name for it. */
export async function saveMethod(
  ports: PaymentPorts,
  { organizationId, provider, memberId }: SessionRow,
  { customerReference, methodReference, label }: ProviderMethod,
): Promise<void> {
  await ports.db
    .insert(paymentMethods)
    .values({
      id: ports.newId("pm"),
      organizationId,
      provider,
      customerReference,
      methodReference,
      label,
      memberId,
      createdAtMs: ports.nowMs(),
    })
    .onConflictDoNothing();
}

/** What of a session can be refunded by the rows alone. */
export function capturedOf({ capturedNanos }: Pick<SessionRow, "capturedNanos">): Nanos {
  return capturedNanos ?? 0n;
}
