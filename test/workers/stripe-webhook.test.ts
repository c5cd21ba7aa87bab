/** Deliveries of Stripe: what is believed, and what it means. The stand-in signs them with code of its own. */
import { expect, test } from "vitest";
import { WEBHOOK_TOLERANCE_MS, type ProviderEventContent } from "../../src/platform/payments/provider.ts";
import type { EventObject } from "../support/stripe/objects.ts";
import { signPayload } from "../support/stripe/signature.ts";
import {
  chargeRequest,
  checkoutRequest,
  createReadyProvider,
  START_MS,
  UNIT,
  WEBHOOK_SECRET,
  type ReadyProvider,
} from "../support/stripe/ready-provider.ts";

const OLD_SECRET = "whsec_the_one_before";

async function makeCheckout(ready: ReadyProvider, changes: Parameters<typeof checkoutRequest>[0] = {}) {
  const made = await ready.provider.createCheckout(checkoutRequest(changes));
  if (!made.ok) throw new Error(made.failure.message);
  return made.value.reference;
}

async function readEvent({ provider, stripe, clock }: ReadyProvider, event: EventObject) {
  const read = await provider.verifyWebhook({ ...(await stripe.deliver(event)), nowMs: clock.nowMs });
  if (!read.ok) throw new Error(read.failure);
  return read.value;
}

async function contentsOf(ready: ReadyProvider): Promise<ReadonlyMap<string, ProviderEventContent>> {
  const contents = new Map<string, ProviderEventContent>();
  for (const event of ready.stripe.account.events) {
    const [read] = await readEvent(ready, event);
    if (read !== undefined) contents.set(event.type, read.content);
  }
  return contents;
}

async function refusalOf(ready: ReadyProvider, body: string | Uint8Array, signature: string | null, nowMs = START_MS) {
  const headers = new Headers(signature === null ? {} : { "stripe-signature": signature });
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const read = await ready.provider.verifyWebhook({ body: bytes, headers, nowMs });
  return read.ok ? "believed" : read.failure;
}

test("an event is read with its name, time and content, the same in every repeat", async () => {
  const ready = createReadyProvider();
  const reference = await makeCheckout(ready);
  ready.stripe.account.pay(reference);
  const event = ready.stripe.account.events.find(({ type }) => type === "checkout.session.completed");
  if (event === undefined) throw new Error("there is no event");
  const paymentReference = ready.stripe.account.sessions.get(reference)?.payment_intent ?? "";
  const expected = [
    {
      eventId: event.id,
      providerType: "checkout.session.completed",
      occurredAtMs: START_MS,
      content: {
        type: "captured",
        subject: { sessionId: "ps_1", checkoutReference: reference, paymentReference },
        payment: { paymentReference, amountNanos: 25n * UNIT, currency: "USD", method: null },
      },
    },
  ];
  expect(await readEvent(ready, event)).toEqual(expected);
  ready.clock.nowMs += 3_600_000;
  expect(await readEvent(ready, event)).toEqual(expected);
});

test("forged, changed, old, early and unreadable deliveries are refused, each by its name", async () => {
  const ready = createReadyProvider();
  const text = JSON.stringify(ready.stripe.account.emit("customer.created", { id: "cus_1" }));
  const good = await signPayload(text, [WEBHOOK_SECRET], START_MS);
  expect(await refusalOf(ready, text, good)).toBe("believed");
  expect(await refusalOf(ready, text, null)).toBe("signature_missing");
  expect(await refusalOf(ready, text, "")).toBe("signature_missing");
  expect(await refusalOf(ready, text, await signPayload(text, ["whsec_wrong"], START_MS))).toBe("signature_invalid");
  expect(await refusalOf(ready, text.replace("cus_1", "cus_2"), good)).toBe("signature_invalid");
  expect(await refusalOf(ready, `${text} `, good)).toBe("signature_invalid");
  expect(await refusalOf(ready, "", good)).toBe("signature_invalid");
  expect(await refusalOf(ready, text, good.replace("v1=", "v0="))).toBe("signature_invalid");
  expect(await refusalOf(ready, text, good.replace(/^t=\d+,/, ""))).toBe("signature_invalid");
  expect(await refusalOf(ready, text, good.replace(/t=\d+/, "t=1"))).toBe("signature_invalid");
  expect(await refusalOf(ready, text, `t=1,${good}`)).toBe("signature_invalid");
  expect(await refusalOf(ready, text, "nonsense")).toBe("signature_invalid");
  expect(await refusalOf(ready, text, `${good},v1=${"0".repeat(5_000)}`)).toBe("signature_invalid");
  const edge = WEBHOOK_TOLERANCE_MS;
  expect(await refusalOf(ready, text, good, START_MS + edge)).toBe("believed");
  expect(await refusalOf(ready, text, good, START_MS + edge + 1_000)).toBe("too_old");
  expect(await refusalOf(ready, text, good, START_MS - edge - 1_000)).toBe("too_old");
  const wrongAndOld = await signPayload(text, ["whsec_wrong"], START_MS - 3_600_000);
  expect(await refusalOf(ready, text, wrongAndOld)).toBe("signature_invalid");
});

