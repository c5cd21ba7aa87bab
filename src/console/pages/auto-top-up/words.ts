/** How an auto top-up stands and why a charge brought nothing, in plain words. */
import type { AutoTopUp, Standing } from "./queries.ts";

interface StateWords {
  readonly label: string;
  readonly color: string;
  readonly sentence: string;
}

const STATES = {
  off: { label: "off", color: "gray", sentence: "The wallet is not refilled by itself." },
  ready: { label: "ready", color: "green", sentence: "It charges as soon as the balance is below the threshold." },
  pending: { label: "charging", color: "blue", sentence: "A charge is under way. The wallet has the money shortly." },
  cooling_down: {
    label: "cooling down",
    color: "blue",
    sentence: "Its last charge was not long ago: it waits for the cooldown.",
  },
  backing_off: { label: "waiting after a decline", color: "orange", sentence: "The last charge was declined." },
  daily_cap_reached: {
    label: "daily cap reached",
    color: "orange",
    sentence: "What may be charged in a day has been charged. It goes on tomorrow, or with a higher cap.",
  },
  stopped: { label: "stopped", color: "red", sentence: "It does not charge any more." },
  currency_changed: {
    label: "stopped",
    color: "red",
    sentence: "The organization's currency has changed since. Set the amounts anew in the currency of now.",
  },
  organization_suspended: {
    label: "suspended",
    color: "red",
    sentence: "Nothing is charged while the organization is suspended.",
  },
  wallet_closed: { label: "closed", color: "gray", sentence: "The wallet's owner was removed." },
} as const satisfies Record<Standing["state"], StateWords>;

export function wordsOf(state: Standing["state"]): StateWords {
  return STATES[state];
}

export const STATUS_COLORS = {
  open: "blue",
  completed: "green",
  failed: "red",
  canceled: "gray",
} as const satisfies Record<AutoTopUp["status"], string>;

export const CAUSES = {
  low_balance: "Balance below the threshold",
  refused_request: "A request was refused",
} as const satisfies Record<AutoTopUp["cause"], string>;

/** Ours (docs/payments.md); the provider's own codes say it themselves. */
const REASONS: Readonly<Record<string, string>> = {
  expired: "The provider did not decide in time.",
  charge_not_made: "The provider could not be reached for a day.",
  no_provider: "No payment provider is active.",
  provider_not_configured: "The payment provider is not ready.",
  currency_not_supported: "The payment provider does not take the organization's currency.",
  payment_method_removed: "The payment method was removed. Choose another one.",
  payment_method_of_other_provider: "The active payment provider does not have this method. Choose another one.",
  rejected_by_provider: "The payment provider refused the charge as it was asked for.",
  scope_not_allowed: "The payment settings do not allow top-ups of such a wallet.",
  captured_in_other_currency: "The provider took another currency than was asked for.",
  insufficient_funds: "The card has not enough money.",
  expired_card: "The card has expired. Choose another payment method.",
  turned_off: "Auto top-up was turned off before. Nothing was charged.",
  settings_changed: "The settings were changed before. Nothing was charged.",
  organization_suspended: "The organization was suspended. Nothing was charged.",
};

export function reasonOf(code: string): string {
  return REASONS[code] ?? `The provider says: ${code.replaceAll("_", " ")}.`;
}
