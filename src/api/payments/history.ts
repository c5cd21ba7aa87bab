/** Lists of payments, for organizations and for the platform. */
import { and, desc, eq, gte, lt } from "drizzle-orm";
import type { z } from "zod";
import type { adminPaymentQuerySchema } from "../../contract/payment-api.ts";
import { pageOf } from "../../contract/list.ts";
import { ok } from "../../core/failure.ts";
import { paymentSessions } from "../../platform/d1/payment-schema.ts";
import { SESSION_COLUMNS, toSession } from "../../platform/payments/session-rows.ts";
import type { ApiDeps } from "../deps.ts";
import { afterTimeCursor, timeCursorOf } from "../time-cursor.ts";
import { sessionToWire } from "./wire.ts";

type Query = z.output<typeof adminPaymentQuerySchema>;

/** Newest first. */
export async function readHistory(deps: ApiDeps, query: Query) {
  const after = afterTimeCursor(query.cursor, paymentSessions);
  if (!after.ok) return after;
  const conditions = [
    after.value,
    query.organization_id === undefined ? undefined : eq(paymentSessions.organizationId, query.organization_id),
    query.provider === undefined ? undefined : eq(paymentSessions.provider, query.provider),
    query.status === undefined ? undefined : eq(paymentSessions.status, query.status),
    query.from === undefined ? undefined : gte(paymentSessions.createdAtMs, query.from),
    query.to === undefined ? undefined : lt(paymentSessions.createdAtMs, query.to),
  ];
  const rows = await deps.db
    .select(SESSION_COLUMNS)
    .from(paymentSessions)
    .where(and(...conditions))
    .orderBy(desc(paymentSessions.createdAtMs), desc(paymentSessions.id))
    .limit(query.limit + 1);
  return ok(pageOf(rows.map(toSession), query.limit, timeCursorOf, sessionToWire));
}
