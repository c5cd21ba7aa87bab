import type { Interval } from "../../../src/core/calendar.ts";
import type { Nanos } from "../../../src/core/money.ts";
import type { SeatGrant } from "../../../src/core/seat.ts";

export interface StoredSeatGrant extends SeatGrant {
  readonly amountNanos: Nanos;
  readonly grantedAtMs: number;
}

type SeatGrantRow = { month: string; member_id: string; amount: string; granted_at_ms: number; live: number };

const COLUMNS = `month, member_id, CAST(amount_nanos AS TEXT) AS amount, granted_at_ms, ended_at_ms IS NULL AS live`;

/** Grants of seats, one for each member and month. Live ones are remembered. */
export class SeatStore {
  readonly #sql: SqlStorage;
  /** Live grants by member; null: not known. */
  #live: Map<string, StoredSeatGrant> | null = null;
  /** Nothing is due within `period`, as long as the directory is this one. */
  #rolled: { readonly directory: object; readonly period: Interval } | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The name of the last month of which anything was granted; null when nothing ever was. */
  lastMonth(): string | null {
    return this.#sql.exec<{ last: string | null }>("SELECT max(month) AS last FROM seat_grant").one().last;
  }

  /** Every live grant, and every one of the month. */
  list(month: string): StoredSeatGrant[] {
    return this.#sql
      .exec<SeatGrantRow>(`SELECT ${COLUMNS} FROM seat_grant WHERE month = ? OR ended_at_ms IS NULL`, month)
      .toArray()
      .map(toGrant);
  }

  /** The member's credit that can be used; null when there is none. */
  live(memberId: string): StoredSeatGrant | null {
    this.#live ??= new Map(this.#listLive().map((grant) => [grant.memberId, grant]));
    return this.#live.get(memberId) ?? null;
  }

  /** Throws when the member had a grant of that month. */
  grant(grant: Omit<StoredSeatGrant, "live">): void {
    this.#sql.exec(
      "INSERT INTO seat_grant (month, member_id, amount_nanos, granted_at_ms) VALUES (?, ?, ?, ?)",
      grant.month,
      grant.memberId,
      grant.amountNanos.toString(),
      grant.grantedAtMs,
    );
    this.#live = null;
  }

  end({ month, memberId }: SeatGrant, endedAtMs: number): void {
    this.#sql.exec(
      "UPDATE seat_grant SET ended_at_ms = ? WHERE month = ? AND member_id = ?",
      endedAtMs,
      month,
      memberId,
    );
    this.#live = null;
  }

  /** Whether all that is due by now is done. */
  isRolled(directory: object, nowMs: number): boolean {
    const rolled = this.#rolled;
    return (
      rolled !== null && rolled.directory === directory && nowMs >= rolled.period.startMs && nowMs < rolled.period.endMs
    );
  }

  rememberRolled(directory: object, period: Interval): void {
    this.#rolled = { directory, period };
  }

  forget(): void {
    this.#live = null;
    this.#rolled = null;
  }

  #listLive(): StoredSeatGrant[] {
    return this.#sql
      .exec<SeatGrantRow>(`SELECT ${COLUMNS} FROM seat_grant WHERE ended_at_ms IS NULL`)
      .toArray()
      .map(toGrant);
  }
}

function toGrant(row: SeatGrantRow): StoredSeatGrant {
  return {
    month: row.month,
    memberId: row.member_id,
    amountNanos: BigInt(row.amount),
    grantedAtMs: row.granted_at_ms,
    live: row.live === 1,
  };
}
