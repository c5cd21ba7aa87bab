/** What a notification says to people, as one short sentence without its full stop. */
import type { NotificationType } from "./notification.ts";

const SENTENCES: Readonly<Record<NotificationType, string>> = {
  "wallet.low_balance": "a wallet is running low",
  "wallet.depleted": "a wallet is empty",
  "budget.threshold_reached": "a budget has reached a threshold",
  "budget.exhausted": "a budget is used up",
  "top_up.completed": "a top-up has arrived",
  "top_up.failed": "a top-up has failed",
  "payment.refunded": "a payment was refunded",
  "payment.disputed": "a payment is disputed",
  "upstream.account_error": "a provider refuses our account",
  "ledger.overrun": "a request has overdrawn the organization wallet",
  "config.deployed": "a gateway config was deployed",
  "key.expiring": "a key is about to expire",
};

export function describeNotification(type: NotificationType): string {
  return SENTENCES[type];
}
