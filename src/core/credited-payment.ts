/** A payment that was credited to a wallet, and what became of it: refunds and disputes. Pure. */
import { fail, ok } from "./failure.ts";
import type { Failure, Result } from "./failure.ts";
import { formatNanos, smaller } from "./money.ts";
import type { Nanos } from "./money.ts";

/** `returned + suspended ≤ credited`, always. */
export interface CreditedPayment {
  readonly sessionId: string;
  readonly walletId: string;
  readonly creditedNanos: Nanos;
  /** To the payer: refunds and lost disputes. */
  readonly returnedNanos: Nanos;
  /** What open disputes keep out of the wallet. */
  readonly suspendedNanos: Nanos;
}

export const DISPUTE_STATUSES = ["opened", "won", "lost"] as const;
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

/** What is neither returned nor suspended, whether or not it was spent since. */
export function refundableNanos({ creditedNanos, returnedNanos, suspendedNanos }: CreditedPayment): Nanos {
  return creditedNanos - returnedNanos - suspendedNanos;
}

/** Refuses with `conflict` more than was paid and is not disputed. Whether the wallet still has it does not matter. */
export function refundPayment(payment: CreditedPayment, amountNanos: Nanos): Result<CreditedPayment> {
  const leftNanos = refundableNanos(payment);
  if (amountNanos > leftNanos) return fail(refundTooLarge(leftNanos));
  return ok({ ...payment, returnedNanos: payment.returnedNanos + amountNanos });
}

export function refundTooLarge(leftNanos: Nanos): Failure {
  return {
    kind: "conflict",
    code: "refund_too_large",
    message: `At most ${formatNanos(leftNanos)} of this payment can be refunded: the rest was refunded before or is disputed.`,
  };
}

/** What a dispute's news moves. `from` is where the money is, `to` where it goes. */
export interface DisputeMove {
  readonly from: "wallet" | "suspended";
  readonly to: "wallet" | "suspended" | "payer";
  readonly amountNanos: Nanos;
}

export interface DisputeDecision {
  readonly payment: CreditedPayment;
  readonly status: DisputeStatus;
  /** What this dispute keeps out of the wallet from now on. */
  readonly suspendedNanos: Nanos;
  /** Null: nothing moves. */
  readonly move: DisputeMove | null;
}

/**
 * Decides on news of a dispute; `known` is null for its first. News come in any order and any number of times: the first end
 * stands, and an opening that comes after it does nothing.
 */
export function decideDispute(
  payment: CreditedPayment,
  known: { readonly status: DisputeStatus; readonly suspendedNanos: Nanos } | null,
  news: DisputeStatus,
  amountNanos: Nanos,
): DisputeDecision {
  if (known !== null && (known.status !== "opened" || news === "opened")) {
    return { payment, status: known.status, suspendedNanos: known.suspendedNanos, move: null };
  }
  if (known === null) return decideFirst(payment, news, smaller(amountNanos, refundableNanos(payment)));
  const backNanos = known.suspendedNanos;
  const suspendedNanos = payment.suspendedNanos - backNanos;
  return {
    payment:
      news === "won"
        ? { ...payment, suspendedNanos }
        : { ...payment, suspendedNanos, returnedNanos: payment.returnedNanos + backNanos },
    status: news,
    suspendedNanos: 0n,
    move: moveOf("suspended", news === "won" ? "wallet" : "payer", backNanos),
  };
}

function decideFirst(payment: CreditedPayment, news: DisputeStatus, amountNanos: Nanos): DisputeDecision {
  switch (news) {
    case "opened":
      return {
        payment: { ...payment, suspendedNanos: payment.suspendedNanos + amountNanos },
        status: news,
        suspendedNanos: amountNanos,
        move: moveOf("wallet", "suspended", amountNanos),
      };
    case "won":
      return { payment, status: news, suspendedNanos: 0n, move: null };
    case "lost":
      return {
        payment: { ...payment, returnedNanos: payment.returnedNanos + amountNanos },
        status: news,
        suspendedNanos: 0n,
        move: moveOf("wallet", "payer", amountNanos),
      };
  }
}

function moveOf(from: DisputeMove["from"], to: DisputeMove["to"], amountNanos: Nanos): DisputeMove | null {
  return amountNanos === 0n ? null : { from, to, amountNanos };
}
