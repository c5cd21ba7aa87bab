import type { ReservationQuery } from "../../../src/contract/organization-rpc.ts";
import { SEARCHED_RESERVATIONS } from "../../../src/contract/wallet-api.ts";
import type { WalletAmount } from "../../../src/core/ledger-entry.ts";
import type { Take } from "../../../src/core/limit-counter.ts";
import type { Nanos } from "../../../src/core/money.ts";
import type { ReservationStatus } from "../../../src/core/reservation.ts";
import { writeStored } from "../stored-json.ts";
import { COLUMNS, holdsOf, toReservation, writePlan } from "./reservation-rows.ts";
import type {
  Checkpoint,
  KeptContents,
  NumberedReservation,
  Reservation,
  ReservationEnding,
  ReservationPlan,
  ReservationRow,
} from "./reservation-rows.ts";

export { holdsOf } from "./reservation-rows.ts";
export type {
  Checkpoint,
  NumberedReservation,
  Reservation,
  ReservationEnding,
  ReservationPlan,
} from "./reservation-rows.ts";

/** More requests than one object can have under way; a few megabytes. */
const MAX_REMEMBERED = 4_000;

/** A repeat of a request, or of its end, is found for a day … */
const ENDED_RETENTION_MS = 24 * 60 * 60 * 1_000;
/** … and one that a late settlement may follow, or that the object did not hold itself, for thirty. */
const LATE_RETENTION_MS = 30 * 24 * 60 * 60 * 1_000;

const SWEEP_AT_LEAST_MS = 60 * 60 * 1_000;
const SWEEP_AT_MOST_MS = 24 * 60 * 60 * 1_000;

/** Where the search for old reservations has come to. */
interface Sweep {
  readonly afterNumber: number;
  /** The earliest instant at which one of those that it has passed may be forgotten. */
  readonly dueMs: number;
  /** When it goes on, or begins again; null: not known. */
  readonly nextMs: number | null;
}

const FRESH_SWEEP: Sweep = { afterNumber: 0, dueMs: Number.POSITIVE_INFINITY, nextMs: null };

type PurgeRow = {
  number: number;
  status: ReservationStatus;
  created_at_ms: number;
  ended_at_ms: number | null;
  unreserved: number;
  unconfirmed: number;
};

const PURGE_ROWS = `SELECT number, status, created_at_ms, ended_at_ms,
    coalesce(json_extract(plan, '$.unreserved'), 0) AS unreserved,
    EXISTS (SELECT 1 FROM outbox WHERE outbox.number = reservation.outbox_number) AS unconfirmed
  FROM reservation WHERE number > ? ORDER BY number LIMIT ?`;

function forgetAtMs({ status, ended_at_ms: endedAtMs, unreserved }: PurgeRow): number {
  if (endedAtMs === null) return Number.POSITIVE_INFINITY;
  return endedAtMs + (status === "expired" || unreserved === 1 ? LATE_RETENTION_MS : ENDED_RETENTION_MS);
}

/** Whether a row holds money, or held it, in the wallet that is the statement's first parameter. */
const HOLDS_IN_FIRST = `(wallet_id = ?1
  OR EXISTS (SELECT 1 FROM json_each(extension) AS hold WHERE json_extract(hold.value, '$.walletId') = ?1))`;

/** Reservations. Open ones are remembered, since most are settled a moment after they were made. */
export interface RecentReservation {
  readonly reservation: Reservation;
  /** When it was made, by the clock of now. */
  readonly atMs: number;
}

export class ReservationStore {
  readonly #sql: SqlStorage;
  readonly #kept: KeptContents;
  readonly #open = new Map<string, Reservation>();
  /** No lease ends before this, and one may end at it; infinity: none is open. Null: not known. */
  #earliestExpiryMs: number | null = null;
  #sweep: Sweep = FRESH_SWEEP;

  constructor(sql: SqlStorage, kept: KeptContents) {
    this.#sql = sql;
    this.#kept = kept;
  }

