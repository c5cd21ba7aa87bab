import type { AutoTopUpCause, AutoTopUpStatus } from "../../../src/core/auto-top-up.ts";
import { CURRENCIES } from "../../../src/core/money.ts";
import type { Currency, Nanos } from "../../../src/core/money.ts";
import type { AutoTopUpQuery } from "../../../src/contract/organization-rpc.ts";

/** One charge that was decided on. */
export interface StoredAutoTopUp {
  /** In the order in which they were decided on. */
  readonly number: number;
  readonly sessionId: string;
  readonly walletId: string;
  readonly status: AutoTopUpStatus;
  readonly amountNanos: Nanos;
  readonly currency: Currency;
  readonly methodId: string;
  /** Of the record under which it was decided. */
  readonly revision: number;
  readonly cause: AutoTopUpCause;
  /** Of the wallet at that time. */
  readonly balanceNanos: Nanos;
  readonly failureCode: string | null;
  readonly entryId: string | null;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
  /** How often its message was written. */
  readonly sends: number;
}

/** What was learnt of a wallet's record. */
export interface StoredStanding {
  readonly walletId: string;
  /** Of the record that it is about: another one begins anew. */
  readonly revision: number;
  /** In a row. */
  readonly declines: number;
  readonly retryAtMs: number | null;
  readonly isStopped: boolean;
  readonly failureCode: string | null;
  /** When it is decided again without anything happening; null: not by itself. */
  readonly checkAtMs: number | null;
}

type Row = {
  number: number;
  session_id: string;
  wallet_id: string;
  status: AutoTopUpStatus;
  amount: string;
  currency: string;
  method_id: string;
  revision: number;
  cause: AutoTopUpCause;
  balance: string;
  failure_code: string | null;
  entry_id: string | null;
  created_at_ms: number;
  ended_at_ms: number | null;
  sends: number;
};
type StandingRow = {
  wallet_id: string;
  revision: number;
  declines: number;
  retry_at_ms: number | null;
  stopped: number;
  failure_code: string | null;
  check_at_ms: number | null;
};

const COLUMNS = `number, session_id, wallet_id, status, CAST(amount_nanos AS TEXT) AS amount, currency, method_id, revision, cause,
  CAST(balance_nanos AS TEXT) AS balance, failure_code, entry_id, created_at_ms, ended_at_ms, sends`;