test.each([
  ["not JSON", "{"],
  ["null", "null"],
  ["a list", "[]"],
  ["no event", '{"id": "evt_1", "object": "charge"}'],
  ["a thin event", '{"id": "evt_1", "object": "v2.core.event", "type": "v1.billing.meter.no_meter_found"}'],
  ["an event without an object", '{"id": "evt_1", "object": "event", "type": "a", "created": 1, "livemode": false}'],
  [
    "a payment of ours without an amount",
    JSON.stringify({
      id: "evt_1",
      object: "event",
      type: "payment_intent.succeeded",
      created: 1,
      livemode: false,
      data: {
        object: {
          id: "pi_1",
          metadata: {
            keeptrusts_session_id: "ps_1",
            keeptrusts_organization_id: "org_1",
            keeptrusts_purpose: "charge",
            keeptrusts_deployment: "tests",
          },
        },
      },
    }),
  ],
])("signed and %s: malformed", async (_, text) => {
  const ready = createReadyProvider();
  expect(await refusalOf(ready, text, await signPayload(text, [WEBHOOK_SECRET], START_MS))).toBe("malformed");
});

test("while a secret is replaced, either signs", async () => {
  const ready = createReadyProvider({ webhookSecrets: [WEBHOOK_SECRET, OLD_SECRET] });
  const event = ready.stripe.account.emit("customer.created", { id: "cus_1" });
  for (const secrets of [[WEBHOOK_SECRET], [OLD_SECRET], ["whsec_unknown", OLD_SECRET]]) {
    const { body, headers } = await ready.stripe.deliver(event, { secrets });
    expect(await refusalOf(ready, body, headers.get("stripe-signature"))).toBe("believed");
  }
  const { body, headers } = await ready.stripe.deliver(event, { secrets: ["whsec_unknown"] });
  expect(await refusalOf(ready, body, headers.get("stripe-signature"))).toBe("signature_invalid");
});

test("events of the other mode are refused: they mean that the secrets are of different modes", async () => {
  const ready = createReadyProvider();
  const event = { ...ready.stripe.account.emit("customer.created", {}), livemode: true };
  const { body, headers } = await ready.stripe.deliver(event);
  expect(await refusalOf(ready, body, headers.get("stripe-signature"))).toBe("not_configured");
  const live = createReadyProvider({ secretKey: "sk_live_of_the_tests" });
  expect(await refusalOf(live, body, headers.get("stripe-signature"))).toBe("believed");
});

test("a paid checkout tells of its capture three times, once with the method that is kept", async () => {
  const ready = createReadyProvider();
  const reference = await makeCheckout(ready, { saveMethod: true });
  ready.stripe.account.pay(reference);
  const contents = await contentsOf(ready);
  const session = ready.stripe.account.sessions.get(reference);
  const paymentReference = session?.payment_intent ?? "";
  const subject = { sessionId: "ps_1", checkoutReference: null, paymentReference };
  const payment = { paymentReference, amountNanos: 25n * UNIT, currency: "USD", method: null };
  expect(contents.get("payment_intent.succeeded")).toEqual({ type: "captured", subject, payment });
  const methodReference = ready.stripe.account.intents.get(paymentReference)?.payment_method ?? "";
  const method = { customerReference: session?.customer ?? "", methodReference, label: "visa •••• 4242" };
  expect(contents.get("charge.succeeded")).toEqual({ type: "captured", subject, payment: { ...payment, method } });
  expect(contents.get("checkout.session.completed")?.type).toBe("captured");
});

