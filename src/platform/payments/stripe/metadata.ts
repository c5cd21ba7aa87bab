/** What of ours is written at Stripe's objects, so that every event names it. */
import { z } from "zod";

/** A checkout may be tried several times by its payer; a charge has one try. */
export type PaymentPurpose = "checkout" | "charge";

export const metadataSchema = z.record(z.string(), z.string()).nullish();
export type Metadata = z.infer<typeof metadataSchema>;

export interface PaymentMark {
  readonly sessionId: string;
  readonly organizationId: string;
  readonly purpose: PaymentPurpose;
  /** The payment's method is kept for later charges. */
  readonly keepsMethod: boolean;
}

const SESSION = "keeptrusts_session_id";
const REFUND = "keeptrusts_refund_id";
const ORGANIZATION = "keeptrusts_organization_id";
const PURPOSE = "keeptrusts_purpose";
const KEEPS_METHOD = "keeptrusts_keeps_method";
const DEPLOYMENT = "keeptrusts_deployment";

export function markPayment(mark: PaymentMark, deployment: string): Record<string, string> {
  return {
    [SESSION]: mark.sessionId,
    [ORGANIZATION]: mark.organizationId,
    [PURPOSE]: mark.purpose,
    [KEEPS_METHOD]: String(mark.keepsMethod),
    [DEPLOYMENT]: deployment,
  };
}

export function markRefund(refundId: string, sessionId: string, deployment: string): Record<string, string> {
  return { [REFUND]: refundId, [SESSION]: sessionId, [DEPLOYMENT]: deployment };
}

/** Null: the payment is not of this deployment. */
export function readPaymentMark(metadata: Metadata, deployment: string): PaymentMark | null {
  const sessionId = metadata?.[SESSION];
  const organizationId = metadata?.[ORGANIZATION];
  const purpose = metadata?.[PURPOSE];
  if (sessionId === undefined || organizationId === undefined || metadata?.[DEPLOYMENT] !== deployment) return null;
  if (purpose !== "checkout" && purpose !== "charge") return null;
  return { sessionId, organizationId, purpose, keepsMethod: metadata?.[KEEPS_METHOD] === "true" };
}

/**
 * `foreign`: another deployment has made the refund. Without a mark somebody has refunded at Stripe's own console, whose payment it was is
 * then known by the payment alone.
 */
export function readRefundMark(
  metadata: Metadata,
  deployment: string,
): { readonly refundId: string | null; readonly sessionId: string | null } | "foreign" {
  const made = metadata?.[DEPLOYMENT];
  if (made !== undefined && made !== deployment) return "foreign";
  return { refundId: metadata?.[REFUND] ?? null, sessionId: metadata?.[SESSION] ?? null };
}

/** How Stripe's search finds the payments of a session. */
export function searchQuery(sessionId: string): string {
  if (!/^\w+$/.test(sessionId)) throw new Error(`not an id of a session: ${sessionId}`);
  return `metadata["${SESSION}"]:"${sessionId}"`;
}

export function isOfSession(metadata: Metadata, sessionId: string): boolean {
  return metadata?.[SESSION] === sessionId;
}
