/** What payers see at this gateway: plain forms, no scripts. */
import type { CardBehaviour, SandboxRecord } from "../../platform/payments/sandbox/records.ts";
import { SANDBOX_PATH } from "../../platform/payments/sandbox/provider.ts";
import { formatNanos, type Nanos } from "../../core/money.ts";
import type { SessionRow } from "../../platform/payments/session-rows.ts";
import { escapeHtml } from "../pages/page.ts";

const CARDS: Readonly<Record<CardBehaviour, string>> = {
  works: "can be charged later",
  declines: "is declined later, and may work again",
  dies: "is refused for good later",
  pends: "stays pending for ten minutes later, and is charged then",
  pends_then_fails: "stays pending for ten minutes later, and is declined then",
};

const BUTTONS = {
  open: [
    ["pay", "Pay"],
    ["pay_twice", "Pay twice"],
    ["pay_webhook_late", "Pay, and the webhook comes an hour later"],
    ["decline", "Have the card declined"],
    ["cancel", "Cancel"],
  ],
  captured: [
    ["dispute", "Dispute the payment"],
    ["win_dispute", "The seller wins the dispute"],
    ["lose_dispute", "The seller loses the dispute"],
  ],
  over: [["pay_late", "Pay late, after the end"]],
} as const;

export function sandboxPage({ reference, state }: SandboxRecord<"checkout">, nowMs: number): string {
  const isOver = state.status !== "captured" && (state.status !== "open" || state.expiresAtMs <= nowMs);
  const buttons = BUTTONS[state.status === "captured" ? "captured" : isOver ? "over" : "open"];
  const cards = Object.entries(CARDS).map(([value, label]) => `<option value="${value}">${escapeHtml(label)}</option>`);
  const card =
    state.saveMethod && state.status !== "captured"
      ? `<p><label>The saved card <select name="card">${cards.join("")}</select></label></p>`
      : "";
  const back = state.status === "canceled" || state.status === "failed" ? state.cancelUrl : state.successUrl;
  return `<h1>Sandbox checkout</h1><p>No money moves here.</p>
    <p>${escapeHtml(state.description)}: <strong>${formatNanos(state.amountNanos)} ${state.currency}</strong></p>
    <p>Status: <code>${state.status === "open" && isOver ? "expired" : state.status}</code></p>
    <form method="post" action="${SANDBOX_PATH}/${escapeHtml(reference)}">${card}
    ${buttons.map(([value, label]) => `<p><button name="action" value="${value}">${label}</button></p>`).join("")}</form>
    ${state.status === "open" && !isOver ? "" : `<p><a href="${escapeHtml(back)}">Back</a></p>`}`;
}

const SENTENCES: Readonly<Record<SessionRow["status"], string>> = {
  created: "The payment was not made yet.",
  capturing: "The payment is being taken. This takes a moment.",
  captured: "The payment has arrived and is being credited.",
  completed: "The payment has arrived, and the wallet has it. You can close this window and send your request again.",
  canceled: "The payment was canceled. Nothing was taken.",
  failed: "The payment failed. Nothing was taken.",
  expired: "The checkout has ended without a payment.",
  refunded: "The payment was refunded.",
};

export function returnPage({ status, amountNanos, currency }: Pick<SessionRow, "status" | "amountNanos" | "currency">) {
  return `<h1>${formatNanos(amountNanos)} ${currency}</h1><p>${SENTENCES[status]}</p><p><code>${status}</code></p>`;
}

export interface TopUpValues {
  readonly organizationName: string;
  readonly walletName: string;
  readonly currency: string;
  readonly model: string;
  readonly neededNanos: Nanos;
  readonly presetNanos: readonly Nanos[];
}

export function topUpPage(values: TopUpValues): string {
  const { organizationName, walletName, currency, model, neededNanos, presetNanos } = values;
  const amounts = [neededNanos, ...presetNanos.filter((nanos) => nanos > neededNanos)];
  const choices = amounts.map(
    (nanos) => `<p><button name="amount" value="${formatNanos(nanos)}">${formatNanos(nanos)} ${currency}</button></p>`,
  );
  return `<h1>Top up</h1><p>A request for <code>${escapeHtml(model)}</code> waits for credits in the wallet of
    ${escapeHtml(walletName)} (${escapeHtml(organizationName)}).</p><form method="post">${choices.join("")}</form>
    <p>Afterwards send the same request again with its cost ticket.</p>`;
}

export function unavailablePage(message: string): string {
  return `<h1>Top up</h1><p>${escapeHtml(message)}</p>`;
}
