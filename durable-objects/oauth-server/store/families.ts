import type { AuthorizationRequest, CodeView, GrantQuery, GrantView } from "../../../src/contract/oauth-rpc.ts";
import type { CalendarWindow } from "../../../src/core/calendar.ts";
import { CODE_LIFETIME_MS, readScopes, REFRESH_TOKEN_LIFETIME_MS } from "../../../src/core/oauth-family.ts";
import type { OAuthScope, TokenFamily } from "../../../src/core/oauth-family.ts";
import type { OAuthGrant, SpendCap } from "../../../src/core/oauth-grant.ts";

type FamilyRow = {
  grant_id: string;
  client_id: string;
  client_name: string;
  member_id: string;
  scopes: string;
  cap: string | null;
  cap_window: CalendarWindow | null;
  redirect_uri: string;
  code_challenge: string;
  code_expires_at_ms: number;
  redeemed_at_ms: number | null;
  revoked_at_ms: number | null;
};

const COLUMNS = `grant_id, client_id, client_name, member_id, scopes, CAST(cap_nanos AS TEXT) AS cap, cap_window, redirect_uri,
  code_challenge, code_expires_at_ms, redeemed_at_ms, revoked_at_ms`;

/** A family is remembered for so long after the last of its tokens, so that a late use of any is known as one. */
const RETENTION_MS = 24 * 60 * 60_000;

export interface StoredFamily extends TokenFamily {
  readonly grant: OAuthGrant;
  readonly scopes: readonly OAuthScope[];
  readonly code: CodeView;
}

/** Consents with their codes, and whether they were taken back. */
export class FamilyStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  insert(
    request: AuthorizationRequest,
    family: {
      readonly grantId: string;
      readonly memberId: string;
      readonly codeSha256: string;
      readonly codeExpiresAtMs: number;
      readonly spendCap: SpendCap | null;
    },
  ): void {
    this.#sql.exec(
      `INSERT INTO family (grant_id, client_id, client_name, member_id, scopes, cap_nanos, cap_window, redirect_uri,
         code_challenge, code_sha256, code_expires_at_ms, forget_after_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      family.grantId,
      request.clientId,
      request.clientName,
      family.memberId,
      request.scopes.join(" "),
      family.spendCap?.amountNanos.toString() ?? null,
      family.spendCap?.window ?? null,
      request.redirectUri,
      request.codeChallenge,
      family.codeSha256,
      family.codeExpiresAtMs,
      family.codeExpiresAtMs + RETENTION_MS,
    );
  }

  findByCode(codeSha256: string): StoredFamily | null {
    return this.#find("code_sha256", codeSha256);
  }

  find(grantId: string): StoredFamily | null {
    return this.#find("grant_id", grantId);
  }

  /** Those that an application has tokens of, newest first. */
  listInForce({ memberId, beforeId, limit }: GrantQuery, nowMs: number): readonly GrantView[] {
    return this.#sql
      .exec<FamilyRow & { forget_after_ms: number }>(
        `SELECT ${COLUMNS}, forget_after_ms FROM family
         WHERE revoked_at_ms IS NULL AND redeemed_at_ms IS NOT NULL AND forget_after_ms > ?1
           AND (?2 IS NULL OR member_id = ?2) AND (?3 IS NULL OR grant_id < ?3)
         ORDER BY grant_id DESC LIMIT ?4`,
        nowMs + RETENTION_MS,
        memberId,
        beforeId,
        limit,
      )
      .toArray()
      .map((row) => {
        const { grant, scopes, codeExpiresAtMs } = toFamily(row);
        const lastTokenAtMs = row.forget_after_ms - RETENTION_MS - REFRESH_TOKEN_LIFETIME_MS;
        return { grant, scopes, consentedAtMs: codeExpiresAtMs - CODE_LIFETIME_MS, lastTokenAtMs };
      });
  }

  redeem(grantId: string, nowMs: number): void {
    this.#sql.exec("UPDATE family SET redeemed_at_ms = ? WHERE grant_id = ?", nowMs, grantId);
  }

  /** A token of the family is good until then. */
  keepUntil(grantId: string, expiresAtMs: number): void {
    this.#sql.exec(
      "UPDATE family SET forget_after_ms = max(forget_after_ms, ?) WHERE grant_id = ?",
      expiresAtMs + RETENTION_MS,
      grantId,
    );
  }

  revoke(grantId: string, nowMs: number): void {
    this.#sql.exec("UPDATE family SET revoked_at_ms = ? WHERE grant_id = ? AND revoked_at_ms IS NULL", nowMs, grantId);
  }

  revokeOfClient(clientId: string, nowMs: number): void {
    this.#sql.exec(
      "UPDATE family SET revoked_at_ms = ? WHERE client_id = ? AND revoked_at_ms IS NULL",
      nowMs,
      clientId,
    );
  }

  /** Revoked ones of which the organization's object has not heard, some of them. */
  untold(limit: number): readonly string[] {
    return this.#sql
      .exec<{ grant_id: string }>(
        "SELECT grant_id FROM family WHERE revoked_at_ms IS NOT NULL AND revocation_told = 0 LIMIT ?",
        limit,
      )
      .toArray()
      .map((row) => row.grant_id);
  }

  markTold(grantId: string): void {
    this.#sql.exec("UPDATE family SET revocation_told = 1 WHERE grant_id = ?", grantId);
  }

  /** Never one whose revocation is still to be told. */
  purge(nowMs: number): void {
    this.#sql.exec(
      "DELETE FROM family WHERE forget_after_ms <= ? AND (revoked_at_ms IS NULL OR revocation_told = 1)",
      nowMs,
    );
  }

  firstForgetMs(): number | null {
    return this.#sql
      .exec<{ due: number | null }>(
        "SELECT min(forget_after_ms) AS due FROM family WHERE revoked_at_ms IS NULL OR revocation_told = 1",
      )
      .one().due;
  }

  #find(column: "code_sha256" | "grant_id", value: string): StoredFamily | null {
    const row = this.#sql.exec<FamilyRow>(`SELECT ${COLUMNS} FROM family WHERE ${column} = ?`, value).toArray()[0];
    return row === undefined ? null : toFamily(row);
  }
}

function toFamily(row: FamilyRow): StoredFamily {
  const spendCap =
    row.cap === null || row.cap_window === null ? null : { amountNanos: BigInt(row.cap), window: row.cap_window };
  const scopes = readScopes(row.scopes);
  return {
    grant: {
      id: row.grant_id,
      clientId: row.client_id,
      clientName: row.client_name,
      memberId: row.member_id,
      spendCap,
    },
    scopes,
    code: {
      clientId: row.client_id,
      memberId: row.member_id,
      redirectUri: row.redirect_uri,
      codeChallenge: row.code_challenge,
      scopes,
      expiresAtMs: row.code_expires_at_ms,
    },
    codeExpiresAtMs: row.code_expires_at_ms,
    redeemedAtMs: row.redeemed_at_ms,
    revokedAtMs: row.revoked_at_ms,
  };
}
