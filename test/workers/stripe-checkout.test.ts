/** Checkouts by Stripe's own library, in the real runtime, against the stand-in. */
import { expect, test } from "vitest";
import type { PaymentState, ProviderFault } from "../../src/platform/payments/provider.ts";
import type { Result } from "../../src/core/failure.ts";
import { checkoutRequest, createReadyProvider, START_MS, UNIT } from "../support/stripe/ready-provider.ts";

function valueOf<T>(result: Result<T, ProviderFault>): T {
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

function statusOf(result: Result<PaymentState, ProviderFault>): string {
  return result.ok ? result.value.status : result.failure.kind;
}

test("a checkout is made as asked, with our ids in it, and is captured when the payer has paid", async () => {
  const { provider, stripe } = createReadyProvider();
  const made = valueOf(await provider.createCheckout(checkoutRequest()));
  expect(made.approvalUrl).toContain(made.reference);
  expect(made.expiresAtMs).toBe(START_MS + 3_600_000);
  const [request] = stripe.requests;
  expect(request?.idempotencyKey).toBe("ps_1");
  const marks = {
    keeptrusts_session_id: "ps_1",
    keeptrusts_organization_id: "org_1",
    keeptrusts_purpose: "checkout",
    keeptrusts_keeps_method: "false",
    keeptrusts_deployment: "tests",
  };
  const session = stripe.account.sessions.get(made.reference);
  expect(session).toMatchObject({ amount_total: 2_500, currency: "usd", client_reference_id: "ps_1", metadata: marks });
  expect(session).toMatchObject({ success_url: checkoutRequest().successUrl, cancel_url: checkoutRequest().cancelUrl });

  expect(valueOf(await provider.readCheckout(made.reference))).toEqual({ status: "open" });
  stripe.account.decline(made.reference);
  expect(valueOf(await provider.readCheckout(made.reference))).toEqual({ status: "open" });
  stripe.account.pay(made.reference);
  const paymentReference = session?.payment_intent ?? "";
  const captured = {
    status: "captured",
    payment: { paymentReference, amountNanos: 25n * UNIT, currency: "USD", method: null },
  };
  expect(valueOf(await provider.readCheckout(made.reference))).toEqual(captured);
  expect(valueOf(await provider.captureCheckout(made.reference, "ps_1"))).toEqual(captured);
  expect(valueOf(await provider.closeCheckout(made.reference))).toEqual(captured);
  expect(stripe.account.intents.get(paymentReference)?.metadata).toEqual(marks);
});

test("a method is kept when the payer wants that, with its customer, who can come back", async () => {
  const { provider, stripe } = createReadyProvider();
  const made = valueOf(await provider.createCheckout(checkoutRequest({ saveMethod: true })));
  stripe.account.pay(made.reference);
  const first = valueOf(await provider.readCheckout(made.reference));
  const method = first.status === "captured" ? first.payment.method : null;
  const session = stripe.account.sessions.get(made.reference);
  const intent = stripe.account.intents.get(session?.payment_intent ?? "");
  expect(method).toEqual({
    customerReference: session?.customer,
    methodReference: intent?.payment_method,
    label: "visa •••• 4242",
  });
  const customerReference = method?.customerReference ?? "";
  const again = valueOf(
    await provider.createCheckout(checkoutRequest({ sessionId: "ps_3", saveMethod: true, customerReference })),
  );
  expect(stripe.account.sessions.get(again.reference)?.customer).toBe(customerReference);
  const unknown = await provider.createCheckout(checkoutRequest({ sessionId: "ps_4", customerReference: "cus_gone" }));
  expect(unknown).toEqual({
    ok: false,
    failure: { kind: "rejected", message: expect.stringContaining("resource_missing, at customer") },
  });
});

test.each([
  ["USD", 25n * UNIT, 2_500],
  ["JPY", 500n * UNIT, 500],
  ["EUR", 500_000_000n, 50],
  ["GBP", 300_000_000n, 30],
  ["USD", 999_999_990_000_000n, 99_999_999],
] as const)("%s %d is charged as %d", async (currency, amountNanos, units) => {
  const { provider, stripe } = createReadyProvider();
  const made = valueOf(await provider.createCheckout(checkoutRequest({ currency, amountNanos })));
  expect(stripe.account.sessions.get(made.reference)?.amount_total).toBe(units);
  stripe.account.pay(made.reference);
  const state = valueOf(await provider.readCheckout(made.reference));
  expect(state).toMatchObject({ status: "captured", payment: { amountNanos, currency } });
});

test.each([
  ["USD", 490_000_000n, "Stripe takes at least 0.50 USD"],
  ["GBP", 290_000_000n, "Stripe takes at least 0.30 GBP"],
  ["JPY", 49n * UNIT, "Stripe takes at least 50 JPY"],
  ["JPY", 100_500_000_000n, "amounts in JPY have at most 0 decimals"],
  ["USD", 1_001_000_000n, "amounts in USD have at most 2 decimals"],
  ["EUR", 1_000_000n * UNIT, "Stripe takes at most 999999.99 EUR"],
] as const)("%s %d is rejected before Stripe is asked: %s", async (currency, amountNanos, message) => {
  const { provider, stripe } = createReadyProvider();
  const refused = await provider.createCheckout(checkoutRequest({ currency, amountNanos }));
  expect(refused).toEqual({ ok: false, failure: { kind: "rejected", message } });
  expect(stripe.requests).toEqual([]);
});

test("an amount that Stripe alone finds too small is rejected by its code", async () => {
  const { provider } = createReadyProvider();
  const refused = await provider.createCheckout(checkoutRequest({ currency: "CNY", amountNanos: UNIT }));
  expect(refused).toMatchObject({
    failure: { kind: "rejected", message: expect.stringContaining("amount_too_small") },
  });
});

test("a time that Stripe does not take becomes its own, also when the answer was lost and the request comes again", async () => {
  const { provider, stripe, clock } = createReadyProvider();
  const request = checkoutRequest({ expiresAtMs: START_MS + 60_000 });
  stripe.failNext("overloaded");
  const first = valueOf(await provider.createCheckout(request));
  expect(first.expiresAtMs).toBe(START_MS + 24 * 3_600_000);
  clock.nowMs += 30_000;
  expect(valueOf(await provider.createCheckout(request))).toEqual(first);
  expect(stripe.account.sessions.size).toBe(1);
});

test("a repeat with the same id gets the same checkout, hours later too; other content is rejected", async () => {
  const { provider, stripe, clock } = createReadyProvider();
  const first = valueOf(await provider.createCheckout(checkoutRequest()));
  clock.nowMs += 3 * 3_600_000;
  expect(valueOf(await provider.createCheckout(checkoutRequest()))).toEqual(first);
  expect(stripe.account.sessions.size).toBe(1);
  const other = await provider.createCheckout(checkoutRequest({ amountNanos: 26n * UNIT }));
  expect(other).toMatchObject({ ok: false, failure: { kind: "rejected" } });
  expect(stripe.account.sessions.size).toBe(1);
});

test("lost answers, unreachable networks and refusals for a while do not make a second checkout", async () => {
  const { provider, stripe } = createReadyProvider();
  stripe.failNext("lose_answer", "rate_limit");
  const made = valueOf(await provider.createCheckout(checkoutRequest()));
  expect(stripe.requests.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["ps_1", "ps_1", "ps_1"]);
  expect([...stripe.account.sessions.keys()]).toEqual([made.reference]);
});

test.each([
  ["the network", ["unreachable", "unreachable", "unreachable"]],
  ["lost answers", ["lose_answer", "lose_answer", "lose_answer"]],
  ["an error of Stripe", ["server_error", "server_error"]],
  ["overload", ["overloaded", "overloaded", "overloaded"]],
  ["a rate limit", ["rate_limit_try_later"]],
  ["an answer that is not JSON", ["not_json"]],
] as const)("%s is unavailable", async (_, faults) => {
  const { provider, stripe } = createReadyProvider();
  stripe.failNext(...faults);
  const refused = await provider.createCheckout(checkoutRequest());
  expect(refused).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
  expect(stripe.account.sessions.size).toBeLessThan(2);
});

test("two requests with one id at once make one checkout", async () => {
  const { provider, stripe } = createReadyProvider();
  const release = stripe.hold();
  const both = [provider.createCheckout(checkoutRequest()), provider.createCheckout(checkoutRequest())];
  while (stripe.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  release();
  const [first, second] = await Promise.all(both);
  expect(first).toEqual(second);
  expect(first?.ok).toBe(true);
  expect(stripe.account.sessions.size).toBe(1);
});

test("a checkout is closed once; a payment that is under way is not closed", async () => {
  const { provider, stripe } = createReadyProvider();
  const made = valueOf(await provider.createCheckout(checkoutRequest()));
  expect(statusOf(await provider.closeCheckout(made.reference))).toBe("expired");
  expect(statusOf(await provider.closeCheckout(made.reference))).toBe("expired");
  expect(statusOf(await provider.readCheckout(made.reference))).toBe("expired");
  expect(() => stripe.account.pay(made.reference)).toThrow("expired");

  const later = valueOf(await provider.createCheckout(checkoutRequest({ sessionId: "ps_5" })));
  stripe.account.pay(later.reference, "later");
  expect(statusOf(await provider.closeCheckout(later.reference))).toBe("pending");
  stripe.account.settle(later.reference, "failed");
  expect(valueOf(await provider.readCheckout(later.reference))).toEqual({
    status: "failed",
    decline: { code: "insufficient_funds", retryable: true },
  });
  expect(statusOf(await provider.readCheckout("cs_nobody_knows"))).toBe("unknown");
  expect(statusOf(await provider.closeCheckout("cs_nobody_knows"))).toBe("unknown");
});

test("a key that Stripe refuses is unavailable, and is in no message", async () => {
  const { provider, stripe } = createReadyProvider({ secretKey: "sk_test_wrong0123456789" });
  const refused = await provider.createCheckout(checkoutRequest());
  expect(refused).toMatchObject({ failure: { kind: "unavailable", message: expect.stringContaining("status 401") } });
  expect(JSON.stringify(refused)).not.toContain("sk_test");
  expect(stripe.account.sessions.size).toBe(0);
});
