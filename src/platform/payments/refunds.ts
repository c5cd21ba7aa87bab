/**
 * Refunds: asked for at the provider by our id, and taken out of the wallet once the provider has made them. Each step can be repeated:
 * the provider knows the refund by its id, and so does the ledger.
 */
import { and, eq, isNotNull, ne, sql } from "drizzle-orm";
import type { Nanos } from "../../core/money.ts";
import { paymentDisputes, paymentRefunds, paymentSessions } from "../d1/payment-schema.ts";
import { selectNanos } from "../d1/nanos-column.ts";
import type { ControlDatabase } from "../d1/database.ts";
import { pauseMs } from "./advance.ts";
import { findProvider, type PaymentPorts, type Progress } from "./ports.ts";
import type { RefundState } from "./provider.ts";
import { moveRow, type SessionRow } from "./session-rows.ts";

export type RefundRow = typeof paymentRefunds.$inferSelect;

export const REFUND_COLUMNS = {
  id: paymentRefunds.id,
  organizationId: paymentRefunds.organizationId,
  sessionId: paymentRefunds.sessionId,
  amountNanos: selectNanos(paymentRefunds.amountNanos),
  status: paymentRefunds.status,
  refundReference: paymentRefunds.refundReference,
  entryId: paymentRefunds.entryId,
  reason: paymentRefunds.reason,
  actor: paymentRefunds.actor,
  nextCheckAtMs: paymentRefunds.nextCheckAtMs,
  createdAtMs: paymentRefunds.createdAtMs,
};

export async function findRefund(db: ControlDatabase, id: string): Promise<RefundRow | null> {
  const rows = await db.select(REFUND_COLUMNS).from(paymentRefunds).where(eq(paymentRefunds.id, id)).limit(1);
  return rows[0] ?? null;
}

/** Asks the provider for the refund, or how it stands, and takes it out of the wallet when it was made. */
export async function pursueRefund(ports: PaymentPorts, session: SessionRow, refund: RefundRow): Promise<Progress> {
  if (refund.status === "failed") return "done";
  if (refund.entryId !== null) return finishRefund(ports, session, refund.id);
  if (refund.status === "succeeded") return postRefund(ports, session, refund);
  const provider = findProvider(ports, session.provider);
  if (provider === null || session.paymentReference === null) {
    await postponeRefund(ports, refund.id);
    return "waiting";
  }
  const asked =
    refund.status === "pending" && refund.refundReference !== null
      ? await provider.readRefund(refund.refundReference)
      : await provider.refund({
          refundId: refund.id,
          sessionId: session.id,
          paymentReference: session.paymentReference,
          amountNanos: refund.amountNanos,
          currency: session.currency,
        });
  if (asked.ok) return applyRefundState(ports, session, refund, asked.value);
  ports.reportError("payment.refund_not_made", new Error(`${refund.id}: ${asked.failure.message}`));
  if (asked.failure.kind === "rejected") {
    await change(ports, refund.id, { status: "failed", nextCheckAtMs: null });
    return "done";
  }
  await change(ports, refund.id, { nextCheckAtMs: ports.nowMs() + pauseMs(0) });
  return "waiting";
}

export async function applyRefundState(
  ports: PaymentPorts,
  session: SessionRow,
  refund: RefundRow,
  { status, refundReference }: RefundState,
): Promise<Progress> {
  // What has left the ledger stays out of it: only a person can put right what the bank refuses afterwards.
  if (refund.entryId !== null || (refund.status === "succeeded" && refund.nextCheckAtMs === null)) {
    if (status === "failed")
      ports.reportError("payment.refund_failed_late", new Error(`${refund.id} of ${session.id}`));
    return "done";
  }
  // The provider's end stands, in whatever order its news come. One that it has rejected has no name there.
  if (refund.status === "failed" && refund.refundReference === refundReference) return "done";
  const isOver = status === "failed";
  const nextCheckAtMs = isOver ? null : ports.nowMs() + pauseMs(0);
  await change(ports, refund.id, { status, refundReference, nextCheckAtMs });
  if (status === "succeeded") return postRefund(ports, session, { ...refund, status, refundReference });
  return isOver ? "done" : "waiting";
}

