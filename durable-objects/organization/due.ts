/** What is due by itself, in the order in which it became due. Runs before each command, so that the alarm may be late. */
import { driveAutoTopUps } from "./auto-top-up.ts";
import type { CommandContext } from "./context.ts";
import { findSeatMonth, mayHaveDueSeats, rollSeats } from "./seats.ts";
import { expireDue } from "./settle.ts";

/** Ends reservations whose lease is over, brings the credits of seats to this month, and drives auto top-ups. Never throws. */
export function applyDue(context: CommandContext): void {
  if (mayHaveDueSeats(context)) {
    const { isNew, startMs } = findSeatMonth(context);
    // A lease that was over before the month began frees and costs money of the month before.
    expireDue(context, isNew ? Math.min(startMs - 1, context.nowMs) : context.nowMs);
    rollSeats(context);
  }
  expireDue(context, context.nowMs);
  driveAutoTopUps(context);
}
