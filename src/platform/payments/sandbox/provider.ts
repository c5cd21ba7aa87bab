/** The embedded provider: no money moves, and everything that can happen to a payment can be made to happen (docs/payments.md). */
import { z } from "zod";
import { fail, ok, type Result } from "../../../core/failure.ts";
import { toMinorUnits } from "../../../core/minor-units.ts";
import { deriveId } from "../../identifiers.ts";
import { readContent } from "../event-content.ts";
import type {
  ChargeRequest,
  CheckoutRequest,
  PaymentProvider,
  PaymentState,
  ProviderCheckout,
  ProviderEvent,
  ProviderFault,
  RefundRequest,
  RefundState,
  WebhookDelivery,
  WebhookRefusal,
} from "../provider.ts";
import { refundedOf, type SandboxRecord, type SandboxRecords } from "./records.ts";
import { checkSignature } from "./signature.ts";

/** Under this gateway's own origin. */
export const SANDBOX_PATH = "/payments/sandbox";

/** So long a charge of a card that pends stays undecided, as bank debits do for days. */
const PENDING_MS = 10 * 60 * 1_000;

export interface SandboxPorts {
  /** Empty: the sandbox is off. */
  readonly key: string;
  readonly records: SandboxRecords;
  readonly nowMs: () => number;
}

const eventSchema = z.strictObject({
  eventId: z.string(),
  providerType: z.string(),
  occurredAtMs: z.int(),
  content: z.unknown(),
});

const REJECTED = (message: string): Result<never, ProviderFault> => fail({ kind: "rejected", message });

export function createSandbox(ports: SandboxPorts): PaymentProvider {
  const { records } = ports;
  const readCheckout = async (reference: string): Promise<Result<PaymentState, ProviderFault>> => {
    const checkout = await records.find("checkout", reference);
    return ok(checkout === null ? { status: "unknown" } : stateOfCheckout(checkout, ports.nowMs()));
  };
  const readCharge = async (sessionId: string): Promise<Result<PaymentState, ProviderFault>> => {
    const charge = await records.findByKey("charge", sessionId);
    return ok(charge === null ? { status: "unknown" } : stateOfCharge(charge, ports.nowMs()));
  };
  return {
    name: "sandbox",
    readiness: () =>
      ports.key === ""
        ? { ready: false, reason: "not_configured", message: "SANDBOX_PAYMENTS_KEY is not set." }
        : { ready: true },
    createCheckout: (request) => createCheckout(ports, request),
    readCheckout,
    captureCheckout: readCheckout,
    closeCheckout: async (reference) => {
      const checkout = await records.find("checkout", reference);
      if (checkout?.state.status === "open") await records.change(checkout, { status: "expired" });
      return readCheckout(reference);
    },
    chargeMethod: (request) => chargeMethod(ports, request),
    readCharge,
    refund: (request) => refund(ports, request),
    readRefund: async (reference) => {
      const found = await records.find("refund", reference);
      return found === null ? REJECTED("there is no such refund") : ok(refundStateOf(found));
    },
    removeMethod: async ({ methodReference }) => {
      const method = await records.find("method", methodReference);
      if (method !== null) await records.change(method, { isRemoved: true });
      return ok(null);
    },
    verifyWebhook: (delivery) => verifyWebhook(ports, delivery),
  };
}

async function createCheckout(
  { records, nowMs }: SandboxPorts,
  request: CheckoutRequest,
): Promise<Result<ProviderCheckout, ProviderFault>> {
  const { sessionId, organizationId, amountNanos, currency, description } = request;
  if (toMinorUnits(amountNanos, currency) === null) return REJECTED("the amount is no whole number of minor units");
  const state = {
    sessionId,
    organizationId,
    amountNanos,
    currency,
    description,
    successUrl: request.successUrl,
    cancelUrl: request.cancelUrl,
    expiresAtMs: request.expiresAtMs,
    saveMethod: request.saveMethod,
    customerReference: request.customerReference ?? (await deriveId("sbxcus", [organizationId])),
    status: "open" as const,
    paymentReference: null,
    method: null,
  };
  // Whoever has the address can pay: it must not follow from what others see.
  const reference = `sbxchk_${crypto.randomUUID().replaceAll("-", "")}`;
  const made = await records.insert("checkout", reference, sessionId, state, nowMs());
  const { origin } = new URL(made.state.successUrl);
  return ok({
    reference: made.reference,
    approvalUrl: `${origin}${SANDBOX_PATH}/${made.reference}`,
    expiresAtMs: made.state.expiresAtMs,
  });
}