test("a payment that takes days is captured or failed when the bank has said so", async () => {
  for (const outcome of ["paid", "failed"] as const) {
    const ready = createReadyProvider();
    const reference = await makeCheckout(ready);
    ready.stripe.account.pay(reference, "later");
    expect((await contentsOf(ready)).get("checkout.session.completed")).toEqual({ type: "ignored" });
    ready.stripe.account.settle(reference, outcome);
    const contents = await contentsOf(ready);
    const type = `checkout.session.async_payment_${outcome === "paid" ? "succeeded" : "failed"}`;
    expect(contents.get(type)?.type).toBe(outcome === "paid" ? "captured" : "failed");
  }
});

test("a declined card ends a charge, and not a checkout, whose payer may try another", async () => {
  const ready = createReadyProvider();
  const reference = await makeCheckout(ready);
  ready.stripe.account.decline(reference);
  expect((await contentsOf(ready)).get("payment_intent.payment_failed")).toEqual({ type: "ignored" });
  ready.stripe.account.expire(reference);
  const contents = await contentsOf(ready);
  expect(contents.get("payment_intent.canceled")).toEqual({ type: "ignored" });
  expect(contents.get("checkout.session.expired")).toMatchObject({ type: "expired", subject: { sessionId: "ps_1" } });

  const charging = createReadyProvider();
  await charging.provider.chargeMethod(chargeRequest(charging.stripe, "expired_card"));
  expect((await contentsOf(charging)).get("payment_intent.payment_failed")).toMatchObject({
    type: "failed",
    subject: { sessionId: "ps_2", checkoutReference: null },
    decline: { code: "expired_card", retryable: false },
  });
  const acting = createReadyProvider();
  await acting.provider.chargeMethod(chargeRequest(acting.stripe, "requires_action"));
  expect((await contentsOf(acting)).get("payment_intent.canceled")).toMatchObject({ type: "canceled" });
});

test("refunds are told one by one, ours by our id and those of the console by their payment", async () => {
  const ready = createReadyProvider();
  const reference = await makeCheckout(ready);
  ready.stripe.account.pay(reference);
  const paymentReference = ready.stripe.account.sessions.get(reference)?.payment_intent ?? "";
  const ours = {
    refundId: "rfd_1",
    sessionId: "ps_1",
    paymentReference,
    amountNanos: 10n * UNIT,
    currency: "USD",
  } as const;
  await ready.provider.refund(ours);
  const first = (await contentsOf(ready)).get("refund.created");
  expect(first).toMatchObject({
    type: "refunded",
    subject: { sessionId: "ps_1", checkoutReference: null, paymentReference },
    refundId: "rfd_1",
    refund: { status: "succeeded" },
    amountNanos: 10n * UNIT,
  });
  const { id } = ready.stripe.account.refund(paymentReference, 500, {}, "pending");
  expect((await contentsOf(ready)).get("refund.created")).toEqual({
    type: "refunded",
    subject: { sessionId: null, checkoutReference: null, paymentReference },
    refundId: null,
    refund: { refundReference: id, status: "pending" },
    amountNanos: 5n * UNIT,
  });
  ready.stripe.account.endRefund(id, "failed");
  expect((await contentsOf(ready)).get("refund.failed")).toMatchObject({ refund: { status: "failed" } });
  ready.stripe.account.emit("charge.refund.updated", ready.stripe.account.refunds.get(id));
  expect((await contentsOf(ready)).get("charge.refund.updated")).toMatchObject({ refund: { status: "failed" } });
});

