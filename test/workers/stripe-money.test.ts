/** Charges of saved methods, refunds and removed methods by Stripe's own library, in the real runtime, against the stand-in. */
import { expect, test } from "vitest";
import type { Result } from "../../src/core/failure.ts";
import type { PaymentState, ProviderFault } from "../../src/platform/payments/provider.ts";
import { chargeRequest, checkoutRequest, createReadyProvider, UNIT } from "../support/stripe/ready-provider.ts";

const HOUR_MS = 3_600_000;

function valueOf<T>(result: Result<T, ProviderFault>): T {
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

function paymentOf(state: PaymentState): string {
  if (state.status !== "captured") throw new Error(`the payment is ${state.status}`);
  return state.payment.paymentReference;
}

async function paidCheckout() {
  const ready = createReadyProvider();
  const { reference } = valueOf(await ready.provider.createCheckout(checkoutRequest({ saveMethod: true })));
  ready.stripe.account.pay(reference);
  const state = valueOf(await ready.provider.readCheckout(reference));
  return { ...ready, paymentReference: paymentOf(state) };
}

test("a saved method is charged once, however often the charge is sent", async () => {
  const { provider, stripe } = createReadyProvider();
  const request = chargeRequest(stripe, "succeeds");
  const first = valueOf(await provider.chargeMethod(request));
  expect(first).toEqual({
    status: "captured",
    payment: {
      paymentReference: paymentOf(first),
      amountNanos: 10n * UNIT,
      currency: "USD",
      method: { ...request.method, label: "visa •••• 4242" },
    },
  });
  expect(valueOf(await provider.chargeMethod(request))).toEqual(first);
  stripe.failNext("lose_answer");
  expect(valueOf(await provider.chargeMethod(request))).toEqual(first);
  expect(stripe.account.takenUnits()).toBe(1_000);
  expect(stripe.account.intents.get(paymentOf(first))?.metadata).toMatchObject({
    keeptrusts_session_id: "ps_2",
    keeptrusts_purpose: "charge",
  });
});

test("the library's own repeats after lost answers charge once", async () => {
  const { provider, stripe } = createReadyProvider();
  stripe.failNext("lose_answer", "lose_answer");
  valueOf(await provider.chargeMethod(chargeRequest(stripe, "succeeds")));
  expect(stripe.requests.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["ps_2", "ps_2", "ps_2"]);
  expect(stripe.account.intents.size).toBe(1);
  expect(stripe.account.takenUnits()).toBe(1_000);
});

test.each([
  ["insufficient_funds", "insufficient_funds", true],
  ["expired_card", "expired_card", false],
  ["do_not_try_again", "generic_decline", false],
  ["authentication_required", "authentication_required", false],
  ["requires_action", "authentication_required", false],
] as const)("a method that says %s fails with %s, retryable %s, and stays so", async (behaviour, code, retryable) => {
  const { provider, stripe } = createReadyProvider();
  const request = chargeRequest(stripe, behaviour);
  const failed = { status: "failed", decline: { code, retryable } };
  expect(valueOf(await provider.chargeMethod(request))).toEqual(failed);
  expect(valueOf(await provider.chargeMethod(request))).toEqual(failed);
  expect(stripe.account.takenUnits()).toBe(0);
  const [intent] = stripe.account.intents.values();
  expect(intent?.status).toBe(behaviour === "requires_action" ? "canceled" : "requires_payment_method");
});

test("a method or a customer that is gone fails for good", async () => {
  const { provider, stripe } = createReadyProvider();
  const gone = { status: "failed", decline: { code: "no_such_payment_method", retryable: false } };
  const request = chargeRequest(stripe, "succeeds");
  stripe.account.detach(request.method.methodReference);
  expect(valueOf(await provider.chargeMethod(request))).toEqual(gone);
  const nobody = { ...request.method, customerReference: "cus_gone" };
  expect(valueOf(await provider.chargeMethod({ ...request, method: nobody }))).toEqual(gone);
  expect(stripe.account.intents.size).toBe(0);
});

test("a charge that takes days is pending, and found by its name", async () => {
  const { provider, stripe } = createReadyProvider();
  const state = valueOf(await provider.chargeMethod(chargeRequest(stripe, "processing")));
  const [intent] = stripe.account.intents.values();
  expect(state).toEqual({ status: "pending", paymentReference: intent?.id });
  expect(valueOf(await provider.readCharge("ps_2", intent?.id ?? ""))).toEqual(state);
  if (intent !== undefined) stripe.account.cancel(intent);
  expect(valueOf(await provider.readCharge("ps_2", intent?.id ?? ""))).toEqual({ status: "canceled" });
});

test("a charge whose answer was lost is found at once, and hours later; one that never came is unknown and stays uncharged", async () => {
  const { provider, stripe, clock } = createReadyProvider();
  const request = chargeRequest(stripe, "succeeds");
  stripe.failNext("unreachable", "unreachable", "unreachable");
  expect(await provider.chargeMethod(request)).toMatchObject({ failure: { kind: "unavailable" } });
  expect(valueOf(await provider.readCharge("ps_2", null))).toEqual({ status: "unknown" });
  expect(stripe.account.takenUnits()).toBe(0);

  stripe.failNext("lose_answer", "lose_answer", "lose_answer");
  expect(await provider.chargeMethod(request)).toMatchObject({ failure: { kind: "unavailable" } });
  const found = valueOf(await provider.readCharge("ps_2", null));
  expect(found).toMatchObject({ status: "captured", payment: { amountNanos: 10n * UNIT, method: request.method } });
  clock.nowMs += 30 * HOUR_MS;
  expect(valueOf(await provider.readCharge("ps_2", null))).toEqual(found);
  expect(valueOf(await provider.readCharge("ps_other", null))).toEqual({ status: "unknown" });
  expect(valueOf(await provider.readCharge("ps_2", paymentOf(found)))).toEqual(found);
  expect(valueOf(await provider.readCharge("ps_2", "pi_nobody_knows"))).toEqual({ status: "unknown" });
  expect(stripe.account.takenUnits()).toBe(1_000);
});

test("among more recent payments than can be looked through, a charge that is not found is not called unknown", async () => {
  const { provider, stripe } = createReadyProvider();
  for (let count = 0; count < 1_000; count += 1) {
    stripe.account.charge({
      id: stripe.account.newId("pi"),
      object: "payment_intent",
      amount: 50,
      amount_received: 0,
      currency: "chf",
      created: stripe.account.nowSeconds(),
      customer: null,
      description: null,
      livemode: false,
      metadata: {},
      payment_method: null,
      setup_future_usage: null,
      status: "requires_payment_method",
      last_payment_error: null,
    });
  }
  expect(await provider.readCharge("ps_2", null)).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
  const charged = valueOf(await provider.chargeMethod(chargeRequest(stripe, "succeeds")));
  expect(valueOf(await provider.readCharge("ps_2", null))).toEqual(charged);
});

test("a refund gives back once what it says, in parts, never more than was taken", async () => {
  const { provider, stripe, paymentReference } = await paidCheckout();
  const part = {
    refundId: "rfd_1",
    sessionId: "ps_1",
    paymentReference,
    amountNanos: 10n * UNIT,
    currency: "USD",
  } as const;
  const first = valueOf(await provider.refund(part));
  expect(first.status).toBe("succeeded");
  stripe.failNext("lose_answer");
  expect(valueOf(await provider.refund(part))).toEqual(first);
  expect(stripe.account.takenUnits()).toBe(1_500);
  expect(stripe.account.refunds.get(first.refundReference)?.metadata).toEqual({
    keeptrusts_refund_id: "rfd_1",
    keeptrusts_session_id: "ps_1",
    keeptrusts_deployment: "tests",
  });
  const tooMuch = await provider.refund({ ...part, refundId: "rfd_2", amountNanos: 16n * UNIT });
  expect(tooMuch).toMatchObject({
    ok: false,
    failure: { kind: "rejected", message: expect.stringContaining("at amount") },
  });
  valueOf(await provider.refund({ ...part, refundId: "rfd_3", amountNanos: 15n * UNIT }));
  const again = await provider.refund({ ...part, refundId: "rfd_4", amountNanos: 10_000_000n });
  expect(again).toMatchObject({
    failure: { kind: "rejected", message: expect.stringContaining("charge_already_refunded") },
  });
  const changed = await provider.refund({ ...part, amountNanos: 11n * UNIT });
  expect(changed).toMatchObject({ failure: { kind: "rejected", message: expect.stringContaining("Idempotency") } });
  const inexact = await provider.refund({ ...part, refundId: "rfd_5", amountNanos: 1n });
  expect(inexact).toMatchObject({ failure: { kind: "rejected", message: "amounts in USD have at most 2 decimals" } });
  expect(stripe.account.takenUnits()).toBe(0);
});

test("a refund that takes its time is read until its end", async () => {
  const { provider, stripe, paymentReference } = await paidCheckout();
  const { id } = stripe.account.refund(paymentReference, 500, {}, "pending");
  expect(valueOf(await provider.readRefund(id))).toEqual({ refundReference: id, status: "pending" });
  stripe.account.endRefund(id, "failed");
  expect(valueOf(await provider.readRefund(id))).toEqual({ refundReference: id, status: "failed" });
  expect(await provider.readRefund("re_nobody_knows")).toMatchObject({ failure: { kind: "rejected" } });
});

test("a removed method is gone; one that was not there is fine; a network that fails is said", async () => {
  const { provider, stripe } = createReadyProvider();
  const { method } = chargeRequest(stripe, "succeeds");
  const named = { ...method, label: "visa •••• 4242" };
  stripe.failNext("unreachable", "unreachable", "unreachable");
  expect(await provider.removeMethod(named)).toMatchObject({ failure: { kind: "unavailable" } });
  expect(await provider.removeMethod(named)).toEqual({ ok: true, value: null });
  expect(stripe.account.methods.get(method.methodReference)?.customer).toBeNull();
  expect(await provider.removeMethod(named)).toEqual({ ok: true, value: null });
  const nobody = { ...named, methodReference: "pm_nobody_knows" };
  expect(await provider.removeMethod(nobody)).toEqual({ ok: true, value: null });
});