  find(id: string): Reservation | null {
    const open = this.#open.get(id);
    if (open !== undefined) return open;
    const row = this.#sql.exec<ReservationRow>(`SELECT ${COLUMNS} FROM reservation WHERE id = ?`, id).toArray()[0];
    return row === undefined ? null : toReservation(row, this.#kept);
  }

  /** Open reservations whose lease is over, the oldest lease first. */
  listDue(nowMs: number): readonly Reservation[] {
    if (nowMs < this.#earliestMs()) return [];
    this.#earliestExpiryMs = null;
    return this.#sql
      .exec<ReservationRow>(
        `SELECT ${COLUMNS} FROM reservation WHERE status = 'open' AND expires_at_ms <= ? ORDER BY expires_at_ms`,
        nowMs,
      )
      .toArray()
      .map((row) => toReservation(row, this.#kept));
  }

  /**
   * Those that were made after an instant, and the open ones of before, the oldest first. Their order is known by their numbers:
   * one whose time is after that of a later one, or after now, was made before the clock was set back, and counts as made with it.
   * An unreserved request is left out: it is entered long after it was made.
   */
  listRecent(afterMs: number, nowMs: number): readonly RecentReservation[] {
    const recent: RecentReservation[] = [];
    let atMs = nowMs;
    for (const row of this.#sql.exec<ReservationRow>(`SELECT ${COLUMNS} FROM reservation ORDER BY number DESC`)) {
      const reservation = toReservation(row, this.#kept);
      if (reservation.plan.unreserved === true) continue;
      atMs = Math.min(atMs, row.created_at_ms);
      if (atMs <= afterMs) return [...this.#listOpenThrough(row.number, atMs), ...recent.toReversed()];
      recent.push({ reservation, atMs });
    }
    return recent.toReversed();
  }

  /** The oldest first; all were made at the instant or before. */
  #listOpenThrough(throughNumber: number, atMs: number): readonly RecentReservation[] {
    return this.#sql
      .exec<ReservationRow>(
        `SELECT ${COLUMNS} FROM reservation WHERE status = 'open' AND number <= ? ORDER BY number`,
        throughNumber,
      )
      .toArray()
      .map((row) => ({ reservation: toReservation(row, this.#kept), atMs }));
  }

  /** When the next lease may end, never too late; null when none is open. */
  nextExpiryMs(): number | null {
    const earliestMs = this.#earliestMs();
    return earliestMs === Number.POSITIVE_INFINITY ? null : earliestMs;
  }

  hasOpen(): boolean {
    return this.#sql.exec("SELECT 1 FROM reservation WHERE status = 'open' LIMIT 1").toArray().length > 0;
  }

  /** What open reservations hold, by wallet. */
  sumOpenHolds(): ReadonlyMap<string, Nanos> {
    const sums = new Map<string, Nanos>();
    const rows = this.#sql.exec<ReservationRow>(`SELECT ${COLUMNS} FROM reservation WHERE status = 'open'`);
    for (const row of rows) {
      for (const { walletId, amountNanos } of holdsOf(toReservation(row, this.#kept))) {
        sums.set(walletId, (sums.get(walletId) ?? 0n) + amountNanos);
      }
    }
    return sums;
  }

  /** Newest first, before the given number. */
  page(status: ReservationStatus | null, beforeNumber: number, limit: number): NumberedReservation[] {
    return this.#sql
      .exec<ReservationRow>(
        `SELECT ${COLUMNS} FROM reservation WHERE number < ?1 AND (?2 IS NULL OR status = ?2) ORDER BY number DESC LIMIT ?3`,
        beforeNumber,
        status,
        limit,
      )
      .toArray()
      .map((row) => toReservation(row, this.#kept));
  }

  /** As `page`, of those that hold money in a wallet or did, among the open ones and the newest of the organization. */
  pageOfWallet(
    walletId: string,
    status: ReservationStatus | null,
    beforeNumber: number,
    limit: number,
  ): NumberedReservation[] {
    return this.#sql
      .exec<ReservationRow>(
        `SELECT ${COLUMNS} FROM reservation
         WHERE number IN (SELECT number FROM reservation WHERE status = 'open'
             UNION SELECT number FROM (SELECT number FROM reservation ORDER BY number DESC LIMIT ${SEARCHED_RESERVATIONS}))
           AND number < ?2 AND (?3 IS NULL OR status = ?3) AND ${HOLDS_IN_FIRST}
         ORDER BY number DESC LIMIT ?4`,
        walletId,
        beforeNumber,
        status,
        limit,
      )
      .toArray()
      .map((row) => toReservation(row, this.#kept));
  }

  /**
   * As `page`, of one owner, among the newest of the organization; after the one with the id `afterId`, from the newest on when
   * there is none of the owner.
   */
  pageOf(
    owner: NonNullable<ReservationQuery["owner"]>,
    { status, walletId }: Pick<ReservationQuery, "status" | "walletId">,
    afterId: string | null,
    limit: number,
  ): NumberedReservation[] {
    return this.#sql
      .exec<ReservationRow>(
        `WITH newest AS (SELECT * FROM reservation ORDER BY number DESC LIMIT ${SEARCHED_RESERVATIONS}),
           own AS (SELECT * FROM newest WHERE json_extract(plan, '$.attribution.keyId') = ?2
             OR json_extract(plan, '$.attribution.userId') = ?3 OR json_extract(plan, '$.attribution.serviceUserId') = ?4
             OR json_extract(plan, '$.attribution.teamId') IN (SELECT value FROM json_each(?5)))
         SELECT ${COLUMNS} FROM own
         WHERE number < coalesce((SELECT number FROM own WHERE id = ?6), ${Number.MAX_SAFE_INTEGER}) AND (?7 IS NULL OR status = ?7)
           AND (?1 IS NULL OR ${HOLDS_IN_FIRST})
         ORDER BY number DESC LIMIT ?8`,
        walletId ?? null,
        owner.keyId,
        owner.memberId,
        owner.serviceUserId,
        JSON.stringify(owner.ledTeamIds),
        afterId,
        status,
        limit,
      )
      .toArray()
      .map((row) => toReservation(row, this.#kept));
  }

  insert(plan: ReservationPlan, takes: readonly Take[], startSha256: string): void {
    const reservation = openReservation(plan, takes, startSha256);
    this.#sql.exec(
      `INSERT INTO reservation (id, status, request_id, wallet_id, wallet_scope, held_nanos, currency, exchange_rate, provider,
         model, created_at_ms, expires_at_ms, start_sha256, plan, takes)
       VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      reservation.id,
      reservation.requestId,
      reservation.walletId,
      reservation.walletScope,
      plan.grant.heldNanos.toString(),
      reservation.currency,
      reservation.exchangeRate,
      reservation.provider,
      reservation.model,
      reservation.createdAtMs,
      reservation.expiresAtMs,
      startSha256,
      writePlan(plan, this.#kept),
      takes.length === 0 ? null : writeStored(takes),
    );
    this.#expectExpiry(reservation.expiresAtMs);
    if (this.#open.size >= MAX_REMEMBERED) this.#open.clear();
    this.#open.set(reservation.id, reservation);
  }

  /** Null leaves what is stored. */
  renew(
    id: string,
    renewal: {
      readonly expiresAtMs: number;
      readonly checkpoint: Checkpoint | null;
      /** Everything that is held beside the granted amount. */
      readonly extension: readonly WalletAmount[] | null;
      readonly takes: readonly Take[] | null;
    },
  ): void {
    this.#open.delete(id);
    const { expiresAtMs, checkpoint, extension, takes } = renewal;
    this.#sql.exec(
      `UPDATE reservation SET expires_at_ms = ?, checkpoint = coalesce(?, checkpoint), extension = coalesce(?, extension),
         takes = coalesce(?, takes) WHERE id = ? AND status = 'open'`,
      expiresAtMs,
      checkpoint === null ? null : writeStored(checkpoint),
      extension === null ? null : writeStored(extension),
      takes === null ? null : writeStored(takes),
      id,
    );
    this.#expectExpiry(expiresAtMs);
  }

  /** `endSha256` is null for an expiry: one settlement may still follow. */
  end(
    id: string,
    end: {
      readonly status: Exclude<ReservationStatus, "open">;
      readonly settledNanos: Nanos;
      readonly endSha256: string | null;
      readonly endedAtMs: number;
      readonly ending: ReservationEnding;
      /** Of the message that tells of it. */
      readonly outboxNumber: number;
    },
  ): void {
    this.#open.delete(id);
    this.#sql.exec(
      `UPDATE reservation SET status = ?, settled_nanos = ?, end_sha256 = ?, ended_at_ms = ?, ending = ?, outbox_number = ?
       WHERE id = ? AND end_sha256 IS NULL`,
      end.status,
      end.settledNanos.toString(),
      end.endSha256,
      end.endedAtMs,
      writeStored(end.ending),
      end.outboxNumber,
      id,
    );
  }

  /** It has ended: the name that the caller gave the model is nobody's any more. */
  forgetModel(id: string): void {
    this.#sql.exec(
      `UPDATE reservation SET model = '', plan = json_replace(plan, '$.targets[0].model', '',
         '$.targets[1].model', '', '$.targets[2].model', '')
       WHERE id = ? AND status <> 'open'`,
      id,
    );
  }

  /**
   * Looks at the next rows in the order in which they were made, and forgets those that ended long enough ago and whose row of
   * the spend log is stored. Which row is next is remembered: a sweep over all that are old takes many calls, and the next
   * begins when the first of them may be due.
   */
  purge(nowMs: number, limit: number): void {
    if ((this.nextPurgeMs() ?? Number.POSITIVE_INFINITY) > nowMs) return;
    const rows = this.#sql.exec<PurgeRow>(PURGE_ROWS, this.#sweep.afterNumber, limit).toArray();
    const forgettable = rows.filter((row) => forgetAtMs(row) <= nowMs && row.unconfirmed === 0);
    this.#sql.exec(
      "DELETE FROM reservation WHERE number IN (SELECT value FROM json_each(?))",
      JSON.stringify(forgettable.map(({ number }) => number)),
    );
    const dueMs = Math.min(
      this.#sweep.dueMs,
      ...rows.map((row) => Math.max(forgetAtMs(row), nowMs + SWEEP_AT_LEAST_MS)),
    );
    const isOver = rows.length < limit || rows.some((row) => row.created_at_ms + ENDED_RETENTION_MS > nowMs);
    this.#sweep = isOver
      ? { afterNumber: 0, dueMs: Number.POSITIVE_INFINITY, nextMs: Math.min(dueMs, nowMs + SWEEP_AT_MOST_MS) }
      : { afterNumber: rows.at(-1)?.number ?? 0, dueMs, nextMs: nowMs };
  }

  /** When there may be something to forget; null when there is no reservation. */
  nextPurgeMs(): number | null {
    const oldest = this.#sql
      .exec<{ created_at_ms: number }>("SELECT created_at_ms FROM reservation ORDER BY number LIMIT 1")
      .toArray()[0];
    return oldest === undefined ? null : (this.#sweep.nextMs ?? oldest.created_at_ms + ENDED_RETENTION_MS);
  }

  forget(): void {
    this.#open.clear();
    this.#earliestExpiryMs = null;
    this.#sweep = FRESH_SWEEP;
  }

  #earliestMs(): number {
    this.#earliestExpiryMs ??=
      this.#sql
        .exec<{ due: number | null }>("SELECT min(expires_at_ms) AS due FROM reservation WHERE status = 'open'")
        .one().due ?? Number.POSITIVE_INFINITY;
    return this.#earliestExpiryMs;
  }

  #expectExpiry(expiresAtMs: number): void {
    if (this.#earliestExpiryMs === null) return;
    this.#earliestExpiryMs = Math.min(this.#earliestExpiryMs, expiresAtMs);
  }
}

function openReservation(plan: ReservationPlan, takes: readonly Take[], startSha256: string): Reservation {
  const { grant } = plan;
  return {
    id: grant.reservationId,
    status: "open",
    requestId: grant.requestId,
    walletId: grant.wallet?.id ?? null,
    walletScope: grant.wallet?.scope ?? null,
    heldNanos: grant.heldNanos,
    extension: [],
    settledNanos: 0n,
    currency: grant.currency,
    exchangeRate: grant.exchangeRate,
    provider: grant.targets[0]?.provider ?? "",
    model: plan.requestedModel,
    createdAtMs: grant.createdAtMs,
    expiresAtMs: grant.expiresAtMs,
    startSha256,
    endSha256: null,
    plan,
    takes,
    checkpoint: null,
    ending: null,
  };
}
