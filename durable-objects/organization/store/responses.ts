/** Stored responses of the organization, with the tokens that continuing one of them bills as input again. */
export class ResponseStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null: no response of this organization. */
  totalTokens(id: string): number | null {
    const row = this.#sql
      .exec<{ total_tokens: number }>("SELECT total_tokens FROM response WHERE id = ?", id)
      .toArray()[0];
    return row === undefined ? null : row.total_tokens;
  }

  remember(id: string, totalTokens: number, expiresAtMs: number): void {
    this.#sql.exec(
      "INSERT INTO response (id, total_tokens, expires_at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      id,
      totalTokens,
      expiresAtMs,
    );
  }

  /** Some at a time. */
  purge(expiresAtMs: number, limit: number): void {
    this.#sql.exec(
      "DELETE FROM response WHERE id IN (SELECT id FROM response WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?)",
      expiresAtMs,
      limit,
    );
  }

  firstExpiryMs(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(expires_at_ms) AS due FROM response").one().due;
  }
}
