/**
 * What Stripe's events mean to us. Only a few fields are read of each, which are the same in other versions of the interface; an event
 * whose fields are not there is malformed, so that Stripe shows it as failed and sends it again.
 */
import { z } from "zod";
import type { EventSubject, ProviderEventContent } from "../provider.ts";
import { currencySchema, toNanos, unitsSchema, walletCurrencySchema } from "./amount.ts";
import { paymentErrorSchema, toDecline } from "./decline.ts";
import { metadataSchema, readPaymentMark, readRefundMark, type PaymentMark } from "./metadata.ts";
import { describeMethod, methodDetailsSchema, referenceSchema } from "./method.ts";
import { refundStateSchema } from "./refund.ts";

const IGNORED: ProviderEventContent = { type: "ignored" };

type ReadObject = (object: unknown, deployment: string) => ProviderEventContent;

/** The events to select at the endpoint; everything else is ignored. */
const READERS: Readonly<Record<string, ReadObject>> = {
  "checkout.session.completed": ofCheckout((session) => (session.payment_status === "paid" ? capture(session) : null)),
  "checkout.session.async_payment_succeeded": ofCheckout((session) => capture(session)),
  "checkout.session.async_payment_failed": ofCheckout(() => ({
    type: "failed",
    decline: toDecline({ code: "async_payment_failed" }),
  })),
  "checkout.session.expired": ofCheckout(() => ({ type: "expired" })),
  "charge.succeeded": readCharge,
  "payment_intent.succeeded": ofIntent((intent) => ({
    type: "captured",
    payment: {
      paymentReference: intent.id,
      amountNanos: toNanos(intent.amount_received, intent.currency),
      currency: intent.currency,
      method: null,
    },
  })),
  // The payer of a checkout may try again, and its end is told by the session.
  "payment_intent.payment_failed": ofIntent((intent, { purpose }) =>
    purpose === "charge" ? { type: "failed", decline: toDecline(intent.last_payment_error ?? {}) } : null,
  ),
  "payment_intent.canceled": ofIntent((_, { purpose }) => (purpose === "charge" ? { type: "canceled" } : null)),
  "refund.created": readRefund,
  "refund.updated": readRefund,
  "refund.failed": readRefund,
  // The name of `refund.updated` before 2024.
  "charge.refund.updated": readRefund,
  "charge.dispute.created": ofDispute((status) => (takesMoney(status) ? "dispute_opened" : null)),
  // An inquiry that becomes a dispute.
  "charge.dispute.funds_withdrawn": ofDispute((status) => (takesMoney(status) ? "dispute_opened" : null)),
  "charge.dispute.closed": ofDispute((status) =>
    status === "lost" ? "dispute_lost" : status === "won" || status === "prevented" ? "dispute_won" : null,
  ),
  "charge.dispute.funds_reinstated": ofDispute((status) => (status === "won" ? "dispute_won" : null)),
  "payment_method.detached": (object) => ({ type: "method_removed", methodReference: namedSchema.parse(object).id }),
};

/** Documented one by one: whoever sets up the endpoint selects them. */
export const SELECTED_EVENTS: readonly string[] = Object.keys(READERS);

/** Null: it is an event that matters, and cannot be read. */
export function toContent(type: string, object: unknown, deployment: string): ProviderEventContent | null {
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read === undefined) return IGNORED;
  try {
    return read(object, deployment);
  } catch (error) {
    if (error instanceof z.ZodError) return null;
    throw error;
  }
}

const namedSchema = z.object({ id: z.string() });
const markedSchema = z.object({ metadata: metadataSchema });

type WithoutSubject<T> = T extends { readonly subject: EventSubject } ? Omit<T, "subject"> : never;
type News = WithoutSubject<ProviderEventContent>;

/** Others may use the same account of Stripe: what is not marked as this deployment's is not even read. */
function ofPayment(
  object: unknown,
  deployment: string,
  work: (mark: PaymentMark) => ProviderEventContent,
): ProviderEventContent {
  const mark = readPaymentMark(markedSchema.parse(object).metadata, deployment);
  return mark === null ? IGNORED : work(mark);
}

const checkoutSchema = z.object({
  id: z.string(),
  payment_intent: referenceSchema.nullish(),
  payment_status: z.string(),
  amount_total: unitsSchema.nullish(),
  currency: currencySchema.nullish(),
});
type CheckoutObject = z.infer<typeof checkoutSchema>;

