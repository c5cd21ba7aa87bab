/** The wallets' currency. Their amounts are in it, so it changes only while there is no amount. */
import type { Directory } from "../../src/contract/directory.ts";
import type { Failure } from "../../src/core/failure.ts";
import type { Currency } from "../../src/core/money.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import { logLine } from "../../src/platform/log.ts";
import type { Store } from "./store.ts";

/** Why the currency cannot change now; null: it can. Also the plan must promise no amount: 3,000 JPY must not become 3,000 USD. */
export function checkCurrency(store: Store, directory: Directory, currency: Currency): Failure | null {
  if (currency === directory.settings.currency) return null;
  if (directory.seats.monthlyCreditNanos !== 0n) {
    return conflict(
      "seat_credit_set",
      `The plan's monthly credit of seats is in ${directory.settings.currency}: the platform's administrator sets it to 0 first.`,
    );
  }
  return checkAmounts(store);
}

/**
 * The directory to decide with: money that came in between the check and the change keeps its currency, whatever was saved,
 * until the wallets are empty.
 */
export function keepCurrency(store: Store, known: Directory | null, directory: Directory): Directory {
  if (known === null) return directory;
  const { currency } = known.settings;
  if (currency === directory.settings.currency) return directory;
  const failure = checkAmounts(store);
  if (failure === null) return directory;
  logLine({
    event: "organization.currency_kept",
    organization_id: store.organizationId,
    currency,
    saved_currency: directory.settings.currency,
  });
  return { ...directory, settings: { ...directory.settings, currency } };
}

function checkAmounts(store: Store): Failure | null {
  if (!store.wallets.list().every(isEmpty)) {
    return conflict("wallets_not_empty", "The currency can change only while every wallet is empty.");
  }
  if (store.payments.hasReturnable()) {
    return conflict(
      "payments_returnable",
      "The currency cannot change after a payment: what was paid can go back to its payer, by a refund or a dispute, in its own currency.",
    );
  }
  if (store.autoTopUps.hasOpen()) {
    return conflict("auto_top_up_pending", "The currency can change only while no auto top-up is under way.");
  }
  if (!store.reservations.hasOpen()) return null;
  return conflict(
    "reservations_open",
    "The currency can change only while no reservation is open: wait until the running requests have ended.",
  );
}

function isEmpty(wallet: Wallet): boolean {
  return wallet.balanceNanos === 0n && wallet.heldNanos === 0n;
}

function conflict(code: string, message: string): Failure {
  return { kind: "conflict", code, message };
}
