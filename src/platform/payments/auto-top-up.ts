/** Acts on the ledger's wish to refill a wallet: writes the payment session down, and charges the saved method. */
import type { AutoTopUpMessage } from "../../contract/ledger-message.ts";
import { isOpen } from "../../core/payment-session.ts";
import { paymentSessions } from "../d1/payment-schema.ts";
import { applyState, pollSession, postpone } from "./advance.ts";
import type { AutoTopUpRow } from "./auto-top-up-rows.ts";
import { CHARGE_LIFETIME_MS, chargeOnce, findMethod, findWithdrawal, reportDecline } from "./charge.ts";
import { activeProvider, findPaymentSettings, readPaymentsConfig } from "./config.ts";
import type { PaymentPorts } from "./ports.ts";
import type { PaymentProvider } from "./provider.ts";
import { findSession, type SessionRow } from "./session-rows.ts";

/** Who made such sessions, on the wire. */
export const AUTO_TOP_UP_ACTOR = "auto_top_up";
/** A charge whose answer was lost is asked about from then on. */
const FIRST_CHECK_MS = 60 * 1_000;

/** The same message any number of times makes one charge. Throws what D1 throws; the ledger sends it again. */
export async function startAutoTopUp(ports: PaymentPorts, message: AutoTopUpMessage): Promise<void> {
  const known = await findSession(ports.db, message.session_id);
  if (known !== null) return resume(ports, known);
  const checked = await check(ports, message);
  if ("obstacle" in checked) return reportObstacle(ports, message, checked.obstacle);
  const session = sessionOf(message, checked.provider, ports.nowMs());
  const { meta } = await ports.db.insert(paymentSessions).values(session).onConflictDoNothing();
  // Another delivery of the message was faster, and charges.
  if (meta.changes === 0) return;
  const charged = await chargeOnce(ports, checked.provider, session);
  if (charged.ok) {
    await applyState(ports, session, charged.value);
    return;
  }
  ports.reportError("payment.not_charged", new Error(`${session.id}: ${charged.failure.message}`));
  await postpone(ports, session);
}

/** The ledger does not know of its end. */
async function resume(ports: PaymentPorts, session: SessionRow): Promise<void> {
  if (isOpen(session.status) || session.status === "captured") await pollSession(ports, session);
  else if (session.status !== "completed" && session.status !== "refunded") {
    await reportDecline(ports, session, { code: session.failureCode ?? session.status, retryable: true });
  }
}

interface Obstacle {
  readonly status: "failed" | "canceled";
  readonly code: string;
  readonly isRetryable: boolean;
}

const canceled = (code: string) => ({ obstacle: { status: "canceled", code, isRetryable: true } }) as const;
const failed = (code: string, isRetryable: boolean) => ({ obstacle: { status: "failed", code, isRetryable } }) as const;

/** Everything is read anew: the ledger decided by a copy, and some time ago. */
async function check(
  ports: PaymentPorts,
  message: AutoTopUpMessage,
): Promise<{ readonly obstacle: Obstacle } | { readonly provider: PaymentProvider }> {
  const { organization_id: organizationId, scope, owner_id: ownerId, method_id: methodId, currency } = message;
  const isSame = ({ revision }: AutoTopUpRow) => revision === message.revision;
  const [withdrawal, method, settings, config] = await Promise.all([
    findWithdrawal(ports, { organizationId, scope, ownerId }, isSame),
    findMethod(ports, organizationId, methodId),
    findPaymentSettings(ports.db, organizationId),
    readPaymentsConfig(ports.db),
  ]);
  if (withdrawal !== null) return canceled(withdrawal);
  if (!settings.targetScopes.includes(scope)) return failed("scope_not_allowed", false);
  if (method === null) return failed("payment_method_removed", false);
  const provider = activeProvider(ports.providers, config.provider);
  if (provider === null) return failed("no_provider", true);
  if (provider.name !== method.provider) return failed("payment_method_of_other_provider", false);
  const readiness = provider.readiness(currency);
  if (readiness.ready) return { provider };
  return readiness.reason === "not_configured"
    ? failed("provider_not_configured", true)
    : failed("currency_not_supported", true);
}

async function reportObstacle(ports: PaymentPorts, message: AutoTopUpMessage, obstacle: Obstacle): Promise<void> {
  // Another delivery of the message may have found none, and charges.
  if ((await findSession(ports.db, message.session_id)) !== null) return;
  const command = { sessionId: message.session_id, ...obstacle };
  const reply = await ports.organization(message.organization_id).endAutoTopUp(command);
  if (reply.outcome === "refused") {
    ports.reportError("payment.charge_not_ended", new Error(`${message.session_id}: ${reply.failure.kind}`));
  }
}

function sessionOf(message: AutoTopUpMessage, provider: PaymentProvider, nowMs: number): SessionRow {
  return {
    id: message.session_id,
    organizationId: message.organization_id,
    kind: "charge",
    provider: provider.name,
    status: "created",
    scope: message.scope,
    ownerId: message.owner_id,
    amountNanos: BigInt(message.amount_nanos),
    currency: message.currency,
    capturedNanos: null,
    refundedNanos: 0n,
    actor: AUTO_TOP_UP_ACTOR,
    memberId: null,
    ticketId: null,
    returnUrl: null,
    saveMethod: false,
    methodId: message.method_id,
    checkoutReference: null,
    paymentReference: null,
    approvalUrl: null,
    failureCode: null,
    entryId: null,
    expiresAtMs: nowMs + CHARGE_LIFETIME_MS,
    nextCheckAtMs: nowMs + FIRST_CHECK_MS,
    checks: 0,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}
