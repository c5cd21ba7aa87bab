/** Money that goes back. */
import type { Stripe } from "stripe";
import { z } from "zod";
import type { Result } from "../../../core/failure.ts";
import type { ProviderFault, RefundRequest, RefundState } from "../provider.ts";
import { toRefundable } from "./amount.ts";
import { callStripe } from "./fault.ts";
import { markRefund } from "./metadata.ts";

export const refundStateSchema = z
  .object({ id: z.string(), status: z.string().nullish() })
  .transform(({ id, status }): RefundState => ({ refundReference: id, status: toStatus(status ?? "pending") }));

function toStatus(status: string): RefundState["status"] {
  if (status === "succeeded") return "succeeded";
  return status === "failed" || status === "canceled" ? "failed" : "pending";
}

export async function refund(
  client: Stripe,
  deployment: string,
  request: RefundRequest,
): Promise<Result<RefundState, ProviderFault>> {
  const amount = toRefundable(request.amountNanos, request.currency);
  if (!amount.ok) return amount;
  const { refundId, sessionId, paymentReference } = request;
  return callStripe(async () => {
    const made = await client.refunds.create(
      {
        payment_intent: paymentReference,
        amount: amount.value,
        metadata: markRefund(refundId, sessionId, deployment),
      },
      { idempotencyKey: refundId },
    );
    return refundStateSchema.parse(made);
  });
}

export async function readRefund(client: Stripe, refundReference: string): Promise<Result<RefundState, ProviderFault>> {
  return callStripe(async () => refundStateSchema.parse(await client.refunds.retrieve(refundReference)));
}
