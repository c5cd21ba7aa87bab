/**
 * A cost ticket freezes the price of a request that was refused for lack of money: valid for 24 hours, once, for the same
 * body and the same attribution.
 */
import type { Attribution } from "./attribution.ts";
import { fail, ok } from "./failure.ts";
import type { Result } from "./failure.ts";

export const TICKET_LIFETIME_MS = 24 * 60 * 60 * 1_000;

export interface CostTicket {
  readonly id: string;
  readonly requestSha256: string;
  readonly attribution: Attribution;
  readonly expiresAtMs: number;
  /** The reservation that it became; null while it is unused. */
  readonly reservationId: string | null;
}

export type TicketRefusal = {
  readonly kind: "ticket_invalid";
  readonly reason: "expired" | "mismatch" | "redeemed" | "unknown";
};

/** Decides whether the bearer may redeem the ticket for this body now. `isBearer` compares the ticket's attribution. */
export function checkTicket<Ticket extends CostTicket>(
  ticket: Ticket | null,
  requestSha256: string,
  isBearer: (attribution: Attribution) => boolean,
  nowMs: number,
): Result<Ticket, TicketRefusal> {
  if (ticket === null) return refuse("unknown");
  if (ticket.reservationId !== null) return refuse("redeemed");
  if (ticket.expiresAtMs <= nowMs) return refuse("expired");
  if (ticket.requestSha256 !== requestSha256 || !isBearer(ticket.attribution)) return refuse("mismatch");
  return ok(ticket);
}

/** The same payer, whichever of its keys is used. */
export function isSamePayer(a: Attribution, b: Attribution): boolean {
  return (
    a.userId === b.userId &&
    a.teamId === b.teamId &&
    a.serviceUserId === b.serviceUserId &&
    a.gatewayId === b.gatewayId &&
    a.agentId === b.agentId
  );
}

function refuse(reason: TicketRefusal["reason"]): Result<never, TicketRefusal> {
  return fail({ kind: "ticket_invalid", reason });
}
