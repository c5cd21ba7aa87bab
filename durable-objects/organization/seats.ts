/** Seats: the credit of the month comes and goes when it is due, and pays only for requests that began in its month. */
import type { Directory } from "../../src/contract/directory.ts";
import type { Attribution } from "../../src/core/attribution.ts";
import { seatExpiryEntry, seatGrantEntry } from "../../src/core/ledger-entry.ts";
import type { WalletAmount } from "../../src/core/ledger-entry.ts";
import { MAX_NANOS } from "../../src/core/money.ts";
import type { Nanos } from "../../src/core/money.ts";
import { findDueSeats, laterMonth, seatMonthAt } from "../../src/core/seat.ts";
import type { SeatMonth } from "../../src/core/seat.ts";
import { availableNanos } from "../../src/core/wallet.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import { reportError } from "../../src/platform/log.ts";
import { postEntry } from "./context.ts";
import type { CommandContext } from "./context.ts";
import { seatTakesPart } from "./directory-index.ts";
import { holdsOf } from "./store/reservations.ts";
import type { Reservation } from "./store/reservations.ts";

/** Who moves the money of seats. */
const ACTOR = "plan";

/** Whether grants may be due. Costs two comparisons as long as the month and the directory stay the same. */
export function mayHaveDueSeats({ store, directory, nowMs }: CommandContext): boolean {
  return !store.seats.isRolled(directory, nowMs);
}

/** The month that has begun, and whether it is later than all that were granted. */
export function findSeatMonth({ store, directory, nowMs }: CommandContext): SeatMonth & { readonly isNew: boolean } {
  const month = seatMonthAt(nowMs, directory.settings);
  const last = store.seats.lastMonth();
  return { ...month, isNew: last === null || month.name > last };
}

/**
 * Ends grants of earlier months and of seats that were taken away, and begins those of this month. Everything is due that
 * was not done, whenever it should have been, so it may run as often as it likes. All or nothing, and it never throws: what
 * fails is tried again by the next command.
 */
export function rollSeats(context: CommandContext): void {
  const { store, directory } = context;
  const period = findSeatMonth(context);
  const month = laterMonth(period.name, store.seats.lastMonth());
  try {
    context.transact(() => {
      const grants = store.seats.list(month);
      const due = findDueSeats(month, directory.seats, grants);
      for (const grant of due.ending) {
        store.seats.end(grant, context.nowMs);
        const wallet = seatWallet(context, grant.memberId);
        expire(context, wallet, availableNanos(wallet), { reservation: null, month: grant.month });
      }
      for (const memberId of due.beginning) begin(context, memberId, month);
    });
    store.seats.rememberRolled(directory, period);
  } catch (error) {
    reportError("organization.seats_failed", error);
  }
}

function begin(context: CommandContext, memberId: string, month: string): void {
  const { store, directory, nowMs } = context;
  store.wallets.open({ scope: "seat", ownerId: memberId });
  const wallet = seatWallet(context, memberId);
  const { monthlyCreditNanos } = directory.seats;
  // A wallet that holds money of earlier months must be able to keep both.
  const roomNanos = MAX_NANOS - wallet.balanceNanos;
  const amountNanos = monthlyCreditNanos < roomNanos ? monthlyCreditNanos : roomNanos;
  if (amountNanos <= 0n) return;
  store.seats.grant({ memberId, month, amountNanos, grantedAtMs: nowMs });
  const entry = postEntry(context, seatGrantEntry(wallet.id, amountNanos), {
    reservationId: null,
    requestId: null,
    actor: ACTOR,
    note: `Seat credit of ${month}`,
    flags: [],
  });
  store.outbox.add({ entry, spend_log: null });
}

function expire(
  context: CommandContext,
  wallet: Wallet,
  amountNanos: Nanos,
  of: { readonly reservation: Reservation | null; readonly month: string | null },
): void {
  if (amountNanos <= 0n) return;
  const entry = postEntry(context, seatExpiryEntry(wallet.id, amountNanos), {
    reservationId: of.reservation?.id ?? null,
    requestId: of.reservation?.requestId ?? null,
    actor: ACTOR,
    note: of.month === null ? "Seat credit" : `Seat credit of ${of.month}`,
    flags: [],
  });
  context.store.outbox.add({ entry, spend_log: null });
}

/** The month whose credit may pay for a request that begins now; null: none. */
export function seatMonthOf(context: CommandContext, attribution: Attribution): string | null {
  if (!seatTakesPart(context.index, attribution)) return null;
  return attribution.userId === null ? null : (context.store.seats.live(attribution.userId)?.month ?? null);
}

/** Whether the credit with which the request began can still be used: its month has not ended, and its seat is still there. */
export function seatStillPays({ store }: CommandContext, { plan }: Reservation): boolean {
  const { userId } = plan.grant.attribution;
  if (plan.seatMonth === null || userId === null) return false;
  return store.seats.live(userId)?.month === plan.seatMonth;
}

/**
 * Called after the end of a reservation was posted: money of a credit that has ended meanwhile does not flow into the next
 * month's, but expires as soon as the request no longer needs it. That is what was held and not paid, or what a late
 * settlement gave back.
 */
export function expireLeftover(
  context: CommandContext,
  reservation: Reservation,
  debits: readonly WalletAmount[],
): void {
  const { walletId, walletScope, status, plan } = reservation;
  if (walletScope !== "seat" || walletId === null || seatStillPays(context, reservation)) return;
  const wallet = context.store.wallets.find(walletId);
  if (wallet === null) return;
  const held = holdsOf(reservation).find((hold) => hold.walletId === walletId);
  const freedNanos = status === "open" && held !== undefined ? held.amountNanos : 0n;
  const paidNanos = debits
    .filter((debit) => debit.walletId === walletId)
    .reduce((sum, debit) => sum + debit.amountNanos, 0n);
  expire(context, wallet, freedNanos - paidNanos, { reservation, month: plan.seatMonth });
}

/** When grants are due next; null while nobody has a seat. */
export function nextSeatsDueMs({ seats, settings }: Directory, nowMs: number): number | null {
  return seats.memberIds.length === 0 ? null : seatMonthAt(nowMs, settings).endMs;
}

function seatWallet({ store }: CommandContext, memberId: string): Wallet {
  return store.wallets.of({ scope: "seat", ownerId: memberId });
}
