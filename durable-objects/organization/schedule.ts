/**
 * One alarm for everything that is due at some time: ended leases, seats' months, unsent messages, old rows. The time for which it is set is
 * remembered, so that a command writes an alarm only when something is due earlier.
 */
import type { Store } from "./store.ts";

/** Ended reservations and reported uses are kept this long for repeats and late settlements. */
const RETENTION_MS = 30 * 24 * 60 * 60 * 1_000;

export class Schedule {
  readonly #storage: DurableObjectStorage;
  #alarmAtMs: number | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Called in the object's constructor: an alarm that was lost is set again. */
  async restore(store: Store, otherDueMs: number | null, nowMs: number): Promise<void> {
    this.#alarmAtMs = await this.#storage.getAlarm();
    this.armFor(store, otherDueMs, nowMs);
  }

  /** The alarm is at most as late as `dueMs`. */
  armBy(dueMs: number): void {
    if (this.#alarmAtMs !== null && this.#alarmAtMs <= dueMs) return;
    this.#alarmAtMs = dueMs;
    void this.#storage.setAlarm(dueMs);
  }

  /** Sets the alarm for the earliest thing that is due, from the rows and from what only the caller knows. */
  armFor(store: Store, otherDueMs: number | null, nowMs: number): void {
    const dueMs = nextDueMs(store, otherDueMs, nowMs);
    if (dueMs !== null) this.armBy(dueMs);
  }

  /** The platform forgets an alarm when it fires. */
  fired(): void {
    this.#alarmAtMs = null;
  }
}

function nextDueMs(store: Store, otherDueMs: number | null, nowMs: number): number | null {
  const firstEndMs = store.reservations.firstEndMs();
  const firstReportMs = store.useReports.firstCreatedMs();
  const due = [
    store.reservations.nextExpiryMs(),
    otherDueMs,
    store.tickets.firstExpiryMs(),
    store.responses.firstExpiryMs(),
    store.limits.firstForgetMs(),
    firstReportMs === null ? null : firstReportMs + RETENTION_MS,
    firstEndMs === null ? null : firstEndMs + RETENTION_MS,
  ].filter((dueMs) => dueMs !== null);
  return due.length === 0 ? null : Math.max(nowMs, Math.min(...due));
}

/** Removes what nobody can ask for any more. */
export function purgeOldRows(store: Store, nowMs: number): void {
  store.tickets.purge(nowMs);
  store.responses.purge(nowMs);
  store.limits.purge(nowMs);
  store.useReports.purge(nowMs - RETENTION_MS);
  store.reservations.purge(nowMs - RETENTION_MS);
}
