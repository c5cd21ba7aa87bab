/** Who pays what for a request whose cost is known. A real cost is never dropped and never refused (design: Reservations). */
import type { WalletAmount } from "./ledger-entry.ts";
import type { Nanos } from "./money.ts";

/** A wallet that may pay, with what it has available once the reservation's own hold is freed. */
export interface PayingSource {
  readonly walletId: string;
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
 * Divides a cost. `sources` begins with the wallet that held the money, goes up the cascade and ends with the organization's
 * wallet. The held part comes from the first; an excess comes from what each has left, and the rest overdraws the last.
 */
export function planSettlement(
  costNanos: Nanos,
  heldNanos: Nanos,
  sources: readonly [PayingSource, ...PayingSource[]],
): SettlementPlan {
  if (costNanos < 0n || heldNanos < 0n) throw new RangeError("costs and holds are not negative");
  const debits = new Map<string, Nanos>();
  let dueNanos = costNanos;
  for (const [index, source] of sources.entries()) {
    const reservedNanos = index === 0 ? heldNanos : 0n;
    const payableNanos = larger(reservedNanos, source.availableNanos);
    const paidNanos = smaller(dueNanos, larger(0n, payableNanos));
    if (paidNanos > 0n) debits.set(source.walletId, paidNanos);
    dueNanos -= paidNanos;
  }
  const last = sources[sources.length - 1] ?? sources[0];
  if (dueNanos > 0n) debits.set(last.walletId, (debits.get(last.walletId) ?? 0n) + dueNanos);
  return {
    debits: Array.from(debits, ([walletId, amountNanos]) => ({ walletId, amountNanos })),
    overrun: costNanos > heldNanos,
    overdraftNanos: dueNanos,
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

function smaller(a: Nanos, b: Nanos): Nanos {
  return a < b ? a : b;
}

function larger(a: Nanos, b: Nanos): Nanos {
  return a > b ? a : b;
}
