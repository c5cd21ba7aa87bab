/**
 * Seats: a member's credit of the month, granted on the month's first instant in the organization's time zone, never carried
 * over. Months are told apart by name, and a name never comes twice or goes back: whatever the clock or the time zone do, a
 * member has one grant a month (contract: Identity, Seats).
 */
import { windowAt } from "./calendar.ts";
import type { Calendar, Interval } from "./calendar.ts";
import type { Nanos } from "./money.ts";

/** `name` is of the local calendar: `2026-03`. */
export interface SeatMonth extends Interval {
  readonly name: string;
}

/** What the organization's plan says, and who has a seat, the longest first. */
export interface SeatPlan {
  /** At most so many grants a month. */
  readonly count: number;
  readonly monthlyCreditNanos: Nanos;
  readonly memberIds: readonly string[];
}

export interface SeatGrant {
  readonly memberId: string;
  /** The name of its month. */
  readonly month: string;
  /** Its credit can be used: neither the month nor the seat has ended. */
  readonly live: boolean;
}

export interface DueSeats {
  /** What is available of them expires. */
  readonly ending: readonly SeatGrant[];
  /** Members whose grant of the month is due. */
  readonly beginning: readonly string[];
}

export function seatMonthAt(atMs: number, calendar: Calendar): SeatMonth {
  const { startMs, endMs } = windowAt("monthly", atMs, calendar);
  // The middle of a month lies in that month in every time zone.
  return { startMs, endMs, name: new Date((startMs + endMs) / 2).toISOString().slice(0, 7) };
}

/** Where the month of this name lies in a calendar. */
export function seatMonthNamed(name: string, calendar: Calendar): SeatMonth {
  return seatMonthAt(Date.parse(`${name}-15T12:00:00Z`), calendar);
}

/** A clock that was put back, or a zone in which the last granted month has not begun yet, does not bring an old month back. */
export function laterMonth(name: string, lastGranted: string | null): string {
  return lastGranted !== null && lastGranted > name ? lastGranted : name;
}

/**
 * What is due in a month. `grants` has every live grant and every one of that month. A seat that is moved to another member
 * begins next month when the plan has no grant left, and a member who gets a seat back has had the month's grant.
 */
export function findDueSeats(month: string, plan: SeatPlan, grants: readonly SeatGrant[]): DueSeats {
  const seated = new Set(plan.memberIds);
  const granted = new Set(grants.filter((grant) => grant.month === month).map((grant) => grant.memberId));
  const left = plan.monthlyCreditNanos > 0n ? Math.max(0, plan.count - granted.size) : 0;
  return {
    ending: grants.filter((grant) => grant.live && (grant.month !== month || !seated.has(grant.memberId))),
    beginning: plan.memberIds.filter((memberId) => !granted.has(memberId)).slice(0, left),
  };
}
