/** What a notification says, in one sentence with its own amounts (docs/webhooks.md has the fields). */
import type { components } from "../api/schema.d.ts";
import { formatAmount } from "./format.ts";

type Notification = components["schemas"]["Notification"];
export type NotificationType = Notification["type"];

export const NOTIFICATION_TYPES = {
  "wallet.low_balance": "a wallet is running low",
  "wallet.depleted": "a wallet is empty",
  "budget.threshold_reached": "a budget has reached a threshold",
  "budget.exhausted": "a budget is used up",
  "top_up.completed": "a top-up has arrived",
  "top_up.failed": "a top-up has failed",
  "payment.refunded": "a payment was refunded",
  "payment.disputed": "a payment is disputed",
  "upstream.account_error": "a provider refuses the gateway's account",
  "ledger.overrun": "a request has overdrawn the organization's wallet",
  "config.deployed": "a gateway has another configuration",
  "key.expiring": "a key is about to expire",
} as const satisfies Record<NotificationType, string>;

/** Begins with a capital; without a full stop. */
export function sayNotification({ type, data }: Notification): string {
  const said = sayFacts(type, data) ?? NOTIFICATION_TYPES[type];
  return said.charAt(0).toUpperCase() + said.slice(1);
}

type Facts = Notification["data"];

/** Null: the fields are not the known ones. */
function sayFacts(type: NotificationType, data: Facts): string | null {
  const name = textOf(data, "name");
  if (type === "wallet.low_balance" || type === "wallet.depleted") {
    const balance = amountOf(data, "balance");
    if (balance === null) return null;
    const which = `The ${textOf(data, "scope") ?? ""} wallet${name === null ? "" : ` “${name}”`}`;
    return `${which} is ${type === "wallet.depleted" ? "empty" : "running low"}: ${balance} left`;
  }
  if (type === "budget.threshold_reached" && name !== null) {
    return `The budget “${name}” has reached ${String(data["percentage"])} % of ${amountOf(data, "limit") ?? "its limit"}`;
  }
  if (type === "budget.exhausted" && name !== null) {
    return `The budget “${name}” is used up: ${amountOf(data, "used") ?? "?"} of ${amountOf(data, "limit") ?? "?"}`;
  }
  if (type === "key.expiring" && name !== null) return `The key “${name}” is about to expire`;
  const provider = textOf(data, "provider");
  if (type === "upstream.account_error" && provider !== null) return `${provider} refuses the gateway's account`;
  return sayPayment(type, data);
}

function sayPayment(type: NotificationType, data: Facts): string | null {
  const amount = amountOf(data, "amount");
  if (amount === null) return null;
  if (type === "top_up.completed") return `A top-up of ${amount} has arrived`;
  if (type === "top_up.failed") {
    const end = data["stopped"] === true ? "; automatic top-ups of the wallet are stopped" : "";
    return `An automatic top-up of ${amount} has failed${end}`;
  }
  if (type === "payment.refunded") return `${amount} of a payment was refunded`;
  if (type === "payment.disputed") return `${amount} of a payment is disputed: ${textOf(data, "status") ?? "open"}`;
  return null;
}

function textOf(data: Facts, field: string): string | null {
  const value = data[field];
  return typeof value === "string" && value !== "" ? value : null;
}

function amountOf(data: Facts, field: string): string | null {
  const amount = textOf(data, field);
  const currency = textOf(data, "currency");
  return amount === null || currency === null ? null : formatAmount(amount, currency);
}
