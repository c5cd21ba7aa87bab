/** Rows of payment sessions. A status only changes by a legal move, tested in the statement that makes it. */
import { and, eq, getTableColumns, inArray, type SQL } from "drizzle-orm";
import { moveSession, statusesBefore, type SessionMove } from "../../core/payment-session.ts";
import type { FundableScope } from "../../core/payment-settings.ts";
import { CURRENCIES, type Currency, type Nanos } from "../../core/money.ts";
import type { ControlDatabase } from "../d1/database.ts";
import { selectNanos } from "../d1/nanos-column.ts";
import { paymentSessions } from "../d1/payment-schema.ts";
import type { EventSubject } from "./provider.ts";

type Row = typeof paymentSessions.$inferSelect;
export type SessionRow = Omit<Row, "currency" | "scope"> & {
  readonly currency: Currency;
  readonly scope: FundableScope;
};
export type SessionChanges = Partial<typeof paymentSessions.$inferInsert>;

/** `NULL` stays `null`. */
const capturedColumn = selectNanos(paymentSessions.capturedNanos).mapWith((text: string | null) =>
  text === null ? null : BigInt(text),
);

/** What is selected of a session: amounts are exact. */
export const SESSION_COLUMNS = {
  ...getTableColumns(paymentSessions),
  amountNanos: selectNanos(paymentSessions.amountNanos),
  capturedNanos: capturedColumn,
  refundedNanos: selectNanos(paymentSessions.refundedNanos),
};

export function toSession(row: Omit<Row, "capturedNanos"> & { readonly capturedNanos: Nanos | null }): SessionRow {
  const currency = CURRENCIES.find((known) => known === row.currency);
  if (currency === undefined) throw new Error(`the session ${row.id} has the unknown currency ${row.currency}`);
  return { ...row, currency };
}

/** Null: there is none. Throws what D1 throws. */
export async function findSession(db: ControlDatabase, id: string): Promise<SessionRow | null> {
  return findWhere(db, eq(paymentSessions.id, id));
}

/** Whether money of the organization may still come, or has come and is not credited. */
export async function hasPaymentsUnderWay(db: ControlDatabase, organizationId: string): Promise<boolean> {
  const rows = await db
    .select({ id: paymentSessions.id })
    .from(paymentSessions)
    .where(
      and(
        eq(paymentSessions.organizationId, organizationId),
        inArray(paymentSessions.status, ["created", "capturing", "captured"]),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

/** By any name that the provider has told; only the provider's own sessions. */
export async function findSubject(
  db: ControlDatabase,
  provider: string,
  { sessionId, checkoutReference, paymentReference }: EventSubject,
): Promise<SessionRow | null> {
  const names = [
    sessionId === null ? null : eq(paymentSessions.id, sessionId),
    checkoutReference === null ? null : eq(paymentSessions.checkoutReference, checkoutReference),
    paymentReference === null ? null : eq(paymentSessions.paymentReference, paymentReference),
  ];
  for (const name of names) {
    if (name === null) continue;
    // oxlint-disable-next-line no-await-in-loop -- mostly the first one
    const found = await findWhere(db, and(eq(paymentSessions.provider, provider), name));
    if (found !== null) return found;
  }
  return null;
}

async function findWhere(db: ControlDatabase, condition: SQL | undefined): Promise<SessionRow | null> {
  const rows = await db.select(SESSION_COLUMNS).from(paymentSessions).where(condition).limit(1);
  return rows[0] === undefined ? null : toSession(rows[0]);
}

/**
 * Makes the move where it is legal by now. False: it is not, and nothing was changed. `changes` are written with it.
 */
export async function moveRow(
  db: ControlDatabase,
  id: string,
  move: SessionMove,
  nowMs: number,
  changes: SessionChanges = {},
): Promise<boolean> {
  const froms = statusesBefore(move);
  const status = froms[0] === undefined ? null : moveSession(froms[0], move);
  if (status === null) throw new RangeError(`nothing can be moved by ${move}`);
  const { meta } = await db
    .update(paymentSessions)
    .set({ ...changes, status, updatedAtMs: nowMs })
    .where(and(eq(paymentSessions.id, id), inArray(paymentSessions.status, [...froms])));
  return meta.changes > 0;
}

/** Writes what does not touch the status. */
export async function updateSession(db: ControlDatabase, id: string, changes: Omit<SessionChanges, "status">) {
  await db.update(paymentSessions).set(changes).where(eq(paymentSessions.id, id));
}
