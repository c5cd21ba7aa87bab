import type { ChainHead } from "../../../src/core/audit-chain.ts";

/**
 * Heads of the organization's audit chain as they were seen in CONTROL_DB, out of reach of whoever can write there. What was seen
 * first at a number stays.
 */
export class AuditAnchorStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  remember({ sequence, hash }: ChainHead, nowMs: number): void {
    this.#sql.exec(
      "INSERT INTO audit_anchor (sequence, hash, seen_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      sequence,
      hash,
      nowMs,
    );
  }

  /** In order. */
  list(afterSequence: number, limit: number): ChainHead[] {
    return this.#sql
      .exec<{ sequence: number; hash: string }>(
        "SELECT sequence, hash FROM audit_anchor WHERE sequence > ? ORDER BY sequence LIMIT ?",
        afterSequence,
        limit,
      )
      .toArray();
  }
}
