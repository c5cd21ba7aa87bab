/** How a payment intent of Stripe stands, in our words. */
import { z } from "zod";
import type { CapturedPayment, PaymentState, ProviderMethod } from "../provider.ts";
import { currencySchema, toNanos, unitsSchema } from "./amount.ts";
import { paymentErrorSchema, toDecline, WANTS_ITS_OWNER } from "./decline.ts";
import { metadataSchema, type PaymentPurpose } from "./metadata.ts";
import { describeMethod, methodSchema, referenceSchema } from "./method.ts";

/** What is read of it; the payment method is there with its details where the request asked for them. */
export const intentSchema = z.object({
  id: z.string(),
  status: z.string(),
  amount_received: unitsSchema,
  currency: currencySchema,
  customer: referenceSchema.nullish(),
  payment_method: z.union([z.string(), methodSchema]).nullish(),
  setup_future_usage: z.string().nullish(),
  last_payment_error: paymentErrorSchema.nullish(),
  metadata: metadataSchema,
});
export type Intent = z.infer<typeof intentSchema>;

export function toState(intent: Intent, purpose: PaymentPurpose): PaymentState {
  switch (intent.status) {
    case "succeeded":
      return { status: "captured", payment: toPayment(intent, purpose) };
    case "canceled":
      return { status: "canceled" };
    case "requires_payment_method":
      return { status: "failed", decline: toDecline(intent.last_payment_error ?? {}) };
    case "requires_action":
      // Of a charge nobody is there to act.
      return purpose === "charge"
        ? { status: "failed", decline: WANTS_ITS_OWNER }
        : { status: "pending", paymentReference: intent.id };
    default:
      return { status: "pending", paymentReference: intent.id };
  }
}

export function toPayment(intent: Intent, purpose: PaymentPurpose): CapturedPayment {
  return {
    paymentReference: intent.id,
    amountNanos: toNanos(intent.amount_received, intent.currency),
    currency: intent.currency,
    method: readMethod(intent, purpose),
  };
}

/** Null: the payer did not want it kept, or the intent came without the method's details. */
function readMethod(intent: Intent, purpose: PaymentPurpose): ProviderMethod | null {
  const { customer, payment_method: method } = intent;
  const isKept = purpose === "charge" || intent.setup_future_usage === "off_session";
  if (!isKept || typeof method !== "object" || method === null || !customer) return null;
  return { customerReference: customer, methodReference: method.id, label: describeMethod(method) };
}
