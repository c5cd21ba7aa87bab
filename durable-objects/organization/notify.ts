/** What people are told of: written to the outbox by the transaction that it tells of. */
import type { Directory } from "../../src/contract/directory.ts";
import type { NotificationMessage, NotificationType } from "../../src/contract/notification.ts";
import type { Attempt } from "../../src/contract/spend-log.ts";
import type { EntryType } from "../../src/core/ledger-entry.ts";
import { formatNanos } from "../../src/core/money.ts";
import type { Nanos } from "../../src/core/money.ts";
import { isClosed } from "../../src/core/wallet.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import { decideAlert, decideShortageAlert } from "../../src/core/wallet-alert.ts";
import type { AlertDecision } from "../../src/core/wallet-alert.ts";
import type { CommandContext } from "./context.ts";
import { deriveId } from "./digest.ts";
import { nameOfOwner } from "./directory-index.ts";
import type { Payment } from "./payment.ts";
import type { Reservation } from "./store/reservations.ts";

const HOUR_MS = 60 * 60 * 1_000;

/** Tells of the lines that the posting crossed; gives the wallet with what people know of it now. */
export function notifyPosting(
  context: CommandContext,
  posted: Wallet,
  movement: { readonly type: EntryType; readonly amountNanos: Nanos; readonly sequence: number },
): Wallet {
  // Whoever closes a wallet knows that it is empty.
  if (isClosed(posted)) return posted;
  const { alertThresholdPercent } = context.directory.settings;
  const decision = decideAlert(posted, movement.type, movement.amountNanos, alertThresholdPercent);
  return notifyWallet(context, posted, decision, `entry ${movement.sequence}`);
}

/** A request was refused for lack of money: its wallets that are low are of no use any more. */
export function notifyShortage(
  context: CommandContext,
  cascade: readonly Wallet[],
  requiredNanos: Nanos,
  reservationId: string,
): void {
  const { alertThresholdPercent } = context.directory.settings;
  for (const wallet of cascade) {
    const decision = decideShortageAlert(wallet, requiredNanos, alertThresholdPercent);
    if (decision.alerts.length === 0) continue;
    context.store.wallets.save(notifyWallet(context, wallet, decision, `refusal ${reservationId}`));
  }
}

/** A cost that nobody could pay has overdrawn the organization's wallet. */
export function notifyOverdraft(context: CommandContext, reservation: Reservation, payment: Payment): void {
  if (!payment.flags.includes("overdraft")) return;
  const { store } = context;
  const wallet = store.wallets.organization();
  const isLate = reservation.status === "expired";
  notify(context, "ledger.overrun", [reservation.id, isLate ? "late" : "first"], {
    reservation_id: reservation.id,
    request_id: reservation.requestId,
    wallet_id: wallet.id,
    held_amount: formatNanos(reservation.heldNanos),
    cost: formatNanos(payment.settledNanos),
    balance: formatNanos(wallet.balanceNanos),
    currency: reservation.currency,
  });
}

/** Gateways have another configuration than in the directory before: each version is told once. */
export function notifyDeployments(
  context: Pick<CommandContext, "store" | "nowMs">,
  known: Directory | null,
  directory: Directory,
): void {
  const versionBefore = new Map(known?.gateways.map(({ id, configVersion }) => [id, configVersion ?? 0]));
  for (const { id, config, configVersion = 0 } of directory.gateways) {
    if (configVersion <= (versionBefore.get(id) ?? 0)) continue;
    notify(context, "config.deployed", [id, String(configVersion)], {
      gateway_id: id,
      version: configVersion,
      enabled: config !== null,
    });
  }
}

/**
 * A provider refuses our account, whether or not another target answered. Goes with the message of the request's end; every such request of an hour gives the same
 * notification, which is stored once.
 */
export function accountErrorOf(
  context: CommandContext,
  reservation: Reservation,
  end: { readonly flags: readonly string[]; readonly attempts: readonly Attempt[] },
): { readonly notification?: NotificationMessage } {
  const refused = end.attempts.find(({ error }) => error === "account_error") ?? end.attempts.at(-1);
  if (!end.flags.includes("upstream_account_error") && refused?.error !== "account_error") return {};
  const provider = refused?.provider ?? reservation.provider;
  const hour = Math.floor(context.nowMs / HOUR_MS);
  const notification = makeNotification(context, "upstream.account_error", [provider, String(hour)], {
    provider,
    status: refused?.status ?? null,
    request_id: reservation.requestId,
  });
  return { notification };
}

function notifyWallet(context: CommandContext, wallet: Wallet, decision: AlertDecision, cause: string): Wallet {
  const { settings } = context.directory;
  for (const type of decision.alerts) {
    notify(context, type, [wallet.id, cause], {
      wallet_id: wallet.id,
      scope: wallet.scope,
      owner_id: wallet.ownerId,
      name: nameOfOwner(context.index, wallet),
      balance: formatNanos(wallet.balanceNanos),
      last_funded_balance: formatNanos(wallet.lastFundedBalanceNanos),
      currency: settings.currency,
      alert_threshold_pct: settings.alertThresholdPercent,
    });
  }
  return decision.alerted === wallet.alerted ? wallet : { ...wallet, alerted: decision.alerted };
}

/** `cause` tells it from every other notification of its type. */
export function notify(
  context: Pick<CommandContext, "store" | "nowMs">,
  type: NotificationType,
  cause: readonly string[],
  data: NotificationMessage["data"],
): void {
  const notification = makeNotification(context, type, cause, data);
  context.store.outbox.add({ entry: null, spend_log: null, notification });
}

function makeNotification(
  { store, nowMs }: Pick<CommandContext, "store" | "nowMs">,
  type: NotificationType,
  cause: readonly string[],
  data: NotificationMessage["data"],
): NotificationMessage {
  const { organizationId } = store;
  return {
    id: deriveId("ntf", [organizationId, type, ...cause]),
    organization_id: organizationId,
    type,
    data,
    created_at_ms: nowMs,
  };
}
