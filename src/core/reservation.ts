/**
 * A reservation keeps money for one request. `open → settled | released | expired`, exactly once; a repeat of the command
 * that ended it gets the first answer, any other end is a conflict (design: Reservations).
 */
import type { Failure } from "./failure.ts";

export const RESERVATION_STATUSES = ["open", "settled", "released", "expired"] as const;
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number];

export interface ReservationState {
  readonly status: ReservationStatus;
  /** Hash of the command that made it. */
  readonly startSha256: string;
  /** Hash of the command that ended it; null while it is open, and after an expiry that no settlement followed yet. */
  readonly endSha256: string | null;
}

export type StartDecision = "start" | "repeat" | "conflict";

/** What to do with a command that would make the reservation `existing`. */
export function decideStart(existing: ReservationState | null, contentSha256: string): StartDecision {
  if (existing === null) return "start";
  return existing.startSha256 === contentSha256 ? "repeat" : "conflict";
}

export type EndDecision = "end" | "end_late" | "repeat" | "conflict";

/**
 * What to do with a command that would end the reservation. After expiry one settlement or release is still accepted, as
 * late: a real cost is never dropped.
 */
export function decideEnd(existing: ReservationState, contentSha256: string): EndDecision {
  if (existing.status === "open") return "end";
  if (existing.endSha256 === null) return "end_late";
  return existing.endSha256 === contentSha256 ? "repeat" : "conflict";
}

export function reservationConflict(message: string): Failure {
  return { kind: "conflict", code: "reservation_conflict", message };
}
