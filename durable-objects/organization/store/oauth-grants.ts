import type { CalendarWindow } from "../../../src/core/calendar.ts";
import { readScopes } from "../../../src/core/oauth-family.ts";
import type { OAuthGrant, OAuthToken } from "../../../src/core/oauth-grant.ts";

type GrantRow = {
  id: string;
  client_id: string;
  client_name: string;
  member_id: string;
  cap: string | null;
  cap_window: CalendarWindow | null;
  revoked: number;
};
type TokenRow = { grant_id: string; scopes: string; expires_at_ms: number; revoked: number };

interface StoredGrant extends OAuthGrant {
  readonly isRevoked: boolean;
}

/** Tokens that are in use at a time. */
const MAX_REMEMBERED = 2_000;

/** A request that is under way finds the cap of its grant for so long after its token has expired. */
const GRANT_RETENTION_MS = 24 * 60 * 60_000;

/** Access tokens of applications and the grants that they belong to. What was read is remembered, also that there is none. */
export class OAuthGrantStore {
  readonly #sql: SqlStorage;
  readonly #tokens = new Map<string, OAuthToken | null>();
  readonly #grants = new Map<string, StoredGrant | null>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  findToken(tokenSha256: string): OAuthToken | null {
    const known = this.#tokens.get(tokenSha256);
    if (known !== undefined) return known;
    const row = this.#sql
      .exec<TokenRow>(
        `SELECT grant_id, scopes, expires_at_ms, revoked_at_ms IS NOT NULL AS revoked
         FROM oauth_token WHERE token_sha256 = ?`,
        tokenSha256,
      )
      .toArray()[0];
    const grant = row === undefined ? null : this.findGrant(row.grant_id);
    const token =
      row === undefined || grant === null
        ? null
        : {
            grant,
            scopes: readScopes(row.scopes),
            expiresAtMs: row.expires_at_ms,
            isRevoked: row.revoked === 1 || grant.isRevoked,
          };
    if (this.#tokens.size >= MAX_REMEMBERED) this.#tokens.clear();
    this.#tokens.set(tokenSha256, token);
    return token;
  }

  findGrant(id: string): StoredGrant | null {
    const known = this.#grants.get(id);
    if (known !== undefined) return known;
    const row = this.#sql
      .exec<GrantRow>(
        `SELECT id, client_id, client_name, member_id, CAST(cap_nanos AS TEXT) AS cap, cap_window,
           revoked_at_ms IS NOT NULL AS revoked FROM oauth_grant WHERE id = ?`,
        id,
      )
      .toArray()[0];
    const grant = row === undefined ? null : toGrant(row);
    if (this.#grants.size >= MAX_REMEMBERED) this.#grants.clear();
    this.#grants.set(id, grant);
    return grant;
  }

  /** Stores a token with its grant. A grant that is revoked stays so. */
  remember(tokenSha256: string, token: Omit<OAuthToken, "isRevoked">): void {
    const { grant, scopes, expiresAtMs } = token;
    this.forget();
    this.#sql.exec(
      `INSERT INTO oauth_grant (id, client_id, client_name, member_id, cap_nanos, cap_window, forget_after_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET forget_after_ms = max(forget_after_ms, excluded.forget_after_ms)`,
      grant.id,
      grant.clientId,
      grant.clientName,
      grant.memberId,
      grant.spendCap?.amountNanos.toString() ?? null,
      grant.spendCap?.window ?? null,
      expiresAtMs + GRANT_RETENTION_MS,
    );
    this.#sql.exec(
      `INSERT INTO oauth_token (token_sha256, grant_id, scopes, expires_at_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
      tokenSha256,
      grant.id,
      scopes.join(" "),
      expiresAtMs,
    );
  }

  /** Every token of the grant is no good from now on; one that is not known has given none. */
  revokeGrant(id: string, nowMs: number): void {
    this.forget();
    this.#sql.exec("UPDATE oauth_grant SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL", nowMs, id);
  }

  revokeToken(tokenSha256: string, nowMs: number): void {
    this.forget();
    this.#sql.exec(
      "UPDATE oauth_token SET revoked_at_ms = ? WHERE token_sha256 = ? AND revoked_at_ms IS NULL",
      nowMs,
      tokenSha256,
    );
  }

  forget(): void {
    this.#tokens.clear();
    this.#grants.clear();
  }

  /** Some at a time. */
  purge(nowMs: number, limit: number): void {
    this.forget();
    this.#sql.exec(
      `DELETE FROM oauth_token WHERE token_sha256 IN
         (SELECT token_sha256 FROM oauth_token WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?)`,
      nowMs,
      limit,
    );
    this.#sql.exec(
      `DELETE FROM oauth_grant WHERE id IN
         (SELECT id FROM oauth_grant WHERE forget_after_ms <= ? ORDER BY forget_after_ms LIMIT ?)`,
      nowMs,
      limit,
    );
  }

  firstForgetMs(): number | null {
    return this.#sql
      .exec<{ due: number | null }>(
        `SELECT min(due) AS due FROM (
           SELECT min(expires_at_ms) AS due FROM oauth_token UNION ALL SELECT min(forget_after_ms) FROM oauth_grant)`,
      )
      .one().due;
  }
}

function toGrant(row: GrantRow): StoredGrant {
  return {
    id: row.id,
    clientId: row.client_id,
    clientName: row.client_name,
    memberId: row.member_id,
    spendCap:
      row.cap === null || row.cap_window === null ? null : { amountNanos: BigInt(row.cap), window: row.cap_window },
    isRevoked: row.revoked === 1,
  };
}
