/** Who pays what for a request whose cost is known. A real cost is never dropped and never refused (design: Reservations). */
import type { WalletAmount } from "./ledger-entry.ts";
import { larger, smaller } from "./money.ts";
import type { Nanos } from "./money.ts";

/** A wallet that may pay. */
export interface PayingSource {
  readonly walletId: string;
  /** What the reservation itself holds in it; nothing any more after an expiry. */
  readonly heldNanos: Nanos;
  /** What it has available once that is freed. */
  readonly availableNanos: Nanos;
}

export interface SettlementPlan {
  readonly debits: readonly WalletAmount[];
  /** The cost was higher than what was held for it. */
  readonly overrun: boolean;
  /** What nobody could pay: it is inside the debit of the organization's wallet and leaves it overdrawn. */
  readonly overdraftNanos: Nanos;
}

/**
 * Divides a cost. `sources` begins with the wallet that held first, goes up the cascade and ends with the organization's
 * wallet. The holds are used up in this order; an excess comes from what each wallet has left, and the rest overdraws the last.
 */
export function planSettlement(costNanos: Nanos, sources: readonly [PayingSource, ...PayingSource[]]): SettlementPlan {
  const heldNanos = sources.reduce((sum, source) => sum + source.heldNanos, 0n);
  if (costNanos < 0n || sources.some((source) => source.heldNanos < 0n)) {
    throw new RangeError("costs and holds are not negative");
  }
  const debits = new Map<string, Nanos>();
  let dueNanos = costNanos;
  const take = (walletId: string, amountNanos: Nanos): void => {
    if (amountNanos > 0n) debits.set(walletId, (debits.get(walletId) ?? 0n) + amountNanos);
    dueNanos -= amountNanos;
  };
  for (const source of sources) take(source.walletId, smaller(dueNanos, source.heldNanos));
  for (const { walletId, availableNanos, heldNanos: own } of sources) {
    take(walletId, smaller(dueNanos, larger(0n, availableNanos - own)));
  }
  const overdraftNanos = dueNanos;
  take((sources[sources.length - 1] ?? sources[0]).walletId, overdraftNanos);
  return {
    debits: sources.flatMap(({ walletId }) => {
      const amountNanos = debits.get(walletId);
      return amountNanos === undefined ? [] : [{ walletId, amountNanos }];
    }),
    overrun: costNanos > heldNanos,
    overdraftNanos,
  };
}

/**
 * Gives back a part of what was paid, to the wallets that paid, last resort first. The amounts are negative debits.
 * Used when a late settlement is cheaper than the checkpoint that expiry settled at.
 */
export function planRefund(paid: readonly WalletAmount[], refundNanos: Nanos): readonly WalletAmount[] {
  const debits: WalletAmount[] = [];
  let dueNanos = refundNanos;
  for (const debit of paid.toReversed()) {
    const backNanos = smaller(dueNanos, debit.amountNanos);
    if (backNanos > 0n) debits.push({ walletId: debit.walletId, amountNanos: -backNanos });
    dueNanos -= backNanos;
  }
  if (dueNanos > 0n) throw new RangeError("more to give back than was paid");
  return debits;
}
