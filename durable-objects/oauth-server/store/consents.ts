import type { AuthorizationRequest, OpenConsentCommand } from "../../../src/contract/oauth-rpc.ts";
import { readScopes } from "../../../src/core/oauth-family.ts";

type ConsentRow = {
  client_id: string;
  client_name: string;
  redirect_uri: string;
  scopes: string;
  code_challenge: string;
  state: string | null;
};

/** Pages that one member has open at a time. */
const MAX_OPEN = 20;

/** Consent pages that are shown and not decided. */
export class ConsentStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Whether the member's next page would close another one. */
  isFull(memberId: string, nowMs: number): boolean {
    const query = "SELECT count(*) AS open FROM open_consent WHERE member_id = ? AND expires_at_ms > ?";
    return this.#sql.exec<{ open: number }>(query, memberId, nowMs).one().open >= MAX_OPEN;
  }

  /** The member's oldest pages beyond `MAX_OPEN` are closed by it. */
  open({ consentSha256, memberId, request, expiresAtMs }: OpenConsentCommand): void {
    this.#sql.exec(
      `INSERT INTO open_consent
         (consent_sha256, member_id, client_id, client_name, redirect_uri, scopes, code_challenge, state, expires_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      consentSha256,
      memberId,
      request.clientId,
      request.clientName,
      request.redirectUri,
      request.scopes.join(" "),
      request.codeChallenge,
      request.state,
      expiresAtMs,
    );
    this.#sql.exec(
      `DELETE FROM open_consent WHERE consent_sha256 IN (SELECT consent_sha256 FROM open_consent
         WHERE member_id = ? ORDER BY expires_at_ms DESC LIMIT -1 OFFSET ?)`,
      memberId,
      MAX_OPEN,
    );
  }

  /** The request of an open page of the member, which is closed by it. Null: there is none. */
  take(consentSha256: string, memberId: string, nowMs: number): AuthorizationRequest | null {
    const row = this.#sql
      .exec<ConsentRow>(
        `DELETE FROM open_consent WHERE consent_sha256 = ? AND member_id = ? AND expires_at_ms > ?
         RETURNING client_id, client_name, redirect_uri, scopes, code_challenge, state`,
        consentSha256,
        memberId,
        nowMs,
      )
      .toArray()[0];
    if (row === undefined) return null;
    return {
      clientId: row.client_id,
      clientName: row.client_name,
      redirectUri: row.redirect_uri,
      scopes: readScopes(row.scopes),
      codeChallenge: row.code_challenge,
      state: row.state,
    };
  }

  close(clientId: string): void {
    this.#sql.exec("DELETE FROM open_consent WHERE client_id = ?", clientId);
  }

  purge(nowMs: number): void {
    this.#sql.exec("DELETE FROM open_consent WHERE expires_at_ms <= ?", nowMs);
  }

  firstExpiryMs(): number | null {
    return this.#sql.exec<{ due: number | null }>("SELECT min(expires_at_ms) AS due FROM open_consent").one().due;
  }
}
