/** What happens on the payer's side of the sandbox: paying in all its ways, disputing, and how saved cards behave. */
import type { Nanos } from "../../../core/money.ts";
import { deriveId } from "../../identifiers.ts";
import type { CapturedPayment, EventSubject, ProviderMethod } from "../provider.ts";
import { AT_ONCE_ONCE, type Mailbox, type Sending } from "./mailbox.ts";
import { CARD_BEHAVIOURS, type CardBehaviour, type SandboxRecord, type SandboxRecords, refundedOf } from "./records.ts";

/** What the checkout page can do. */
export const TILL_ACTIONS = [
  "pay",
  "pay_twice",
  "pay_webhook_late",
  "pay_late",
  "decline",
  "cancel",
  "dispute",
  "win_dispute",
  "lose_dispute",
] as const;
export type TillAction = (typeof TILL_ACTIONS)[number];

/** Until then nobody but a poll hears of a payment whose webhook is late. */
const LATE_WEBHOOK_MS = 60 * 60 * 1_000;

export interface TillPorts {
  readonly records: SandboxRecords;
  readonly mailbox: Mailbox;
  readonly nowMs: () => number;
  readonly newId: (prefix: string) => string;
}

export class Till {
  readonly #ports: TillPorts;

  constructor(ports: TillPorts) {
    this.#ports = ports;
  }

  /** Does what the payer has chosen; gives the checkout afterwards, null when there is none. */
  async act(
    reference: string,
    action: TillAction,
    card: CardBehaviour = "works",
  ): Promise<SandboxRecord<"checkout"> | null> {
    const found = await this.#ports.records.find("checkout", reference);
    if (found === null) return null;
    switch (action) {
      case "pay":
        await this.#pay(found, card, [AT_ONCE_ONCE], false);
        break;
      case "pay_twice":
        // Two presses, two events with names of their own, and the first of them delivered three times.
        await this.#pay(found, card, [{ times: 3, delayMs: 0 }, AT_ONCE_ONCE], false);
        break;
      case "pay_webhook_late":
        await this.#pay(found, card, [{ times: 1, delayMs: LATE_WEBHOOK_MS }], false);
        break;
      case "pay_late":
        await this.#pay(found, card, [AT_ONCE_ONCE], true);
        break;
      case "decline":
        await this.#end(found, "failed");
        break;
      case "cancel":
        await this.#end(found, "canceled");
        break;
      case "dispute":
        await this.#dispute(found, "opened");
        break;
      case "win_dispute":
        await this.#dispute(found, "won");
        break;
      case "lose_dispute":
        await this.#dispute(found, "lost");
        break;
    }
    return this.#ports.records.find("checkout", reference);
  }

  /** `isLate`: the bank lets it through although the checkout has ended. */
  async #pay(
    checkout: SandboxRecord<"checkout">,
    card: CardBehaviour,
    sendings: readonly Sending[],
    isLate: boolean,
  ): Promise<void> {
    const { records } = this.#ports;
    const { state } = checkout;
    const isOver = state.status !== "open" || state.expiresAtMs <= this.#ports.nowMs();
    if (state.status === "captured" || (isOver && !isLate)) return;
    const { sessionId, amountNanos, currency } = state;
    const paymentReference = await deriveId("sbxpay", [checkout.reference]);
    const method = state.saveMethod ? await this.#saveCard(checkout, card) : null;
    const payment = { sessionId, amountNanos, currency, refunds: {} };
    await records.insert("payment", paymentReference, null, payment, this.#ports.nowMs());
    if (!(await records.change(checkout, { status: "captured", paymentReference, method }))) return;
    const captured = { paymentReference, amountNanos, currency, method };
    for (const [index, sending] of sendings.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- one press after the other
      await this.#tell(`captured ${index}`, checkout, { type: "captured", payment: captured }, sending);
    }
  }

  async #end(checkout: SandboxRecord<"checkout">, status: "failed" | "canceled"): Promise<void> {
    if (checkout.state.status !== "open") return;
    if (!(await this.#ports.records.change(checkout, { status }))) return;
    const content =
      status === "failed"
        ? ({ type: "failed", decline: { code: "card_declined", retryable: true } } as const)
        : ({ type: "canceled" } as const);
    await this.#tell(status, checkout, content, AT_ONCE_ONCE);
  }

  async #dispute(checkout: SandboxRecord<"checkout">, status: "opened" | "won" | "lost"): Promise<void> {
    const { paymentReference, sessionId, currency } = checkout.state;
    if (paymentReference === null) return;
    const disputeReference = await deriveId("sbxdsp", [paymentReference]);
    const amountNanos = await this.#disputable(paymentReference, disputeReference);
    if (amountNanos <= 0n) return;
    const state = { sessionId, amountNanos, currency, paymentReference, status } as const;
    const known = await this.#ports.records.find("dispute", disputeReference);
    if (known === null) await this.#ports.records.insert("dispute", disputeReference, null, state, this.#ports.nowMs());
    else if (known.state.status !== "opened" || status === "opened") return;
    else await this.#ports.records.change(known, { status });
    const content = { type: `dispute_${status}`, disputeReference, amountNanos } as const;
    await this.#tell(`dispute ${status}`, checkout, content, AT_ONCE_ONCE);
  }

  /** What was not refunded when the dispute began. */
  async #disputable(paymentReference: string, disputeReference: string): Promise<Nanos> {
    const known = await this.#ports.records.find("dispute", disputeReference);
    if (known !== null) return known.state.amountNanos;
    const payment = await this.#ports.records.find("payment", paymentReference);
    return payment === null ? 0n : payment.state.amountNanos - refundedOf(payment.state);
  }

  async #saveCard({ reference, state }: SandboxRecord<"checkout">, behaviour: CardBehaviour): Promise<ProviderMethod> {
    const methodReference = await deriveId("sbxcard", [reference]);
    const label = `sandbox card that ${behaviour}`;
    const method = { customerReference: state.customerReference, methodReference, label };
    const card = { ...method, organizationId: state.organizationId, behaviour, isRemoved: false };
    await this.#ports.records.insert("method", methodReference, null, card, this.#ports.nowMs());
    return method;
  }

  async #tell(
    what: string,
    { reference, state }: SandboxRecord<"checkout">,
    content: Told,
    sending: Sending,
  ): Promise<void> {
    const { sessionId, paymentReference } = state;
    const subject: EventSubject = { sessionId, checkoutReference: reference, paymentReference };
    const eventId = await deriveId("sbxevt", [reference, what]);
    const event = { eventId, providerType: `sandbox.${content.type}`, occurredAtMs: this.#ports.nowMs() };
    await this.#ports.mailbox.send({ ...event, content: { ...content, subject } }, sending);
  }
}

type Told =
  | { readonly type: "captured"; readonly payment: CapturedPayment }
  | { readonly type: "failed"; readonly decline: { readonly code: string; readonly retryable: boolean } }
  | { readonly type: "canceled" }
  | {
      readonly type: "dispute_opened" | "dispute_won" | "dispute_lost";
      readonly disputeReference: string;
      readonly amountNanos: Nanos;
    };

export function isTillAction(text: string | undefined): text is TillAction {
  return TILL_ACTIONS.some((action) => action === text);
}

export function cardBehaviourOf(text: string | undefined): CardBehaviour {
  return CARD_BEHAVIOURS.find((behaviour) => behaviour === text) ?? "works";
}
