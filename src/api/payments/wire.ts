/** Rows of payments as the API shows them. */
import { formatTime } from "../../contract/amount.ts";
import type { PaymentSessionWire } from "../../contract/payment-api.ts";
import { formatNanos } from "../../core/money.ts";
import { isOpen } from "../../core/payment-session.ts";
import type { SessionRow } from "../../platform/payments/session-rows.ts";

export function sessionToWire(session: SessionRow): PaymentSessionWire {
  return {
    id: session.id,
    organization_id: session.organizationId,
    kind: session.kind,
    provider: session.provider,
    status: session.status,
    scope: session.scope,
    owner_id: session.ownerId,
    amount: formatNanos(session.amountNanos),
    currency: session.currency,
    captured_amount: session.capturedNanos === null ? null : formatNanos(session.capturedNanos),
    refunded_amount: formatNanos(session.refundedNanos),
    failure_code: session.failureCode,
    approval_url: isOpen(session.status) ? session.approvalUrl : null,
    ticket_id: session.ticketId,
    entry_id: session.entryId,
    actor: session.actor,
    created_at: formatTime(session.createdAtMs),
    updated_at: formatTime(session.updatedAtMs),
    expires_at: formatTime(session.expiresAtMs),
  };
}
