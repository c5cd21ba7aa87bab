/** Checkout Sessions: a page of Stripe where the payer pays. */
import type { Stripe } from "stripe";
import { z } from "zod";
import type { Result } from "../../../core/failure.ts";
import type { CheckoutRequest, PaymentState, ProviderCheckout, ProviderFault } from "../provider.ts";
import { toPayable } from "./amount.ts";
import { callStripe, isInvalid, isMissing } from "./fault.ts";
import { markPayment } from "./metadata.ts";
import { intentSchema, toState } from "./payment-state.ts";

const SECOND_MS = 1_000;
const EXPAND = ["payment_intent.payment_method"];

const createdSchema = z.object({ id: z.string(), url: z.url(), expires_at: z.int() });
const sessionSchema = z.object({
  status: z.enum(["open", "complete", "expired"]),
  payment_intent: intentSchema.nullish(),
});

/**
 * Stripe ends a checkout between 30 minutes and 24 hours after it was made. A repeat must say what the first request said, so what is
 * asked for is never changed by the clock: when Stripe refuses the time, nothing was made, and the checkout is made with Stripe's own
 * (24 hours). Whoever asked for less closes it.
 */
export async function createCheckout(
  client: Stripe,
  deployment: string,
  request: CheckoutRequest,
): Promise<Result<ProviderCheckout, ProviderFault>> {
  const amount = toPayable(request.amountNanos, request.currency);
  if (!amount.ok) return amount;
  const params = describeCheckout(request, deployment, amount.value);
  const create = async (more: Stripe.Checkout.SessionCreateParams, idempotencyKey: string) => {
    const made = await client.checkout.sessions.create({ ...params, ...more }, { idempotencyKey });
    const { id, url, expires_at } = createdSchema.parse(made);
    return { reference: id, approvalUrl: url, expiresAtMs: expires_at * SECOND_MS };
  };
  const asked = await callStripe<ProviderCheckout | "time_refused">(
    () => create({ expires_at: Math.floor(request.expiresAtMs / SECOND_MS) }, request.sessionId),
    (error) => (isInvalid(error) && error.param === "expires_at" ? "time_refused" : null),
  );
  if (!asked.ok) return asked;
  if (asked.value !== "time_refused") return { ok: true, value: asked.value };
  return callStripe(() => create({}, `${request.sessionId}:own_time`));
}

function describeCheckout(
  request: CheckoutRequest,
  deployment: string,
  amount: number,
): Stripe.Checkout.SessionCreateParams {
  const { sessionId, organizationId, description, saveMethod, customerReference } = request;
  const metadata = markPayment({ sessionId, organizationId, purpose: "checkout", keepsMethod: saveMethod }, deployment);
  return {
    mode: "payment",
    client_reference_id: sessionId,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: request.currency.toLowerCase(),
          unit_amount: amount,
          product_data: { name: description },
        },
      },
    ],
    success_url: request.successUrl,
    cancel_url: request.cancelUrl,
    // The payer pays the amount that is credited, in its currency.
    adaptive_pricing: { enabled: false },
    metadata,
    payment_intent_data: {
      description,
      metadata,
      ...(saveMethod ? { setup_future_usage: "off_session" as const } : {}),
    },
    ...(customerReference === null ? {} : { customer: customerReference }),
    ...(customerReference === null && saveMethod ? { customer_creation: "always" as const } : {}),
  };
}

export async function readCheckout(client: Stripe, reference: string): Promise<Result<PaymentState, ProviderFault>> {
  return callStripe<PaymentState>(
    async () => toCheckoutState(await client.checkout.sessions.retrieve(reference, { expand: EXPAND })),
    (error) => (isMissing(error) ? { status: "unknown" } : null),
  );
}

/** One that is over, or about to be paid, is not closed: it stands as it stands. */
export async function closeCheckout(client: Stripe, reference: string): Promise<Result<PaymentState, ProviderFault>> {
  const closed = await callStripe<PaymentState | "not_open">(
    async () => toCheckoutState(await client.checkout.sessions.expire(reference, { expand: EXPAND })),
    (error) => (isInvalid(error) ? "not_open" : null),
  );
  if (!closed.ok) return closed;
  return closed.value === "not_open" ? readCheckout(client, reference) : { ok: true, value: closed.value };
}

/** While it is open the payer may try again, whatever became of the tries before. */
function toCheckoutState(answer: unknown): PaymentState {
  const { status, payment_intent: intent } = sessionSchema.parse(answer);
  if (status !== "complete") return { status };
  return intent === null || intent === undefined
    ? { status: "pending", paymentReference: null }
    : toState(intent, "checkout");
}
