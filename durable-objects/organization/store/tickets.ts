import type { PlannedTarget } from "../../../src/contract/commands.ts";
import type { CostTicket } from "../../../src/core/cost-ticket.ts";
import type { Currency, Nanos } from "../../../src/core/money.ts";
import type { RequestFacts } from "../../../src/core/request-facts.ts";
import { readStored, writeStored } from "../stored-json.ts";
import type { Stored } from "../stored-json.ts";

/** A ticket with the terms that it freezes. */
export interface StoredTicket extends CostTicket {
  readonly createdAtMs: number;
  readonly holdNanos: Nanos;
  readonly currency: Currency;
  readonly exchangeRate: string;
  readonly bufferBasisPoints: number;
  readonly targets: readonly PlannedTarget[];
  readonly facts: RequestFacts;
  /** Input and output tokens that the hold covers. */
  readonly coveredTokens: bigint;
  /** The cap to write into the body; null: the body keeps what it has. */
  readonly outputCapTokens: number | null;
  readonly metadata: Readonly<Record<string, string>>;
}

type TicketRow = { reservation_id: string | null; terms: Stored<StoredTicket> };

export class TicketStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(id: string): StoredTicket | null {
    const row = this.#sql
      .exec<TicketRow>("SELECT reservation_id, terms FROM cost_ticket WHERE id = ?", id)
      .toArray()[0];
    return row === undefined ? null : { ...readStored(row.terms), reservationId: row.reservation_id };
  }

  save(ticket: StoredTicket): void {
    this.#sql.exec(
      `INSERT INTO cost_ticket (id, request_sha256, reservation_id, created_at_ms, expires_at_ms, terms)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET reservation_id = excluded.reservation_id, created_at_ms = excluded.created_at_ms,
         expires_at_ms = excluded.expires_at_ms, terms = excluded.terms`,
      ticket.id,
      ticket.requestSha256,
      ticket.reservationId,
      ticket.createdAtMs,
      ticket.expiresAtMs,
      writeStored(ticket),
    );
  }

  redeem(id: string, reservationId: string): void {
    this.#sql.exec("UPDATE cost_ticket SET reservation_id = ? WHERE id = ?", reservationId, id);
  }

  /** Some at a time. */
  purge(expiresAtMs: number, limit: number): void {
    this.#sql.exec(
      "DELETE FROM cost_ticket WHERE id IN (SELECT id FROM cost_ticket WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?)",
      expiresAtMs,
      limit,
    );
  }

  firstExpiryMs(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(expires_at_ms) AS due FROM cost_ticket").one().due;
  }
}
