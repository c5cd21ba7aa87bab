/**
 * The tables of an OAuthServer object, as numbered migrations. A migration is never edited once it was released; a new one is
 * added. Codes and tokens are there only as SHA-256, in lower-case hex.
 */
import { applyMigrations } from "../shared/schema-migrations.ts";

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE identity (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    organization_id TEXT NOT NULL
  ) STRICT;

  CREATE TABLE open_consent (
    consent_sha256 TEXT PRIMARY KEY CHECK (length(consent_sha256) = 64),
    member_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_name TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    state TEXT,
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX open_consent_by_expiry ON open_consent (expires_at_ms);
  CREATE INDEX open_consent_by_member ON open_consent (member_id, expires_at_ms);

  CREATE TABLE family (
    grant_id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    client_name TEXT NOT NULL,
    member_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    cap_nanos INTEGER CHECK (cap_nanos > 0),
    cap_window TEXT CHECK (cap_window IN ('hourly', 'daily', 'weekly', 'monthly')),
    redirect_uri TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    code_sha256 TEXT NOT NULL UNIQUE CHECK (length(code_sha256) = 64),
    code_expires_at_ms INTEGER NOT NULL,
    redeemed_at_ms INTEGER,
    revoked_at_ms INTEGER,
    revocation_told INTEGER NOT NULL DEFAULT 0 CHECK (revocation_told IN (0, 1)),
    forget_after_ms INTEGER NOT NULL,
    CHECK ((cap_nanos IS NULL) = (cap_window IS NULL)),
    CHECK (revocation_told = 0 OR revoked_at_ms IS NOT NULL)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX family_by_client ON family (client_id) WHERE revoked_at_ms IS NULL;
  CREATE INDEX family_untold ON family (grant_id) WHERE revoked_at_ms IS NOT NULL AND revocation_told = 0;
  CREATE INDEX family_by_end ON family (forget_after_ms);

  CREATE TABLE refresh_token (
    token_sha256 TEXT PRIMARY KEY CHECK (length(token_sha256) = 64),
    grant_id TEXT NOT NULL,
    predecessor_sha256 TEXT,
    expires_at_ms INTEGER NOT NULL,
    rotated_at_ms INTEGER,
    request_sha256 TEXT,
    repeated INTEGER NOT NULL DEFAULT 0 CHECK (repeated IN (0, 1)),
    successor_used INTEGER NOT NULL DEFAULT 0 CHECK (successor_used IN (0, 1)),
    sealed_answer BLOB,
    CHECK ((rotated_at_ms IS NULL) = (request_sha256 IS NULL)),
    CHECK (sealed_answer IS NULL OR rotated_at_ms IS NOT NULL)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX refresh_token_by_expiry ON refresh_token (expires_at_ms);
  CREATE INDEX refresh_token_sealed ON refresh_token (rotated_at_ms) WHERE sealed_answer IS NOT NULL;
  `,
];

/** Brings the storage to the newest schema. Synchronous and idempotent: called first in the object's constructor. */
export function migrateSchema(storage: DurableObjectStorage): void {
  applyMigrations(storage, MIGRATIONS);
}
