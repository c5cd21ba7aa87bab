import type { Grant } from "../../../src/contract/commands.ts";
import type { SpendLogRow } from "../../../src/contract/spend-log.ts";
import type { Endpoint } from "../../../src/core/endpoint.ts";
import type { WalletAmount } from "../../../src/core/ledger-entry.ts";
import type { Currency, Nanos } from "../../../src/core/money.ts";
import type { ReservationStatus } from "../../../src/core/reservation.ts";
import type { Usage } from "../../../src/core/usage.ts";
import type { WalletScope } from "../../../src/core/wallet.ts";
import { readStored, writeStored } from "../stored-json.ts";
import type { Stored } from "../stored-json.ts";

/** What a reservation was made for: the answer that was given, and what its spend log will say about the request. */
export interface ReservationPlan {
  readonly grant: Grant;
  readonly endpoint: Endpoint;
  readonly streamed: boolean;
  readonly requestedModel: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** How it ended: the answer for repeats, and what a late settlement must know about an expiry. */
export interface ReservationEnding {
  readonly releasedNanos: Nanos;
  readonly flags: readonly string[];
  readonly pricingSource: SpendLogRow["pricing_source"];
  readonly debits: readonly WalletAmount[];
  /** The row that told of it. */
  readonly spendLog: SpendLogRow;
}

export interface Reservation {
  /** In the order in which they were made. */
  readonly number: number;
  readonly id: string;
  readonly status: ReservationStatus;
  readonly requestId: string;
  readonly walletId: string | null;
  readonly walletScope: WalletScope | null;
  readonly heldNanos: Nanos;
  readonly settledNanos: Nanos;
  readonly currency: Currency;
  readonly exchangeRate: string;
  readonly provider: string;
  readonly model: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly startSha256: string;
  readonly endSha256: string | null;
  readonly plan: ReservationPlan;
  readonly checkpoint: Usage | null;
  readonly ending: ReservationEnding | null;
}

type ReservationRow = {
  number: number;
  id: string;
  status: ReservationStatus;
  request_id: string;
  wallet_id: string | null;
  wallet_scope: WalletScope | null;
  held: string;
  settled: string;
  currency: Currency;
  exchange_rate: string;
  provider: string;
  model: string;
  created_at_ms: number;
  expires_at_ms: number;
  start_sha256: string;
  end_sha256: string | null;
  plan: Stored<ReservationPlan>;
  checkpoint: Stored<Usage> | null;
  ending: Stored<ReservationEnding> | null;
};

const COLUMNS = `number, id, status, request_id, wallet_id, wallet_scope, CAST(held_nanos AS TEXT) AS held,
  CAST(settled_nanos AS TEXT) AS settled, currency, exchange_rate, provider, model, created_at_ms, expires_at_ms,
  start_sha256, end_sha256, plan, checkpoint, ending`;

export class ReservationStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(id: string): Reservation | null {
    const rows = this.#sql.exec<ReservationRow>(`SELECT ${COLUMNS} FROM reservation WHERE id = ?`, id).toArray();
    return rows[0] === undefined ? null : toReservation(rows[0]);
  }

  /** Open reservations whose lease is over, the oldest lease first. */
  listDue(nowMs: number): Reservation[] {
    return this.#sql
      .exec<ReservationRow>(
        `SELECT ${COLUMNS} FROM reservation WHERE status = 'open' AND expires_at_ms <= ? ORDER BY expires_at_ms`,
        nowMs,
      )
      .toArray()
      .map(toReservation);
  }

  nextExpiryMs(): number | null {
    return this.#sql
      .exec<{ due: number | null }>("SELECT min(expires_at_ms) AS due FROM reservation WHERE status = 'open'")
      .one().due;
  }

  /** Newest first, before the given number. */
  page(status: ReservationStatus | null, beforeNumber: number, limit: number): Reservation[] {
    return this.#sql
      .exec<ReservationRow>(
        `SELECT ${COLUMNS} FROM reservation WHERE number < ?1 AND (?2 IS NULL OR status = ?2) ORDER BY number DESC LIMIT ?3`,
        beforeNumber,
        status,
        limit,
      )
      .toArray()
      .map(toReservation);
  }

  insert(plan: ReservationPlan, startSha256: string): void {
    const { grant } = plan;
    this.#sql.exec(
      `INSERT INTO reservation (id, status, request_id, wallet_id, wallet_scope, held_nanos, currency, exchange_rate, provider,
         model, created_at_ms, expires_at_ms, start_sha256, plan)
       VALUES (?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      grant.reservationId,
      grant.requestId,
      grant.wallet?.id ?? null,
      grant.wallet?.scope ?? null,
      grant.heldNanos.toString(),
      grant.currency,
      grant.exchangeRate,
      grant.targets[0]?.provider ?? "",
      plan.requestedModel,
      grant.createdAtMs,
      grant.expiresAtMs,
      startSha256,
      writeStored(plan),
    );
  }

  renew(id: string, expiresAtMs: number, checkpoint: Usage | null): void {
    this.#sql.exec(
      "UPDATE reservation SET expires_at_ms = ?, checkpoint = coalesce(?, checkpoint) WHERE id = ? AND status = 'open'",
      expiresAtMs,
      checkpoint === null ? null : writeStored(checkpoint),
      id,
    );
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
    },
  ): void {
    this.#sql.exec(
      `UPDATE reservation SET status = ?, settled_nanos = ?, end_sha256 = ?, ended_at_ms = ?, ending = ?
       WHERE id = ? AND end_sha256 IS NULL`,
      end.status,
      end.settledNanos.toString(),
      end.endSha256,
      end.endedAtMs,
      writeStored(end.ending),
      id,
    );
  }

  /** Forgets what ended at or before an instant. */
  purge(endedAtMs: number): void {
    this.#sql.exec("DELETE FROM reservation WHERE status <> 'open' AND ended_at_ms <= ?", endedAtMs);
  }

  firstEndMs(): number | null {
    return this.#sql
      .exec<{ due: number | null }>("SELECT min(ended_at_ms) AS due FROM reservation WHERE status <> 'open'")
      .one().due;
  }
}

function toReservation(row: ReservationRow): Reservation {
  return {
    number: row.number,
    id: row.id,
    status: row.status,
    requestId: row.request_id,
    walletId: row.wallet_id,
    walletScope: row.wallet_scope,
    heldNanos: BigInt(row.held),
    settledNanos: BigInt(row.settled),
    currency: row.currency,
    exchangeRate: row.exchange_rate,
    provider: row.provider,
    model: row.model,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    startSha256: row.start_sha256,
    endSha256: row.end_sha256,
    plan: readStored(row.plan),
    checkpoint: row.checkpoint === null ? null : readStored(row.checkpoint),
    ending: row.ending === null ? null : readStored(row.ending),
  };
}