async function chargeMethod(
  { records, nowMs }: SandboxPorts,
  { sessionId, method, amountNanos, currency }: ChargeRequest,
): Promise<Result<PaymentState, ProviderFault>> {
  const known = await records.findByKey("charge", sessionId);
  if (known !== null) return ok(stateOfCharge(known, nowMs()));
  const card = await records.find("method", method.methodReference);
  const money = { sessionId, amountNanos, currency };
  const paymentReference = await deriveId("sbxpay", [sessionId]);
  const behaviour = card === null || card.state.isRemoved ? "dies" : card.state.behaviour;
  const declined = { code: "insufficient_funds", retryable: true } as const;
  const decided = { decidedAtMs: null, comesTo: "captured" } as const;
  const pending = { status: "pending", decidedAtMs: nowMs() + PENDING_MS } as const;
  const outcome = {
    works: { status: "captured", decline: null, ...decided },
    pends: { ...pending, decline: null, comesTo: "captured" },
    pends_then_fails: { ...pending, decline: declined, comesTo: "failed" },
    declines: { status: "failed", decline: declined, ...decided },
    dies: { status: "failed", decline: { code: "expired_card", retryable: false }, ...decided },
  } as const;
  await records.insert("payment", paymentReference, null, { ...money, refunds: {} }, nowMs());
  const charge = await records.insert(
    "charge",
    await deriveId("sbxchg", [sessionId]),
    sessionId,
    { ...money, paymentReference, ...outcome[behaviour] },
    nowMs(),
  );
  return ok(stateOfCharge(charge, nowMs()));
}

const MAX_TRIES = 20;

/** Its place in the payment first, then the refund: a repeat after a crash between the two finds its place. */
async function refund(ports: SandboxPorts, request: RefundRequest): Promise<Result<RefundState, ProviderFault>> {
  const { records, nowMs } = ports;
  const { refundId, sessionId, paymentReference, amountNanos, currency } = request;
  const known = await records.findByKey("refund", refundId);
  if (known !== null) return ok(refundStateOf(known));
  const claimed = await claimRefund(records, request);
  if (!claimed.ok) return claimed;
  const made = await records.insert(
    "refund",
    await deriveId("sbxrfd", [refundId]),
    refundId,
    { sessionId, amountNanos, currency, paymentReference, status: "succeeded" },
    nowMs(),
  );
  return ok(refundStateOf(made));
}

/** Takes the refund's share of the payment, unless it has it. */
async function claimRefund(
  records: SandboxRecords,
  { refundId, sessionId, paymentReference, amountNanos }: RefundRequest,
): Promise<Result<null, ProviderFault>> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    // oxlint-disable-next-line no-await-in-loop -- others have changed it meanwhile
    const payment = await records.find("payment", paymentReference);
    if (payment === null || payment.state.sessionId !== sessionId) return REJECTED("there is no such payment");
    const { refunds, amountNanos: paidNanos } = payment.state;
    if (refunds[refundId] !== undefined) return ok(null);
    // oxlint-disable-next-line no-await-in-loop -- as above
    const dispute = await records.find("dispute", await deriveId("sbxdsp", [paymentReference]));
    if (dispute !== null && dispute.state.status !== "won") return REJECTED("the payment is disputed");
    if (refundedOf(payment.state) + amountNanos > paidNanos) return REJECTED("more than was paid");
    // oxlint-disable-next-line no-await-in-loop -- as above
    if (await records.change(payment, { refunds: { ...refunds, [refundId]: amountNanos } })) return ok(null);
  }
  return fail({ kind: "unavailable", message: "too many refunds of one payment at once" });
}

async function verifyWebhook(
  { key }: SandboxPorts,
  delivery: WebhookDelivery,
): Promise<Result<readonly ProviderEvent[], WebhookRefusal>> {
  if (key === "") return fail("not_configured");
  const signed = await checkSignature(key, delivery);
  if (!signed.ok) return signed;
  try {
    const { content, ...event } = eventSchema.parse(JSON.parse(new TextDecoder().decode(delivery.body)));
    return ok([{ ...event, content: readContent(JSON.stringify(content)) }]);
  } catch {
    return fail("malformed");
  }
}

function stateOfCheckout({ state }: SandboxRecord<"checkout">, nowMs: number): PaymentState {
  const { status, paymentReference, amountNanos, currency, method } = state;
  switch (status) {
    case "open":
      return { status: state.expiresAtMs <= nowMs ? "expired" : "open" };
    case "captured":
      if (paymentReference === null) throw new Error("a paid checkout has a payment");
      return { status, payment: { paymentReference, amountNanos, currency, method } };
    case "failed":
      return { status, decline: { code: "card_declined", retryable: true } };
    case "canceled":
    case "expired":
      return { status };
  }
}

function stateOfCharge({ state }: SandboxRecord<"charge">, nowMs: number): PaymentState {
  const { paymentReference, amountNanos, currency, decline, decidedAtMs, comesTo } = state;
  const isDecided = decidedAtMs === null || decidedAtMs <= nowMs;
  const status = state.status === "pending" && isDecided ? comesTo : state.status;
  switch (status) {
    case "captured":
      return { status, payment: { paymentReference, amountNanos, currency, method: null } };
    case "pending":
      return { status, paymentReference };
    case "failed":
      return { status, decline: decline ?? { code: "declined", retryable: true } };
  }
}

function refundStateOf({ reference, state }: SandboxRecord<"refund">): RefundState {
  return { refundReference: reference, status: state.status };
}
