/**
 * Refunds: asked for at the provider by our id, and taken out of the wallet once the provider has made them. Each step can be repeated:
 * the provider knows the refund by its id, and so does the ledger.
 */
import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { Nanos } from "../../core/money.ts";
import { paymentRefunds, paymentSessions } from "../d1/payment-schema.ts";
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
  if (refund.status === "failed" || refund.entryId !== null) return "done";
  if (refund.status === "succeeded") return postRefund(ports, session, refund);
  const provider = findProvider(ports, session.provider);
  if (provider === null || session.paymentReference === null) return "waiting";
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
  // What the ledger has posted stays.
  if (refund.entryId !== null) return "done";
  const isOver = status === "failed";
  const nextCheckAtMs = isOver ? null : ports.nowMs() + pauseMs(0);
  await change(ports, refund.id, { status, refundReference, nextCheckAtMs });
  if (status === "succeeded") return postRefund(ports, session, { ...refund, status, refundReference });
  return isOver ? "done" : "waiting";
}

async function postRefund(ports: PaymentPorts, session: SessionRow, refund: RefundRow): Promise<Progress> {
  const reply = await ports.organization(session.organizationId).refundPayment({
    refundId: refund.id,
    sessionId: session.id,
    amountNanos: refund.amountNanos,
    actor: refund.actor,
    note: refund.reason ?? `refund ${refund.id}`,
  });
  if (reply.outcome === "refused") {
    ports.reportError("payment.refund_not_posted", new Error(`${refund.id}: ${reply.failure.kind}`));
    await change(ports, refund.id, { nextCheckAtMs: ports.nowMs() + pauseMs(2) });
    return "waiting";
  }
  await change(ports, refund.id, { entryId: reply.entryId, nextCheckAtMs: null });
  await countRefunds(ports, session);
  return "done";
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

/** What is neither refunded nor about to be. */
export async function unrefundedNanos(db: ControlDatabase, session: SessionRow): Promise<Nanos> {
  const rows = await db
    .select({ amountNanos: selectNanos(paymentRefunds.amountNanos), status: paymentRefunds.status })
    .from(paymentRefunds)
    .where(eq(paymentRefunds.sessionId, session.id));
  const taken = rows.filter(({ status }) => status !== "failed").reduce((sum, row) => sum + row.amountNanos, 0n);
  return (session.capturedNanos ?? 0n) - taken;
}

async function change({ db }: PaymentPorts, id: string, changes: Partial<typeof paymentRefunds.$inferInsert>) {
  await db.update(paymentRefunds).set(changes).where(eq(paymentRefunds.id, id));
}
