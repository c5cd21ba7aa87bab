/**
 * One alarm for everything that is due at some time: ended leases, seats' months, unsent messages, old rows. The time for which it is set is
 * remembered, so that a command writes an alarm only when something is due earlier.
 */
import type { Store } from "./store.ts";

/** Reported uses are found this long by repeats. */
const REPORT_RETENTION_MS = 30 * 24 * 60 * 60 * 1_000;
/** A repeated transfer is found this long: longer than any `Idempotency-Key`. */
const TRANSFER_RETENTION_MS = 7 * 24 * 60 * 60 * 1_000;

/** Rows that one transaction removes of each kind. */
const MAX_PURGED_ROWS = 500;

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
  const firstReportMs = store.useReports.firstCreatedMs();
  const firstTransferMs = store.transfers.firstMs();
  const due = [
    store.reservations.nextExpiryMs(),
    otherDueMs,
    store.autoTopUps.nextDueMs(),
    store.tickets.firstExpiryMs(),
    store.responses.firstExpiryMs(),
    store.limits.firstForgetMs(),
    store.budgetAlerts.firstForgetMs(),
    store.oauth.firstForgetMs(),
    firstReportMs === null ? null : firstReportMs + REPORT_RETENTION_MS,
    store.reservations.nextPurgeMs(),
    firstTransferMs === null ? null : firstTransferMs + TRANSFER_RETENTION_MS,
  ].filter((dueMs) => dueMs !== null);
  return due.length === 0 ? null : Math.max(nowMs, Math.min(...due));
}

/** Removes some of what nobody can ask for any more; while there is more, the alarm is due at once. */
export function purgeOldRows(store: Store, nowMs: number): void {
  store.tickets.purge(nowMs, MAX_PURGED_ROWS);
  store.responses.purge(nowMs, MAX_PURGED_ROWS);
  store.reservations.purge(nowMs, MAX_PURGED_ROWS);
  store.transfers.purge(nowMs - TRANSFER_RETENTION_MS, MAX_PURGED_ROWS);
  store.limits.purge(nowMs, MAX_PURGED_ROWS);
  store.budgetAlerts.purge(nowMs, MAX_PURGED_ROWS);
  store.oauth.purge(nowMs, MAX_PURGED_ROWS);
  store.useReports.purge(nowMs - REPORT_RETENTION_MS, MAX_PURGED_ROWS);
}
