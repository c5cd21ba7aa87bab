/** What of payments waits for a person: it is tried again for ever, or was given up. */
import { and, count, isNotNull, isNull, lt, eq, ne } from "drizzle-orm";
import type { Check } from "../contract/doctor-api.ts";
import { paymentEvents, paymentRefunds, paymentSessions } from "../platform/d1/payment-schema.ts";
import type { ControlDatabase } from "../platform/d1/database.ts";

/** By then everything that only takes its time is over. */
const LATE_MS = 60 * 60 * 1_000;

const NAME = "payments";

/** A warning for each kind of thing that waits; else one line that nothing does. */
export async function checkPayments(db: ControlDatabase, nowMs: number): Promise<readonly Check[]> {
  const beforeMs = nowMs - LATE_MS;
  const [captured, events, refunds] = await Promise.all([
    db
      .select({ rows: count() })
      .from(paymentSessions)
      .where(and(eq(paymentSessions.status, "captured"), lt(paymentSessions.updatedAtMs, beforeMs))),
    db
      .select({ rows: count() })
      .from(paymentEvents)
      .where(and(isNull(paymentEvents.processedAtMs), lt(paymentEvents.receivedAtMs, beforeMs))),
    db
      .select({ rows: count() })
      .from(paymentRefunds)
      .where(
        and(
          isNotNull(paymentRefunds.nextCheckAtMs),
          ne(paymentRefunds.status, "failed"),
          lt(paymentRefunds.createdAtMs, beforeMs),
        ),
      ),
  ]);
  const checks = [
    warnOf(captured[0]?.rows, "were captured and are not in a wallet: see failure_code in GET /v1/admin/payments"),
    warnOf(events[0]?.rows, "events of providers have had no effect yet: see payment_events in CONTROL_DB"),
    warnOf(refunds[0]?.rows, "refunds are under way for more than an hour: see payment_refunds in CONTROL_DB"),
  ].flat();
  return checks.length > 0 ? checks : [{ name: NAME, status: "ok", message: "nothing waits for anybody" }];
}

function warnOf(rows: number | undefined, what: string): Check[] {
  return rows === undefined || rows === 0 ? [] : [{ name: NAME, status: "warn", message: `${rows} ${what}` }];
}
