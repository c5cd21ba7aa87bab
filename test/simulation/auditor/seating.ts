/** Seats: a credit each month for those who have one, gone with the month or the seat. */
import type { Attribution } from "../../../src/core/attribution.ts";
import { free, LARGEST } from "./books.ts";
import type { AuditWallet } from "./books.ts";
import type { AuditReservation, AuditState } from "./state.ts";
import { postAndTell } from "./telling.ts";

const DAY_MS = 86_400_000;

export interface AuditGrant {
  readonly member: string;
  /** `2036-02` */
  readonly month: string;
  readonly amount: bigint;
  readonly atMs: number;
  isLive: boolean;
}

/** Ends credits of other months and of seats that are gone, and begins those of this month. */
export function expectSeats(state: AuditState, month: string, nowMs: number): void {
  const { seats } = state.records;
  const byMonthAndMember = state.grants.toSorted((a, b) =>
    `${a.month}/${a.member}` < `${b.month}/${b.member}` ? -1 : 1,
  );
  for (const grant of byMonthAndMember) {
    if (!grant.isLive || (grant.month === month && seats.memberIds.includes(grant.member))) continue;
    grant.isLive = false;
    const wallet = seatWallet(state, grant.member);
    expireSeat(state, wallet, free(wallet), { month: grant.month, reservation: null }, nowMs);
  }
  let left = seats.monthlyCreditNanos > 0n ? seats.count : 0;
  for (const grant of state.grants) if (grant.month === month) left -= 1;
  for (const member of seats.memberIds) {
    if (left <= 0) return;
    if (state.grants.some((grant) => grant.member === member && grant.month === month)) continue;
    left -= 1;
    const wallet = seatWallet(state, member);
    wallet.isStored = true;
    const room = LARGEST - wallet.balance;
    const amount = seats.monthlyCreditNanos < room ? seats.monthlyCreditNanos : room;
    if (amount <= 0n) continue;
    state.grants.push({ member, month, amount, atMs: nowMs, isLive: true });
    postSeat(state, "seat_grant", wallet, amount, { note: `Seat credit of ${month}`, reservation: null }, nowMs);
  }
}

/** The month whose credit may pay for what begins now; null: none. */
export function seatMonthOf(state: AuditState, who: Attribution): string | null {
  return hasSeat(state, who) ? (liveGrant(state, who.userId)?.month ?? null) : null;
}

export function hasSeat(state: AuditState, who: Pick<Attribution, "userId" | "serviceUserId">): boolean {
  return who.userId !== null && who.serviceUserId === null && state.records.seats.memberIds.includes(who.userId);
}

export function liveGrant(state: AuditState, member: string | null): AuditGrant | null {
  return state.grants.find((grant) => grant.isLive && grant.member === member) ?? null;
}

/** Whether the credit that a request began with is still there to pay for it. */
export function seatStillPays(state: AuditState, { seatMonth, attribution }: AuditReservation): boolean {
  return seatMonth !== null && liveGrant(state, attribution.userId)?.month === seatMonth;
}

/** After an end: what a credit that has ended held and did not pay, or got back, goes at once. */
export function expectLeftover(
  state: AuditState,
  reservation: AuditReservation,
  debits: readonly (readonly [name: string, amount: bigint])[],
  freed: bigint,
  nowMs: number,
): void {
  const { wallet } = reservation;
  if (wallet === null || wallet.scope !== "seat" || seatStillPays(state, reservation)) return;
  let left = freed;
  for (const [name, amount] of debits) if (name === wallet.name) left -= amount;
  expireSeat(state, wallet, left, { month: reservation.seatMonth, reservation }, nowMs);
}

function expireSeat(
  state: AuditState,
  wallet: AuditWallet,
  amount: bigint,
  of: { readonly month: string | null; readonly reservation: AuditReservation | null },
  nowMs: number,
): void {
  if (amount <= 0n) return;
  const note = of.month === null ? "Seat credit" : `Seat credit of ${of.month}`;
  postSeat(state, "seat_expiry", wallet, -amount, { note, reservation: of.reservation }, nowMs);
}

function postSeat(
  state: AuditState,
  type: "seat_grant" | "seat_expiry",
  wallet: AuditWallet,
  amount: bigint,
  of: { readonly note: string; readonly reservation: AuditReservation | null },
  nowMs: number,
): void {
  const own = [wallet.name, amount] as const;
  const outside = ["external", -amount] as const;
  const entry = postAndTell(
    state,
    { type, lines: type === "seat_grant" ? [outside, own] : [own, outside] },
    {
      currency: state.settings.currency,
      reservationId: of.reservation?.id ?? null,
      requestId: of.reservation?.requestId ?? null,
      actor: "plan",
      note: of.note,
      flags: [],
      atMs: nowMs,
    },
  );
  state.messages.push({ entry, row: null });
}

export function seatWallet(state: AuditState, member: string): AuditWallet {
  return state.books.wallet("seat", member);
}

export function lastMonth(state: AuditState): string | null {
  let last: string | null = null;
  for (const { month } of state.grants) if (last === null || month > last) last = month;
  return last;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function localMonth(atMs: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    formats.set(timeZone, format);
  }
  return format.format(atMs).slice(0, 7);
}

const starts = new Map<string, number>();

/** The month's first instant, found by trying. */
export function monthStart(atMs: number, timeZone: string): number {
  const month = localMonth(atMs, timeZone);
  const name = `${timeZone} ${month}`;
  const known = starts.get(name);
  if (known !== undefined) return known;
  let before = atMs - 32 * DAY_MS;
  let within = atMs;
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (localMonth(middle, timeZone) === month) within = middle;
    else before = middle;
  }
  starts.set(name, within);
  return within;
}

/** The first instant of the month after the one of this name. */
export function monthEnd(month: string, timeZone: string): number {
  return monthStart(Date.parse(`${month}-15T12:00:00Z`) + 31 * DAY_MS, timeZone);
}
