/** What the cron trigger does for payments, bounded: whatever was not told, not answered or not credited is looked after. */
import { asc, lte } from "drizzle-orm";
import { paymentRefunds, paymentSessions } from "../d1/payment-schema.ts";
import { pollSession, postpone } from "./advance.ts";
import { retryEvents } from "./events.ts";
import type { PaymentPorts } from "./ports.ts";
import { postponeRefund, pursueRefund, REFUND_COLUMNS } from "./refunds.ts";
import { findSession, SESSION_COLUMNS, toSession } from "./session-rows.ts";

const AT_ONCE = 50;

/** Expires sessions, polls stuck ones, credits captured ones, pursues refunds and events. One that fails keeps nobody waiting. */
export async function maintainPayments(ports: PaymentPorts): Promise<void> {
  await attempt(ports, () => retryEvents(ports));
  const sessions = await ports.db
    .select(SESSION_COLUMNS)
    .from(paymentSessions)
    .where(lte(paymentSessions.nextCheckAtMs, ports.nowMs()))
    .orderBy(asc(paymentSessions.nextCheckAtMs))
    .limit(AT_ONCE);
  for (const row of sessions) {
    const poll = () => pollSession(ports, toSession(row));
    // oxlint-disable-next-line no-await-in-loop -- bounded, and gentle to the provider
    await attempt(ports, poll, () => postpone(ports, row));
  }
  const refunds = await ports.db
    .select(REFUND_COLUMNS)
    .from(paymentRefunds)
    .where(lte(paymentRefunds.nextCheckAtMs, ports.nowMs()))
    .orderBy(asc(paymentRefunds.nextCheckAtMs))
    .limit(AT_ONCE);
  for (const refund of refunds) {
    const pursue = async () => {
      const session = await findSession(ports.db, refund.sessionId);
      return session === null ? "waiting" : pursueRefund(ports, session, refund);
    };
    // oxlint-disable-next-line no-await-in-loop -- as above
    await attempt(ports, pursue, () => postponeRefund(ports, refund.id));
  }
}

/** What throws is put off: the oldest come first, and would keep the others from their turn. */
async function attempt(
  ports: PaymentPorts,
  work: () => Promise<unknown>,
  putOff: (() => Promise<void>) | null = null,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    ports.reportError("payment.maintenance_failed", error);
    if (putOff !== null) await attempt(ports, putOff);
  }
}