function ofCheckout(tell: (session: CheckoutObject) => News | null): ReadObject {
  return (object, deployment) =>
    ofPayment(object, deployment, ({ sessionId }) => {
      const session = checkoutSchema.parse(object);
      const news = tell(session);
      const subject = { sessionId, checkoutReference: session.id, paymentReference: session.payment_intent ?? null };
      return news === null ? IGNORED : { ...news, subject };
    });
}

const paidCheckoutSchema = z.object({
  payment_intent: referenceSchema,
  amount_total: unitsSchema,
  currency: walletCurrencySchema,
});

function capture(session: CheckoutObject): News {
  const { payment_intent: paymentReference, amount_total: total, currency } = paidCheckoutSchema.parse(session);
  return {
    type: "captured",
    payment: { paymentReference, amountNanos: toNanos(total, currency), currency, method: null },
  };
}

const intentSchema = z.object({
  id: z.string(),
  amount_received: unitsSchema,
  currency: currencySchema,
  last_payment_error: paymentErrorSchema.nullish(),
});

function ofIntent(tell: (intent: z.infer<typeof intentSchema>, mark: PaymentMark) => News | null): ReadObject {
  return (object, deployment) =>
    ofPayment(object, deployment, (mark) => {
      const intent = intentSchema.parse(object);
      const news = tell(intent, mark);
      const subject = { sessionId: mark.sessionId, checkoutReference: null, paymentReference: intent.id };
      return news === null ? IGNORED : { ...news, subject };
    });
}

const chargeSchema = z.object({
  payment_intent: referenceSchema,
  amount_captured: unitsSchema,
  captured: z.boolean(),
  currency: currencySchema,
  customer: referenceSchema.nullish(),
  payment_method: z.string().nullish(),
  payment_method_details: methodDetailsSchema.nullish(),
});

/** The one event that says how the payer paid, so that a kept method gets its name. */
function readCharge(object: unknown, deployment: string): ProviderEventContent {
  return ofPayment(object, deployment, (mark) => {
    const charge = chargeSchema.parse(object);
    if (!charge.captured) return IGNORED;
    const { payment_intent: paymentReference, currency, customer, payment_method: methodReference } = charge;
    const details = charge.payment_method_details;
    const isKept = mark.keepsMethod && customer && methodReference && details;
    const method = isKept ? { customerReference: customer, methodReference, label: describeMethod(details) } : null;
    return {
      type: "captured",
      subject: { sessionId: mark.sessionId, checkoutReference: null, paymentReference },
      payment: { paymentReference, amountNanos: toNanos(charge.amount_captured, currency), currency, method },
    };
  });
}

const ownCurrencySchema = z.object({ currency: z.string(), metadata: metadataSchema });
const refundSchema = z.object({
  amount: unitsSchema,
  currency: currencySchema,
  payment_intent: referenceSchema.nullish(),
  metadata: metadataSchema,
});

function readRefund(object: unknown, deployment: string): ProviderEventContent {
  if (isForeignCurrency(object)) return IGNORED;
  const { amount, currency, payment_intent: paymentReference, metadata } = refundSchema.parse(object);
  const mark = readRefundMark(metadata, deployment);
  // Payments of ours are payment intents.
  if (mark === "foreign" || !paymentReference) return IGNORED;
  return {
    type: "refunded",
    subject: { sessionId: mark.sessionId, checkoutReference: null, paymentReference },
    refundId: mark.refundId,
    refund: refundStateSchema.parse(object),
    amountNanos: toNanos(amount, currency),
  };
}

const disputeSchema = z.object({
  id: z.string(),
  amount: unitsSchema,
  currency: currencySchema,
  payment_intent: referenceSchema.nullish(),
  status: z.string(),
});

function ofDispute(tell: (status: string) => "dispute_opened" | "dispute_won" | "dispute_lost" | null): ReadObject {
  return (object) => {
    if (isForeignCurrency(object)) return IGNORED;
    const { id, amount, currency, payment_intent: paymentReference, status } = disputeSchema.parse(object);
    const type = tell(status);
    if (type === null || !paymentReference) return IGNORED;
    const subject = { sessionId: null, checkoutReference: null, paymentReference };
    return { type, subject, disputeReference: id, amountNanos: toNanos(amount, currency) };
  };
}

/** In an inquiry (`warning_…`) the bank only asks; what was prevented comes as a refund. */
function takesMoney(status: string): boolean {
  return !status.startsWith("warning_") && status !== "prevented";
}

/** What wallets cannot have was not paid to one. */
function isForeignCurrency(object: unknown): boolean {
  return !currencySchema.safeParse(ownCurrencySchema.parse(object).currency).success;
}
