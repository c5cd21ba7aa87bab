import type { CreditedPayment, DisputeStatus } from "../../../src/core/credited-payment.ts";
import type { Nanos } from "../../../src/core/money.ts";

export interface StoredPayment extends CreditedPayment {
  readonly entryId: string;
  readonly contentSha256: string;
}

export interface StoredRefund {
  readonly sessionId: string;
  readonly amountNanos: Nanos;
  readonly entryId: string;
}

export interface StoredDispute {
  readonly sessionId: string;
  readonly status: DisputeStatus;
  readonly suspendedNanos: Nanos;
  /** The last entry that it posted; null: none. */
  readonly entryId: string | null;
}

type PaymentRow = {
  session_id: string;
  wallet_id: string;
  entry_id: string;
  content_sha256: string;
  credited: string;
  returned: string;
  suspended: string;
};
type RefundRow = { session_id: string; amount: string; entry_id: string };
type DisputeRow = { session_id: string; status: DisputeStatus; suspended: string; entry_id: string | null };

/** Credited payments with their refunds and disputes, for ever: a repeat must be known however late it comes. */
export class PaymentStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(sessionId: string): StoredPayment | null {
    const row = this.#sql
      .exec<PaymentRow>(
        `SELECT session_id, wallet_id, entry_id, content_sha256, CAST(credited_nanos AS TEXT) AS credited,
           CAST(returned_nanos AS TEXT) AS returned, CAST(suspended_nanos AS TEXT) AS suspended
         FROM payment WHERE session_id = ?`,
        sessionId,
      )
      .toArray()[0];
    if (row === undefined) return null;
    return {
      sessionId: row.session_id,
      walletId: row.wallet_id,
      entryId: row.entry_id,
      contentSha256: row.content_sha256,
      creditedNanos: BigInt(row.credited),
      returnedNanos: BigInt(row.returned),
      suspendedNanos: BigInt(row.suspended),
    };
  }

  /** Whether any of them was not wholly returned. */
  hasReturnable(): boolean {
    return this.#sql.exec("SELECT 1 FROM payment WHERE returned_nanos < credited_nanos LIMIT 1").toArray().length > 0;
  }

  insert(payment: StoredPayment, createdAtMs: number): void {
    this.#sql.exec(
      `INSERT INTO payment (session_id, wallet_id, entry_id, content_sha256, credited_nanos, created_at_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
      payment.sessionId,
      payment.walletId,
      payment.entryId,
      payment.contentSha256,
      payment.creditedNanos.toString(),
      createdAtMs,
    );
  }

  update({ sessionId, returnedNanos, suspendedNanos }: CreditedPayment): void {
    this.#sql.exec(
      "UPDATE payment SET returned_nanos = ?, suspended_nanos = ? WHERE session_id = ?",
      returnedNanos.toString(),
      suspendedNanos.toString(),
      sessionId,
    );
  }

  isForgone(sessionId: string): boolean {
    return this.#sql.exec("SELECT 1 FROM payment_forgone WHERE session_id = ?", sessionId).toArray().length > 0;
  }

  forgo(sessionId: string, createdAtMs: number): void {
    this.#sql.exec(
      "INSERT OR IGNORE INTO payment_forgone (session_id, created_at_ms) VALUES (?, ?)",
      sessionId,
      createdAtMs,
    );
  }

  findRefund(refundId: string): StoredRefund | null {
    const row = this.#sql
      .exec<RefundRow>(
        "SELECT session_id, CAST(amount_nanos AS TEXT) AS amount, entry_id FROM payment_refund WHERE refund_id = ?",
        refundId,
      )
      .toArray()[0];
    if (row === undefined) return null;
    return { sessionId: row.session_id, amountNanos: BigInt(row.amount), entryId: row.entry_id };
  }

  insertRefund(refundId: string, refund: StoredRefund, createdAtMs: number): void {
    this.#sql.exec(
      "INSERT INTO payment_refund (refund_id, session_id, amount_nanos, entry_id, created_at_ms) VALUES (?, ?, ?, ?, ?)",
      refundId,
      refund.sessionId,
      refund.amountNanos.toString(),
      refund.entryId,
      createdAtMs,
    );
  }

  findDispute(disputeId: string): StoredDispute | null {
    const row = this.#sql
      .exec<DisputeRow>(
        `SELECT session_id, status, CAST(suspended_nanos AS TEXT) AS suspended, entry_id
         FROM payment_dispute WHERE dispute_id = ?`,
        disputeId,
      )
      .toArray()[0];
    if (row === undefined) return null;
    const { session_id: sessionId, status, suspended, entry_id: entryId } = row;
    return { sessionId, status, suspendedNanos: BigInt(suspended), entryId };
  }

  saveDispute(disputeId: string, dispute: StoredDispute, changedAtMs: number): void {
    this.#sql.exec(
      `INSERT INTO payment_dispute (dispute_id, session_id, status, suspended_nanos, entry_id, changed_at_ms)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (dispute_id) DO UPDATE SET status = excluded.status, suspended_nanos = excluded.suspended_nanos,
         entry_id = excluded.entry_id, changed_at_ms = excluded.changed_at_ms`,
      disputeId,
      dispute.sessionId,
      dispute.status,
      dispute.suspendedNanos.toString(),
      dispute.entryId,
      changedAtMs,
    );
  }
}
