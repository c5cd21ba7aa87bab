import { REFRESH_GRACE_MS } from "../../../src/core/oauth-family.ts";
import type { RefreshToken } from "../../../src/core/oauth-family.ts";

type TokenRow = {
  grant_id: string;
  predecessor_sha256: string | null;
  expires_at_ms: number;
  rotated_at_ms: number | null;
  request_sha256: string | null;
  repeated: number;
  successor_used: number;
  sealed_answer: ArrayBuffer | null;
};

export interface StoredRefreshToken extends RefreshToken {
  readonly grantId: string;
  readonly predecessorSha256: string | null;
  /** While it can be given once more. */
  readonly sealedAnswer: Uint8Array | null;
}

/** Refresh tokens, those that were used too: a second use must be known as one. */
export class RefreshTokenStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(tokenSha256: string): StoredRefreshToken | null {
    const row = this.#sql
      .exec<TokenRow>(
        `SELECT grant_id, predecessor_sha256, expires_at_ms, rotated_at_ms, request_sha256, repeated, successor_used,
           sealed_answer FROM refresh_token WHERE token_sha256 = ?`,
        tokenSha256,
      )
      .toArray()[0];
    return row === undefined ? null : toToken(row);
  }

  insert(tokenSha256: string, grantId: string, predecessorSha256: string | null, expiresAtMs: number): void {
    this.#sql.exec(
      "INSERT INTO refresh_token (token_sha256, grant_id, predecessor_sha256, expires_at_ms) VALUES (?, ?, ?, ?)",
      tokenSha256,
      grantId,
      predecessorSha256,
      expiresAtMs,
    );
  }

  rotate(tokenSha256: string, requestSha256: string, sealedAnswer: Uint8Array, nowMs: number): void {
    this.#sql.exec(
      "UPDATE refresh_token SET rotated_at_ms = ?, request_sha256 = ?, sealed_answer = ? WHERE token_sha256 = ?",
      nowMs,
      requestSha256,
      sealedAnswer,
      tokenSha256,
    );
  }

  markSuccessorUsed(tokenSha256: string): void {
    this.#sql.exec(
      "UPDATE refresh_token SET successor_used = 1, sealed_answer = NULL WHERE token_sha256 = ?",
      tokenSha256,
    );
  }

  markRepeated(tokenSha256: string): void {
    this.#sql.exec("UPDATE refresh_token SET repeated = 1, sealed_answer = NULL WHERE token_sha256 = ?", tokenSha256);
  }

  /** Forgets expired tokens, and answers that can be asked for no more. */
  purge(nowMs: number): void {
    this.#sql.exec("DELETE FROM refresh_token WHERE expires_at_ms <= ?", nowMs);
    this.#sql.exec(
      "UPDATE refresh_token SET sealed_answer = NULL WHERE sealed_answer IS NOT NULL AND rotated_at_ms < ?",
      nowMs - REFRESH_GRACE_MS,
    );
  }

  firstDueMs(): number | null {
    const { expiry, answer } = this.#sql
      .exec<{ expiry: number | null; answer: number | null }>(
        `SELECT (SELECT min(expires_at_ms) FROM refresh_token) AS expiry,
           (SELECT min(rotated_at_ms) FROM refresh_token WHERE sealed_answer IS NOT NULL) AS answer`,
      )
      .one();
    const answerDueMs = answer === null ? null : answer + REFRESH_GRACE_MS + 1;
    return expiry === null || answerDueMs === null ? (expiry ?? answerDueMs) : Math.min(expiry, answerDueMs);
  }
}

function toToken(row: TokenRow): StoredRefreshToken {
  const rotation =
    row.rotated_at_ms === null || row.request_sha256 === null
      ? null
      : {
          atMs: row.rotated_at_ms,
          requestSha256: row.request_sha256,
          repeated: row.repeated === 1,
          successorUsed: row.successor_used === 1,
        };
  return {
    grantId: row.grant_id,
    predecessorSha256: row.predecessor_sha256,
    expiresAtMs: row.expires_at_ms,
    rotation,
    sealedAnswer: row.sealed_answer === null ? null : new Uint8Array(row.sealed_answer),
  };
}
