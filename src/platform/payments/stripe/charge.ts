/** Charges of saved methods, without the payer. */
import type { Stripe } from "stripe";
import type { Result } from "../../../core/failure.ts";
import type { ChargeRequest, PaymentState, ProviderFault } from "../provider.ts";
import { toPayable } from "./amount.ts";
import { METHOD_IS_GONE, paymentErrorSchema, toDecline } from "./decline.ts";
import { callStripe, isInvalid, isMissing, type StripeFailure } from "./fault.ts";
import { isOfSession, markPayment, searchQuery } from "./metadata.ts";
import { type Intent, intentSchema, toState } from "./payment-state.ts";

/** Stripe's search knows a payment after a minute, in bad times after an hour; lists know it at once. */
const SEARCH_LAG_SECONDS = 2 * 3_600;
const PAGE = 100;
/** Of recent payments, of everybody at the account, that are looked through. */
const MAX_LOOKED_THROUGH = 1_000;

/** A declined charge is a state; so is a method that is gone. The payer is not there: what wants the payer fails and is canceled. */
export async function chargeMethod(
  client: Stripe,
  deployment: string,
  request: ChargeRequest,
): Promise<Result<PaymentState, ProviderFault>> {
  const amount = toPayable(request.amountNanos, request.currency);
  if (!amount.ok) return amount;
  const { sessionId, organizationId, method } = request;
  return callStripe<PaymentState>(async () => {
    const made = await client.paymentIntents.create(
      {
        amount: amount.value,
        currency: request.currency.toLowerCase(),
        customer: method.customerReference,
        payment_method: method.methodReference,
        automatic_payment_methods: { enabled: true, allow_redirects: "never" },
        confirm: true,
        off_session: true,
        description: request.description,
        metadata: markPayment({ sessionId, organizationId, purpose: "charge", keepsMethod: true }, deployment),
        expand: ["payment_method"],
      },
      { idempotencyKey: sessionId },
    );
    const intent = intentSchema.parse(made);
    if (intent.status === "requires_action") await cancel(client, intent.id, sessionId);
    return toState(intent, "charge");
  }, readDecline);
}

/** Nobody can agree any more to what was asked for behind the payer's back. */
async function cancel(client: Stripe, intentId: string, sessionId: string): Promise<void> {
  await client.paymentIntents.cancel(intentId, {}, { idempotencyKey: `${sessionId}:cancel` });
}

/** Null: the error is none of the method's. */
function readDecline(error: StripeFailure): PaymentState | null {
  if (error.statusCode === 402) return { status: "failed", decline: toDecline(paymentErrorSchema.parse(error)) };
  const isOfMethod = error.param === "payment_method" || error.param === "customer";
  return isInvalid(error) && isOfMethod ? { status: "failed", decline: METHOD_IS_GONE } : null;
}

/**
 * Without the payment's name a repeat of the charge would tell, but it would also charge when the first attempt never came. So the
 * recent payments are looked through, and older ones searched. `unknown` is only said when that covers all of them.
 */
export async function readCharge(
  client: Stripe,
  sessionId: string,
  paymentReference: string | null,
  nowMs: number,
): Promise<Result<PaymentState, ProviderFault>> {
  if (paymentReference !== null) {
    return callStripe<PaymentState>(
      async () =>
        toState(
          intentSchema.parse(await client.paymentIntents.retrieve(paymentReference, { expand: ["payment_method"] })),
          "charge",
        ),
      (error) => (isMissing(error) ? { status: "unknown" } : null),
    );
  }
  const recent = await callStripe(() => findRecent(client, sessionId, nowMs));
  if (!recent.ok) return recent;
  if (recent.value.found !== null) return { ok: true, value: toState(recent.value.found, "charge") };
  const older = await callStripe(() => search(client, sessionId));
  if (!older.ok) return older;
  if (older.value !== null) return { ok: true, value: toState(older.value, "charge") };
  if (recent.value.isComplete) return { ok: true, value: { status: "unknown" } };
  return { ok: false, failure: { kind: "unavailable", message: "Stripe: too many recent payments to be sure" } };
}

async function findRecent(
  client: Stripe,
  sessionId: string,
  nowMs: number,
): Promise<{ readonly found: Intent | null; readonly isComplete: boolean }> {
  const since = Math.floor(nowMs / 1_000) - SEARCH_LAG_SECONDS;
  const found: Intent[] = [];
  let count = 0;
  const recent = client.paymentIntents.list({ limit: PAGE, created: { gte: since }, expand: ["data.payment_method"] });
  for await (const intent of recent) {
    if (isOfSession(intent.metadata, sessionId)) found.push(intentSchema.parse(intent));
    count += 1;
    if (count === MAX_LOOKED_THROUGH) return { found: choose(found), isComplete: false };
  }
  return { found: choose(found), isComplete: true };
}

async function search(client: Stripe, sessionId: string): Promise<Intent | null> {
  const query = searchQuery(sessionId);
  const { data } = await client.paymentIntents.search({ query, expand: ["data.payment_method"] });
  return choose(data.map((intent) => intentSchema.parse(intent)));
}

/** Money that was taken counts more than a try that failed. */
function choose(intents: readonly Intent[]): Intent | null {
  return intents.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}

function rank({ status }: Intent): number {
  return status === "succeeded" ? 2 : status === "processing" ? 1 : 0;
}