async function postRefund(ports: PaymentPorts, session: SessionRow, refund: RefundRow): Promise<Progress> {
  if (session.entryId === null && (await returnUncredited(ports, session, refund))) return "done";
  const reply = await ports.organization(session.organizationId).refundPayment({
    refundId: refund.id,
    sessionId: session.id,
    amountNanos: refund.amountNanos,
    actor: refund.actor,
    note: refund.reason ?? `refund ${refund.id}`,
  });
  if (reply.outcome === "refused") {
    ports.reportError("payment.refund_not_posted", new Error(`${refund.id}: ${reply.failure.kind}`));
    await postponeRefund(ports, refund.id);
    return "waiting";
  }
  await change(ports, refund.id, { entryId: reply.entryId });
  return finishRefund(ports, session, refund.id);
}

/** What the ledger has posted is counted, and only then is nothing left to do. */
async function finishRefund(ports: PaymentPorts, session: SessionRow, refundId: string): Promise<Progress> {
  await countRefunds(ports, session);
  await change(ports, refundId, { nextCheckAtMs: null });
  return "done";
}

/** A payment that never reached a wallet went back: nothing of it is in the ledger. False: it was credited after all, or the ledger does not answer. */
async function returnUncredited(ports: PaymentPorts, session: SessionRow, refund: RefundRow): Promise<boolean> {
  if (refund.amountNanos !== session.capturedNanos) return false;
  const forgone = await ports.organization(session.organizationId).forgoPayment(session.id);
  if (forgone.outcome === "refused") return false;
  const refunded = { refundedNanos: refund.amountNanos, failureCode: null, nextCheckAtMs: null } as const;
  await moveRow(ports.db, session.id, "refund_all", ports.nowMs(), refunded);
  await change(ports, refund.id, { nextCheckAtMs: null });
  return true;
}

/** What was refunded is the sum of what the ledger has posted; all of it makes the session `refunded`. */
async function countRefunds({ db, nowMs }: PaymentPorts, session: SessionRow): Promise<void> {
  const posted = db
    .select({ sum: sql<string>`CAST(coalesce(sum(${paymentRefunds.amountNanos}), 0) AS TEXT)` })
    .from(paymentRefunds)
    .where(and(eq(paymentRefunds.sessionId, session.id), isNotNull(paymentRefunds.entryId)));
  const refundedNanos = BigInt((await posted)[0]?.sum ?? "0");
  await db
    .update(paymentSessions)
    .set({ refundedNanos: sql`max(${paymentSessions.refundedNanos}, CAST(${refundedNanos.toString()} AS INTEGER))` })
    .where(eq(paymentSessions.id, session.id));
  if (refundedNanos === session.capturedNanos) await moveRow(db, session.id, "refund_all", nowMs());
}

/** What is neither refunded nor about to be, and not disputed either. At least 0. */
export async function unrefundedNanos(db: ControlDatabase, session: SessionRow): Promise<Nanos> {
  const [refunds, disputes] = await Promise.all([
    db
      .select({ amountNanos: selectNanos(paymentRefunds.amountNanos) })
      .from(paymentRefunds)
      .where(and(eq(paymentRefunds.sessionId, session.id), ne(paymentRefunds.status, "failed"))),
    db
      .select({ amountNanos: selectNanos(paymentDisputes.amountNanos) })
      .from(paymentDisputes)
      .where(and(eq(paymentDisputes.sessionId, session.id), ne(paymentDisputes.status, "won"))),
  ]);
  const leftNanos = [...refunds, ...disputes].reduce(
    (left, { amountNanos }) => left - amountNanos,
    session.capturedNanos ?? 0n,
  );
  return leftNanos > 0n ? leftNanos : 0n;
}

/** What cannot go on now keeps no other refund waiting. */
export async function postponeRefund(ports: PaymentPorts, id: string): Promise<void> {
  await change(ports, id, { nextCheckAtMs: ports.nowMs() + pauseMs(2) });
}

async function change({ db }: PaymentPorts, id: string, changes: Partial<typeof paymentRefunds.$inferInsert>) {
  await db.update(paymentRefunds).set(changes).where(eq(paymentRefunds.id, id));
}
