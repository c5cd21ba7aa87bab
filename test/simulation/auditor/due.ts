/** What happens by itself, before anything else is decided. */
import { expectExpiries } from "./ending.ts";
import { expectSeats, lastMonth, localMonth, monthStart } from "./seating.ts";
import type { AuditState } from "./state.ts";

/** All that is due by itself before a command: leases of the month before, then seats, then leases. */
export function expectDue(state: AuditState, nowMs: number): void {
  const month = localMonth(nowMs, state.settings.time_zone);
  const last = lastMonth(state);
  const isNew = last === null || month > last;
  expectExpiries(state, isNew ? Math.min(nowMs, monthStart(nowMs, state.settings.time_zone) - 1) : nowMs, nowMs);
  expectSeats(state, isNew ? month : (last ?? month), nowMs);
  expectExpiries(state, nowMs, nowMs);
}
