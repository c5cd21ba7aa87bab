/**
 * Charges of saved payment methods, without the payer. Our session's id is the provider's idempotency key, and a charge is looked for
 * before it is made again, so that whatever crashed it is made once.
 */
import { and, eq, isNull } from "drizzle-orm";
import { ok, type Result } from "../../core/failure.ts";
import { organizations } from "../d1/control-schema.ts";
import { paymentMethods } from "../d1/payment-schema.ts";
import { findAutoTopUp, type AutoTopUpRow } from "./auto-top-up-rows.ts";
import type { PaymentPorts } from "./ports.ts";
import type { Decline, PaymentProvider, PaymentState, ProviderFault } from "./provider.ts";
import type { SessionRow } from "./session-rows.ts";

/** So long a charge that the provider does not know is made again: providers forget idempotency keys after a day. */
export const CHARGE_LIFETIME_MS = 23 * 60 * 60 * 1_000;

/** Finds the charge, or makes it when the provider has none and it is still wanted. */
export async function pursueCharge(
  ports: PaymentPorts,
  provider: PaymentProvider,
  session: SessionRow,
): Promise<Result<PaymentState, ProviderFault>> {
  const read = await provider.readCharge(session.id, session.paymentReference);
  if (!read.ok || read.value.status !== "unknown") return read;
  if (session.expiresAtMs <= ports.nowMs()) return ok(declined("charge_not_made", true));
  const withdrawal = await findWithdrawal(ports, session, ({ methodId }) => methodId === session.methodId);
  return withdrawal === null ? chargeOnce(ports, provider, session) : ok(declined(withdrawal, true));
}

/** Why nobody wants the wallet refilled any more; null: it is wanted. `isSame`: the settings are those that asked for it. */
export async function findWithdrawal(
  { db }: Pick<PaymentPorts, "db">,
  { organizationId, scope, ownerId }: Pick<SessionRow, "organizationId" | "scope" | "ownerId">,
  isSame: (settings: AutoTopUpRow) => boolean,
): Promise<"organization_suspended" | "turned_off" | "settings_changed" | null> {
  const [rows, settings] = await Promise.all([
    db.select({ status: organizations.status }).from(organizations).where(eq(organizations.id, organizationId)),
    findAutoTopUp(db, organizationId, { scope, ownerId }),
  ]);
  if (rows[0]?.status !== "active") return "organization_suspended";
  if (settings === null || !settings.enabled) return "turned_off";
  return isSame(settings) ? null : "settings_changed";
}

/** What a repeat would not change is a decline. */
export async function chargeOnce(
  ports: PaymentPorts,
  provider: PaymentProvider,
  session: SessionRow,
): Promise<Result<PaymentState, ProviderFault>> {
  const method = await findMethod(ports, session.organizationId, session.methodId ?? "");
  if (method === null) return ok(declined("payment_method_removed", false));
  const { id: sessionId, organizationId, amountNanos, currency } = session;
  const description = "Auto top-up";
  const charged = await provider.chargeMethod({
    sessionId,
    organizationId,
    method,
    amountNanos,
    currency,
    description,
  });
  if (charged.ok || charged.failure.kind === "unavailable") return charged;
  ports.reportError("payment.charge_rejected", new Error(`${sessionId}: ${charged.failure.message}`));
  return ok(declined("rejected_by_provider", false));
}

/** Null: there is none, or it was removed. Throws what D1 throws. */
export async function findMethod({ db }: Pick<PaymentPorts, "db">, organizationId: string, methodId: string) {
  const own = and(eq(paymentMethods.id, methodId), eq(paymentMethods.organizationId, organizationId));
  const rows = await db
    .select()
    .from(paymentMethods)
    .where(and(own, isNull(paymentMethods.removedAtMs)));
  return rows[0] ?? null;
}

/** Tells the ledger that its charge has brought no money. False: it could not be told. */
export async function reportDecline(
  ports: PaymentPorts,
  { id, organizationId }: Pick<SessionRow, "id" | "organizationId">,
  { code, retryable }: Decline,
): Promise<boolean> {
  const command = { sessionId: id, status: "failed", code, isRetryable: retryable } as const;
  const reply = await ports.organization(organizationId).endAutoTopUp(command);
  return reply.outcome === "ended" || reply.failure.kind === "not_found";
}

function declined(code: string, retryable: boolean): PaymentState {
  return { status: "failed", decline: { code, retryable } };
}
