/** An account of Stripe in test mode: what it holds, what payers and banks do to it, and the events that it makes of that. */
import {
  invalid,
  missing,
  StripeRefusal,
  type CheckoutSessionObject,
  type DisputeObject,
  type EventObject,
  type IntentPlan,
  type MethodBehaviour,
  type PaymentErrorObject,
  type PaymentIntentObject,
  type PaymentMethodObject,
  type RefundObject,
} from "./objects.ts";

export const API_VERSION = "2026-10-28.endive";

const VISA = { brand: "visa", last4: "4242", exp_month: 12, exp_year: 2034 } as const;

const DECLINES: Readonly<Partial<Record<MethodBehaviour, Omit<PaymentErrorObject, "type">>>> = {
  insufficient_funds: {
    code: "card_declined",
    decline_code: "insufficient_funds",
    message: "Your card has insufficient funds.",
  },
  expired_card: { code: "expired_card", message: "Your card has expired." },
  do_not_try_again: {
    code: "card_declined",
    decline_code: "generic_decline",
    advice_code: "do_not_try_again",
    message: "Your card was declined.",
  },
  authentication_required: {
    code: "authentication_required",
    decline_code: "authentication_required",
    message: "This payment requires authentication.",
  },
};

export class StripeAccount {
  readonly sessions = new Map<string, CheckoutSessionObject>();
  readonly plans = new Map<string, IntentPlan>();
  readonly intents = new Map<string, PaymentIntentObject>();
  readonly methods = new Map<string, PaymentMethodObject>();
  readonly behaviours = new Map<string, MethodBehaviour>();
  readonly refunds = new Map<string, RefundObject>();
  readonly disputes = new Map<string, DisputeObject>();
  readonly customers = new Set<string>();
  readonly events: EventObject[] = [];
  readonly nowMs: () => number;
  #made = 0;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  nowSeconds(): number {
    return Math.floor(this.nowMs() / 1_000);
  }

  newId(prefix: string): string {
    this.#made += 1;
    return `${prefix}_${String(this.#made).padStart(14, "0")}`;
  }

  makeCustomer(): string {
    const id = this.newId("cus");
    this.customers.add(id);
    return id;
  }

  /** A card that the customer has saved. */
  saveCard(customer: string, behaviour: MethodBehaviour): string {
    const method = this.#makeMethod(customer);
    this.behaviours.set(method.id, behaviour);
    return method.id;
  }

  /** The payer pays on the page. `later`: by a bank transfer or debit, whose money comes or not: `settle`. */
  pay(sessionId: string, how: "now" | "later" = "now"): void {
    const session = this.#openSession(sessionId);
    const plan = this.plans.get(sessionId);
    if (session.customer === null && plan?.createsCustomer === true) session.customer = this.makeCustomer();
    const keeps = plan?.setupFutureUsage === "off_session";
    const intent = this.#intentOf(session);
    intent.payment_method = this.#makeMethod(keeps ? session.customer : null).id;
    session.status = "complete";
    session.url = null;
    if (how === "now") {
      this.#succeed(intent);
      session.payment_status = "paid";
    } else {
      intent.status = "processing";
    }
    this.emit("checkout.session.completed", session);
  }

  /** The bank's answer to a payment `later`. */
  settle(sessionId: string, outcome: "paid" | "failed"): void {
    const session = this.#session(sessionId);
    const intent = this.#intentOf(session);
    if (outcome === "paid") {
      this.#succeed(intent);
      session.payment_status = "paid";
    } else {
      this.#fail(intent, "insufficient_funds");
    }
    this.emit(`checkout.session.async_payment_${outcome === "paid" ? "succeeded" : "failed"}`, session);
  }

  /** The payer's card is declined; the page stays open for another one. */
  decline(sessionId: string): void {
    this.#fail(this.#intentOf(this.#openSession(sessionId)), "insufficient_funds");
  }

  expire(sessionId: string): CheckoutSessionObject {
    const session = this.#session(sessionId);
    if (session.status !== "open") {
      throw invalid(`Only Checkout Sessions with a status in ["open"] can be expired. This has ${session.status}.`);
    }
    session.status = "expired";
    session.url = null;
    const intent = this.intents.get(session.payment_intent ?? "");
    if (intent !== undefined) this.cancel(intent);
    this.emit("checkout.session.expired", session);
    return session;
  }

  cancel(intent: PaymentIntentObject): void {
    intent.status = "canceled";
    this.emit("payment_intent.canceled", intent);
  }

  /** Charges a saved method. Throws the refusal of a declined one, whose intent stays. */
  charge(intent: PaymentIntentObject): void {
    this.intents.set(intent.id, intent);
    const behaviour = this.behaviours.get(intent.payment_method ?? "") ?? "succeeds";
    if (behaviour === "succeeds") return this.#succeed(intent);
    if (behaviour === "processing" || behaviour === "requires_action") {
      intent.status = behaviour;
      return;
    }
    const error = this.#fail(intent, behaviour);
    throw new StripeRefusal(402, { ...error, payment_intent: intent });
  }

  /** Of what was taken and not given back yet. `metadata` is empty for a refund at the console. */
  refund(
    intentId: string,
    amount: number | null,
    metadata: Readonly<Record<string, string>> = {},
    status: RefundObject["status"] = "succeeded",
  ): RefundObject {
    const intent = this.intents.get(intentId);
    if (intent === undefined) throw missing("payment_intent", intentId, "payment_intent");
    const given = [...this.refunds.values()]
      .filter((refund) => refund.payment_intent === intentId && refund.status !== "failed")
      .reduce((sum, refund) => sum + refund.amount, 0);
    const left = intent.amount_received - given;
    if (left === 0) throw invalid("Charge has already been refunded.", { code: "charge_already_refunded" });
    if ((amount ?? left) > left) {
      throw invalid(`Refund amount is greater than unrefunded amount on charge (${left}).`, { param: "amount" });
    }
    const id = this.newId("re");
    const shared = { currency: intent.currency, created: this.nowSeconds(), payment_intent: intentId, metadata };
    const refund: RefundObject = { id, object: "refund", amount: amount ?? left, status, ...shared };
    this.refunds.set(id, refund);
    this.emit("refund.created", refund);
    return refund;
  }

  endRefund(id: string, status: "succeeded" | "failed"): void {
    const refund = this.refunds.get(id);
    if (refund === undefined) throw missing("refund", id, "id");
    refund.status = status;
    this.emit(status === "failed" ? "refund.failed" : "refund.updated", refund);
  }

  dispute(intentId: string, status = "needs_response"): DisputeObject {
    const intent = this.intents.get(intentId);
    if (intent === undefined) throw missing("payment_intent", intentId, "payment_intent");
    const shared = { currency: intent.currency, created: this.nowSeconds(), livemode: false, metadata: {} };
    const id = this.newId("dp");
    const dispute = { id, amount: intent.amount_received, payment_intent: intentId, status, ...shared };
    const made: DisputeObject = { object: "dispute", ...dispute };
    this.disputes.set(id, made);
    this.emit("charge.dispute.created", made);
    return made;
  }

  endDispute(dispute: DisputeObject, status: "won" | "lost" | "warning_closed" | "prevented"): void {
    dispute.status = status;
    this.emit("charge.dispute.closed", dispute);
    if (status === "won") this.emit("charge.dispute.funds_reinstated", dispute);
  }

  detach(id: string): PaymentMethodObject {
    const method = this.methods.get(id);
    if (method === undefined) throw missing("payment_method", id, "payment_method");
    if (method.customer === null) {
      throw invalid("The payment method you provided is not attached to a customer so detachment is impossible.");
    }
    method.customer = null;
    this.emit("payment_method.detached", method);
    return method;
  }

  /** What was taken of payers and not given back, in minor units. */
  takenUnits(): number {
    const taken = [...this.intents.values()].reduce((sum, intent) => sum + intent.amount_received, 0);
    return [...this.refunds.values()].reduce(
      (sum, { status, amount }) => (status === "failed" ? sum : sum - amount),
      taken,
    );
  }

  emit(type: string, object: unknown): EventObject {
    const event: EventObject = {
      id: this.newId("evt"),
      object: "event",
      api_version: API_VERSION,
      created: this.nowSeconds(),
      livemode: false,
      pending_webhooks: 1,
      type,
      data: { object: structuredClone(object) },
    };
    this.events.push(event);
    return event;
  }

  #session(id: string): CheckoutSessionObject {
    const session = this.sessions.get(id);
    if (session === undefined) throw missing("checkout.session", id, "session");
    return session;
  }

  #openSession(id: string): CheckoutSessionObject {
    const session = this.#session(id);
    if (session.status !== "open") throw new Error(`the page of ${id} is ${session.status}`);
    return session;
  }

  #makeMethod(customer: string | null): PaymentMethodObject {
    const method: PaymentMethodObject = {
      id: this.newId("pm"),
      object: "payment_method",
      type: "card",
      card: VISA,
      customer,
    };
    this.methods.set(method.id, method);
    return method;
  }

  #intentOf(session: CheckoutSessionObject): PaymentIntentObject {
    const known = this.intents.get(session.payment_intent ?? "");
    if (known !== undefined) return known;
    const plan = this.plans.get(session.id);
    const intent: PaymentIntentObject = {
      id: this.newId("pi"),
      object: "payment_intent",
      amount: session.amount_total,
      amount_received: 0,
      currency: session.currency,
      created: this.nowSeconds(),
      customer: session.customer,
      description: plan?.description ?? null,
      livemode: false,
      metadata: plan?.metadata ?? {},
      payment_method: null,
      setup_future_usage: plan?.setupFutureUsage ?? null,
      status: "requires_payment_method",
      last_payment_error: null,
    };
    this.intents.set(intent.id, intent);
    session.payment_intent = intent.id;
    return intent;
  }

  #succeed(intent: PaymentIntentObject): void {
    intent.status = "succeeded";
    intent.amount_received = intent.amount;
    intent.last_payment_error = null;
    const { customer, currency, metadata, payment_method, amount } = intent;
    this.emit("charge.succeeded", {
      id: this.newId("ch"),
      object: "charge",
      amount,
      amount_captured: amount,
      captured: true,
      currency,
      customer,
      metadata,
      payment_intent: intent.id,
      payment_method,
      payment_method_details: { type: "card", card: { brand: VISA.brand, last4: VISA.last4 } },
    });
    this.emit("payment_intent.succeeded", intent);
  }

  #fail(intent: PaymentIntentObject, behaviour: MethodBehaviour): PaymentErrorObject {
    const decline = DECLINES[behaviour];
    if (decline === undefined) throw new Error(`${behaviour} is no decline`);
    const error: PaymentErrorObject = { type: "card_error", ...decline };
    intent.status = "requires_payment_method";
    intent.last_payment_error = error;
    this.emit("payment_intent.payment_failed", intent);
    return error;
  }
}
