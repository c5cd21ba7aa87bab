/**
 * A payment's way from a checkout to credits (contract: Payments). Pure: what happened is decided here, and stored and acted on
 * elsewhere.
 *
 * `created → capturing → captured → completed`, or `canceled | failed | expired`, later `refunded`. Money that a provider has
 * taken is never lost: a capture is accepted also after the session ended without one, because the payer has paid. A session
 * of which a part was refunded stays `completed`; it is `refunded` when all of it was, which can also come before it was credited.
 */

export const SESSION_STATUSES = [
  "created",
  "capturing",
  "captured",
  "completed",
  "canceled",
  "failed",
  "expired",
  "refunded",
] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/**
 * `approve`: the payer has agreed, the money is being taken. `capture`: the provider has it. `complete`: the wallet has it.
 * `refund_all`: all of it went back to the payer.
 */
export const SESSION_MOVES = ["approve", "capture", "complete", "cancel", "fail", "expire", "refund_all"] as const;
export type SessionMove = (typeof SESSION_MOVES)[number];

const TARGETS: Readonly<Record<SessionStatus, Readonly<Partial<Record<SessionMove, SessionStatus>>>>> = {
  created: { approve: "capturing", capture: "captured", cancel: "canceled", fail: "failed", expire: "expired" },
  capturing: { capture: "captured", cancel: "canceled", fail: "failed", expire: "expired" },
  captured: { complete: "completed", refund_all: "refunded" },
  completed: { refund_all: "refunded" },
  canceled: { capture: "captured" },
  failed: { capture: "captured" },
  expired: { capture: "captured" },
  refunded: {},
};

/** The status after the move; null: the move is illegal there. */
export function moveSession(status: SessionStatus, move: SessionMove): SessionStatus | null {
  return TARGETS[status][move] ?? null;
}

/** The statuses in which the move is legal. */
export function statusesBefore(move: SessionMove): readonly SessionStatus[] {
  return SESSION_STATUSES.filter((status) => moveSession(status, move) !== null);
}

/** The provider may still take money, so that it is worth asking it. */
export function isOpen(status: SessionStatus): boolean {
  return status === "created" || status === "capturing";
}