test("a dispute opens when money is taken, and ends won or lost; an inquiry alone is none", async () => {
  const ready = createReadyProvider();
  const reference = await makeCheckout(ready);
  ready.stripe.account.pay(reference);
  const paymentReference = ready.stripe.account.sessions.get(reference)?.payment_intent ?? "";
  const { account } = ready.stripe;
  const told = {
    subject: { sessionId: null, checkoutReference: null, paymentReference },
    amountNanos: 25n * UNIT,
  };
  const lost = account.dispute(paymentReference);
  expect((await contentsOf(ready)).get("charge.dispute.created")).toEqual({
    type: "dispute_opened",
    disputeReference: lost.id,
    ...told,
  });
  account.endDispute(lost, "lost");
  expect((await contentsOf(ready)).get("charge.dispute.closed")).toMatchObject({ type: "dispute_lost" });
  const won = account.dispute(paymentReference);
  account.endDispute(won, "won");
  const contents = await contentsOf(ready);
  expect(contents.get("charge.dispute.closed")).toMatchObject({ type: "dispute_won", disputeReference: won.id });
  expect(contents.get("charge.dispute.funds_reinstated")).toMatchObject({ type: "dispute_won" });

  const inquiry = account.dispute(paymentReference, "warning_needs_response");
  expect((await contentsOf(ready)).get("charge.dispute.created")).toEqual({ type: "ignored" });
  account.endDispute(inquiry, "warning_closed");
  expect((await contentsOf(ready)).get("charge.dispute.closed")).toEqual({ type: "ignored" });
  account.emit("charge.dispute.funds_withdrawn", { ...inquiry, status: "needs_response" });
  expect((await contentsOf(ready)).get("charge.dispute.funds_withdrawn")).toMatchObject({ type: "dispute_opened" });
});

test("a method that was removed at Stripe is told of", async () => {
  const ready = createReadyProvider();
  const { method } = chargeRequest(ready.stripe, "succeeds");
  ready.stripe.account.detach(method.methodReference);
  expect((await contentsOf(ready)).get("payment_method.detached")).toEqual({
    type: "method_removed",
    methodReference: method.methodReference,
  });
});

test("what is not this deployment's is ignored: other products, other deployments, currencies that no wallet has", async () => {
  const ready = createReadyProvider();
  const { account } = ready.stripe;
  const intent = { id: "pi_1", amount_received: 500, currency: "usd" };
  const mark = { keeptrusts_session_id: "ps_1", keeptrusts_organization_id: "org_1", keeptrusts_purpose: "charge" };
  for (const object of [
    { ...intent, metadata: {} },
    { ...intent, currency: "chf" },
    { ...intent, metadata: { ...mark, keeptrusts_deployment: "staging" } },
    { ...intent, metadata: mark },
  ]) {
    const [read] = await readEvent(ready, account.emit("payment_intent.succeeded", object));
    expect(read?.content).toEqual({ type: "ignored" });
  }
  const refund = { id: "re_1", amount: 500, payment_intent: "pi_1", status: "succeeded" };
  const dispute = { id: "dp_1", amount: 500, payment_intent: "pi_1", status: "needs_response", currency: "chf" };
  for (const event of [
    account.emit("refund.created", { ...refund, currency: "chf" }),
    account.emit("refund.created", { ...refund, currency: "usd", metadata: { keeptrusts_deployment: "staging" } }),
    account.emit("refund.created", { ...refund, currency: "usd", payment_intent: null }),
    account.emit("charge.dispute.created", dispute),
    account.emit("charge.refunded", { id: "ch_1" }),
    account.emit("constructor", {}),
    account.emit("invoice.paid", {}),
  ]) {
    const [read] = await readEvent(ready, event);
    expect(read).toMatchObject({ eventId: event.id, content: { type: "ignored" } });
  }
});

test("an event of another version of the interface is read where its fields are there", async () => {
  const ready = createReadyProvider();
  const reference = await makeCheckout(ready);
  ready.stripe.account.pay(reference);
  const event = ready.stripe.account.events.find(({ type }) => type === "payment_intent.succeeded");
  if (event === undefined) throw new Error("there is no event");
  const [read] = await readEvent(ready, { ...event, api_version: "2019-05-16" });
  expect(read?.content).toMatchObject({ type: "captured", payment: { amountNanos: 25n * UNIT } });
});