/** Charges that refill wallets, for ever, and how wallets stand. When the next one is due is remembered. */
export class AutoTopUpStore {
  readonly #sql: SqlStorage;
  /** Undefined: it must be read. */
  #nextDueMs: number | null | undefined;
  readonly #standings = new Map<string, StoredStanding | null>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(sessionId: string): StoredAutoTopUp | null {
    return this.#first("WHERE session_id = ?", sessionId);
  }

  findOpen(walletId: string): StoredAutoTopUp | null {
    return this.#first("WHERE wallet_id = ? AND status = 'open'", walletId);
  }

  /** The newest that was tried. */
  findLast(walletId: string): StoredAutoTopUp | null {
    return this.#first("WHERE wallet_id = ? AND status <> 'canceled' ORDER BY created_at_ms DESC LIMIT 1", walletId);
  }

  hasOpen(): boolean {
    return this.#first("WHERE status = 'open' LIMIT 1") !== null;
  }

  /** Of those that were begun in the interval: what was or may still be taken. */
  takenNanos(walletId: string, { startMs, endMs }: { readonly startMs: number; readonly endMs: number }): Nanos {
    const { taken } = this.#sql
      .exec<{ taken: string }>(
        `SELECT CAST(coalesce(sum(amount_nanos), 0) AS TEXT) AS taken FROM auto_top_up
         WHERE wallet_id = ? AND created_at_ms >= ? AND created_at_ms < ? AND status IN ('open', 'completed')`,
        walletId,
        startMs,
        endMs,
      )
      .one();
    return BigInt(taken);
  }

  nextNumber(): number {
    return this.#sql.exec<{ next: number }>("SELECT coalesce(max(number), 0) + 1 AS next FROM auto_top_up").one().next;
  }

  /** Throws when the wallet has an open one. */
  insert(
    charge: Omit<StoredAutoTopUp, "status" | "failureCode" | "entryId" | "endedAtMs" | "sends">,
    nextSendAtMs: number,
  ): void {
    this.#nextDueMs = undefined;
    this.#sql.exec(
      `INSERT INTO auto_top_up (number, session_id, wallet_id, status, amount_nanos, currency, method_id, revision, cause,
         balance_nanos, created_at_ms, sends, next_send_at_ms)
       VALUES (?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, 1, ?)`,
      charge.number,
      charge.sessionId,
      charge.walletId,
      charge.amountNanos.toString(),
      charge.currency,
      charge.methodId,
      charge.revision,
      charge.cause,
      charge.balanceNanos.toString(),
      charge.createdAtMs,
      nextSendAtMs,
    );
  }

  end(
    sessionId: string,
    end: { readonly status: Exclude<AutoTopUpStatus, "open">; readonly endedAtMs: number } & Pick<
      StoredAutoTopUp,
      "failureCode" | "entryId"
    >,
  ): void {
    this.#nextDueMs = undefined;
    this.#sql.exec(
      `UPDATE auto_top_up SET status = ?, failure_code = ?, entry_id = ?, ended_at_ms = ?, next_send_at_ms = NULL
       WHERE session_id = ?`,
      end.status,
      end.failureCode,
      end.entryId,
      end.endedAtMs,
      sessionId,
    );
  }

  /** Open ones whose message nobody has acted on for too long. */
  listDueSends(atMs: number): StoredAutoTopUp[] {
    return this.#list("WHERE status = 'open' AND next_send_at_ms <= ?", atMs);
  }

  countSend(sessionId: string, nextSendAtMs: number): void {
    this.#nextDueMs = undefined;
    const update = "UPDATE auto_top_up SET sends = sends + 1, next_send_at_ms = ? WHERE session_id = ?";
    this.#sql.exec(update, nextSendAtMs, sessionId);
  }

  /** Newest first, one more than the page. */
  page({ limit, cursor, status, walletIds, fromMs, toMs }: AutoTopUpQuery): StoredAutoTopUp[] {
    const conditions: readonly (readonly [string, number | string | null])[] = [
      ["number < ?", cursor === null ? null : Number(cursor)],
      ["status = ?", status],
      ["created_at_ms >= ?", fromMs],
      ["created_at_ms < ?", toMs],
      ["wallet_id IN (SELECT value FROM json_each(?))", walletIds === null ? null : JSON.stringify(walletIds)],
    ];
    const used = conditions.filter(([, value]) => value !== null);
    const where = used.length === 0 ? "" : `WHERE ${used.map(([condition]) => condition).join(" AND ")}`;
    return this.#list(`${where} ORDER BY number DESC LIMIT ?`, ...used.map(([, value]) => value), limit + 1);
  }

  standingOf(walletId: string): StoredStanding | null {
    const remembered = this.#standings.get(walletId);
    if (remembered !== undefined) return remembered;
    const row = this.#sql
      .exec<StandingRow>("SELECT * FROM auto_top_up_standing WHERE wallet_id = ?", walletId)
      .toArray()[0];
    const standing = row === undefined ? null : toStanding(row);
    this.#standings.set(walletId, standing);
    return standing;
  }

  saveStanding(standing: StoredStanding): void {
    this.#nextDueMs = undefined;
    this.#standings.set(standing.walletId, standing);
    this.#sql.exec(
      `INSERT INTO auto_top_up_standing (wallet_id, revision, declines, retry_at_ms, stopped, failure_code, check_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (wallet_id) DO UPDATE SET revision = excluded.revision, declines = excluded.declines,
         retry_at_ms = excluded.retry_at_ms, stopped = excluded.stopped, failure_code = excluded.failure_code,
         check_at_ms = excluded.check_at_ms`,
      standing.walletId,
      standing.revision,
      standing.declines,
      standing.retryAtMs,
      standing.isStopped ? 1 : 0,
      standing.failureCode,
      standing.checkAtMs,
    );
  }

  listDueChecks(atMs: number): StoredStanding[] {
    return this.#sql
      .exec<StandingRow>("SELECT * FROM auto_top_up_standing WHERE check_at_ms <= ?", atMs)
      .toArray()
      .map(toStanding);
  }

  /** The first instant at which a message is to be written again or a wallet is to be looked at; null: none is. */
  nextDueMs(): number | null {
    if (this.#nextDueMs === undefined) {
      const { due } = this.#sql
        .exec<{ due: number | null }>(
          `SELECT min(due) AS due FROM (SELECT min(next_send_at_ms) AS due FROM auto_top_up WHERE status = 'open'
             UNION ALL SELECT min(check_at_ms) FROM auto_top_up_standing)`,
        )
        .one();
      this.#nextDueMs = due;
    }
    return this.#nextDueMs;
  }

  /** Drops what is remembered. */
  forget(): void {
    this.#nextDueMs = undefined;
    this.#standings.clear();
  }

  #first(rest: string, ...values: (string | number)[]): StoredAutoTopUp | null {
    return this.#list(rest, ...values)[0] ?? null;
  }

  #list(rest: string, ...values: (string | number | null)[]): StoredAutoTopUp[] {
    return this.#sql
      .exec<Row>(`SELECT ${COLUMNS} FROM auto_top_up ${rest}`, ...values)
      .toArray()
      .map(toAutoTopUp);
  }
}

function toAutoTopUp(row: Row): StoredAutoTopUp {
  const currency = CURRENCIES.find((known) => known === row.currency);
  if (currency === undefined) throw new Error(`an auto top-up has the unknown currency ${row.currency}`);
  return {
    number: row.number,
    sessionId: row.session_id,
    walletId: row.wallet_id,
    status: row.status,
    amountNanos: BigInt(row.amount),
    currency,
    methodId: row.method_id,
    revision: row.revision,
    cause: row.cause,
    balanceNanos: BigInt(row.balance),
    failureCode: row.failure_code,
    entryId: row.entry_id,
    createdAtMs: row.created_at_ms,
    endedAtMs: row.ended_at_ms,
    sends: row.sends,
  };
}

function toStanding(row: StandingRow): StoredStanding {
  return {
    walletId: row.wallet_id,
    revision: row.revision,
    declines: row.declines,
    retryAtMs: row.retry_at_ms,
    isStopped: row.stopped === 1,
    failureCode: row.failure_code,
    checkAtMs: row.check_at_ms,
  };
}
