/** Who pays for a request that ended. Decided before anything of its end is written. */
import { fundingOrder } from "../../src/core/attribution.ts";
import { settleEntry } from "../../src/core/ledger-entry.ts";
import type { WalletAmount } from "../../src/core/ledger-entry.ts";
import type { Nanos } from "../../src/core/money.ts";
import { planRefund, planSettlement } from "../../src/core/settlement.ts";
import type { PayingSource } from "../../src/core/settlement.ts";
import { availableNanos, isClosed, WALLET_SCOPES } from "../../src/core/wallet.ts";
import type { Wallet, WalletScope } from "../../src/core/wallet.ts";
import { canPost } from "./context.ts";
import type { CommandContext } from "./context.ts";
import { seatStillPays } from "./seats.ts";
import { holdsOf } from "./store/reservations.ts";
import type { Reservation } from "./store/reservations.ts";

export interface Payment {
  /** Negative debits give back. */
  readonly debits: readonly WalletAmount[];
  /** What the reservation has cost its wallets in all, with these debits. */
  readonly settledNanos: Nanos;
  readonly flags: readonly string[];
  /**
   * Why nothing is posted though something was used: the wallets have another currency than the reservation, which is never
   * converted; or a wallet could not hold the result.
   */
  readonly unposted: "currency_changed" | "unpostable" | null;
}

/** Pays a cost of `totalNanos`, of which an expiry may have posted a part; its own hold counts as available. */
export function planPayment(context: CommandContext, reservation: Reservation, totalNanos: Nanos): Payment {
  const dueNanos = totalNanos - reservation.settledNanos;
  const overruns = totalNanos > reservation.heldNanos && reservation.plan.unreserved !== true;
  const flags = dueNanos >= 0n && overruns ? ["overrun"] : [];
  if (dueNanos === 0n) return { debits: [], settledNanos: totalNanos, flags, unposted: null };
  if (reservation.currency !== context.directory.settings.currency)
    return leaveUnposted(reservation, "currency_changed");
  const payment = dueNanos > 0n ? pay(context, reservation, dueNanos) : giveBack(context, reservation, -dueNanos);
  const movement = settleEntry(payment.debits);
  if (movement !== null && !canPost(context, movement)) return leaveUnposted(reservation, "unpostable");
  const { debits, overdrawn } = payment;
  return { debits, settledNanos: totalNanos, flags: overdrawn ? [...flags, "overdraft"] : flags, unposted: null };
}

/** Posts nothing, and says why. What an expiry has posted before stays. */
export function leaveUnposted({ settledNanos }: Reservation, unposted: "currency_changed" | "unpostable"): Payment {
  return { debits: [], settledNanos, flags: [unposted], unposted };
}

interface Debits {
  readonly debits: readonly WalletAmount[];
  readonly overdrawn: boolean;
}

/** From the wallets that held the money, then from the first of them and up the cascade; what nobody can pay overdraws the organization's wallet. */
function pay(context: CommandContext, reservation: Reservation, dueNanos: Nanos): Debits {
  const [first, ...rest] = payersOf(context, reservation);
  if (first === undefined) throw new Error("the organization's wallet always pays last");
  const plan = planSettlement(dueNanos, [first, ...rest]);
  return { debits: plan.debits, overdrawn: plan.overdraftNanos > 0n };
}

/** A late settlement can be cheaper than the checkpoint that expiry settled at. */
function giveBack({ store }: CommandContext, reservation: Reservation, refundNanos: Nanos): Debits {
  const refunds = planRefund(reservation.ending?.expiry?.debits ?? [], refundNanos);
  const takers = new Map<string, Nanos>();
  for (const { walletId, amountNanos } of refunds) {
    // What a closed wallet has paid comes back to the organization, as what it had left did.
    const payer = store.wallets.find(walletId);
    const takerId = payer !== null && isClosed(payer) ? store.wallets.organization().id : walletId;
    takers.set(takerId, (takers.get(takerId) ?? 0n) + amountNanos);
  }
  return { debits: [...takers].map(([walletId, amountNanos]) => ({ walletId, amountNanos })), overdrawn: false };
}

/**
 * The wallet that held the money first, whatever its owner has become since, and those after it in the funding order. What the
 * reservation holds in them is freed by its end; after an expiry that is nothing.
 */
export function payersOf(context: CommandContext, reservation: Reservation): PayingSource[] {
  const { store } = context;
  const { status, walletId, walletScope, plan } = reservation;
  const holds = status === "open" ? holdsOf(reservation) : [];
  const payerOf = (wallet: Wallet, ownNanos: Nanos): PayingSource => {
    const heldNanos = holds.find((hold) => hold.walletId === wallet.id)?.amountNanos ?? 0n;
    return { walletId: wallet.id, heldNanos, availableNanos: ownNanos + heldNanos };
  };
  const seatPays = seatStillPays(context, reservation);
  const holder = walletId === null ? null : store.wallets.find(walletId);
  const payers: PayingSource[] = [];
  if (holder !== null) {
    // A credit that has ended pays what it held, and the next month's is not for this request.
    payers.push(payerOf(holder, holder.scope === "seat" && !seatPays ? 0n : availableNanos(holder)));
  }
  for (const owner of fundingOrder(plan.grant.attribution, store.organizationId, seatPays)) {
    if (walletScope !== null && !isAskedAfter(owner.scope, walletScope)) continue;
    store.wallets.open(owner);
    const wallet = store.wallets.of(owner);
    payers.push(payerOf(wallet, availableNanos(wallet)));
  }
  return payers;
}

function isAskedAfter(scope: WalletScope, other: WalletScope): boolean {
  return WALLET_SCOPES.indexOf(scope) > WALLET_SCOPES.indexOf(other);
}
