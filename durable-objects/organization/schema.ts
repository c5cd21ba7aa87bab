/**
 * The tables of an Organization object, as numbered migrations. A migration is never edited once it was released; a new one
 * is added. Money is int64 nano-units: bound as decimal text, read back through `CAST(… AS TEXT)`.
 */
import { applyMigrations } from "../shared/schema-migrations.ts";

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE identity (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    organization_id TEXT NOT NULL
  ) STRICT;

  CREATE TABLE directory_part (
    part INTEGER PRIMARY KEY CHECK (part >= 0),
    text TEXT NOT NULL
  ) STRICT;

  CREATE TABLE wallet (
    id TEXT PRIMARY KEY,
    scope TEXT NOT NULL CHECK (scope IN ('seat', 'user', 'team', 'organization')),
    owner_id TEXT NOT NULL CHECK (length(owner_id) BETWEEN 1 AND 128),
    balance_nanos INTEGER NOT NULL DEFAULT 0,
    held_nanos INTEGER NOT NULL DEFAULT 0 CHECK (held_nanos >= 0),
    total_allocated_nanos INTEGER NOT NULL DEFAULT 0,
    total_spent_nanos INTEGER NOT NULL DEFAULT 0,
    last_funded_balance_nanos INTEGER NOT NULL DEFAULT 0,
    alerted TEXT NOT NULL DEFAULT 'healthy' CHECK (alerted IN ('healthy', 'low', 'depleted')),
    CHECK (scope = 'organization' OR balance_nanos >= held_nanos),
    UNIQUE (scope, owner_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE seat_grant (
    month TEXT NOT NULL CHECK (length(month) = 7),
    member_id TEXT NOT NULL,
    amount_nanos INTEGER NOT NULL CHECK (amount_nanos > 0),
    granted_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    PRIMARY KEY (month, member_id)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX seat_grant_live ON seat_grant (member_id) WHERE ended_at_ms IS NULL;

  CREATE TABLE reservation (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL CHECK (status IN ('open', 'settled', 'released', 'expired')),
    request_id TEXT NOT NULL,
    wallet_id TEXT REFERENCES wallet (id),
    wallet_scope TEXT CHECK (wallet_scope IN ('seat', 'user', 'team', 'organization')),
    held_nanos INTEGER NOT NULL CHECK (held_nanos >= 0),
    settled_nanos INTEGER NOT NULL DEFAULT 0 CHECK (settled_nanos >= 0),
    currency TEXT NOT NULL,
    exchange_rate TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    start_sha256 TEXT NOT NULL,
    end_sha256 TEXT,
    plan TEXT NOT NULL,
    takes TEXT,
    extension TEXT,
    checkpoint TEXT,
    ending TEXT,
    outbox_number INTEGER,
    CHECK ((status = 'open') = (ended_at_ms IS NULL)),
    CHECK (held_nanos = 0 OR wallet_id IS NOT NULL),
    CHECK (extension IS NULL OR wallet_id IS NOT NULL)
  ) STRICT;
  CREATE INDEX reservation_open_by_expiry ON reservation (expires_at_ms) WHERE status = 'open';

  CREATE TABLE limit_counter (
    key TEXT PRIMARY KEY,
    used INTEGER NOT NULL CHECK (used >= 0),
    held INTEGER NOT NULL CHECK (held >= 0),
    forget_after_ms INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX limit_counter_by_end ON limit_counter (forget_after_ms) WHERE forget_after_ms IS NOT NULL;

  CREATE TABLE use_report (
    request_id TEXT PRIMARY KEY,
    content_sha256 TEXT NOT NULL,
    reply TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX use_report_by_age ON use_report (created_at_ms);

  CREATE TABLE reserved_price (
    number INTEGER PRIMARY KEY,
    content_sha256 TEXT NOT NULL UNIQUE,
    price TEXT NOT NULL
  ) STRICT;

  CREATE TABLE cost_ticket (
    id TEXT PRIMARY KEY,
    request_sha256 TEXT NOT NULL,
    reservation_id TEXT,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    terms TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX cost_ticket_by_expiry ON cost_ticket (expires_at_ms);

  CREATE TABLE response (
    id TEXT PRIMARY KEY,
    total_tokens INTEGER NOT NULL CHECK (total_tokens >= 0),
    expires_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX response_by_expiry ON response (expires_at_ms);

  CREATE TABLE ledger_entry (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    currency TEXT NOT NULL,
    reservation_id TEXT,
    request_id TEXT,
    actor TEXT NOT NULL,
    note TEXT,
    flags TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE ledger_line (
    sequence INTEGER NOT NULL REFERENCES ledger_entry (sequence),
    line INTEGER NOT NULL CHECK (line >= 0),
    account TEXT NOT NULL,
    amount_nanos INTEGER NOT NULL CHECK (amount_nanos <> 0),
    balance_after_nanos INTEGER,
    PRIMARY KEY (sequence, line)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ledger_line_by_account ON ledger_line (account, sequence)
    WHERE balance_after_nanos IS NOT NULL;

  CREATE TABLE archived_account (
    account TEXT PRIMARY KEY,
    sum_nanos TEXT NOT NULL,
    last_sequence INTEGER NOT NULL CHECK (last_sequence > 0)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE transfer (
    command_id TEXT PRIMARY KEY,
    content_sha256 TEXT NOT NULL,
    reply TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX transfer_by_age ON transfer (created_at_ms);

  CREATE TABLE outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    message TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE budget_alert (
    counter_key TEXT PRIMARY KEY,
    told TEXT NOT NULL,
    forget_after_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX budget_alert_by_end ON budget_alert (forget_after_ms);
  CREATE TABLE matched_policies (
    number INTEGER PRIMARY KEY,
    content_sha256 TEXT NOT NULL UNIQUE,
    policies TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE audit_anchor (
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    seen_at_ms INTEGER NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE oauth_grant (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    client_name TEXT NOT NULL,
    member_id TEXT NOT NULL,
    cap_nanos INTEGER CHECK (cap_nanos > 0),
    cap_window TEXT CHECK (cap_window IN ('hourly', 'daily', 'weekly', 'monthly')),
    revoked_at_ms INTEGER,
    forget_after_ms INTEGER NOT NULL,
    CHECK ((cap_nanos IS NULL) = (cap_window IS NULL))
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX oauth_grant_by_end ON oauth_grant (forget_after_ms);

  CREATE TABLE oauth_token (
    token_sha256 TEXT PRIMARY KEY CHECK (length(token_sha256) = 64),
    grant_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX oauth_token_by_expiry ON oauth_token (expires_at_ms);
  `,
  `
  ALTER TABLE wallet ADD COLUMN closed_at_ms INTEGER CHECK (closed_at_ms IS NULL OR scope IN ('user', 'team'));
  CREATE INDEX wallet_closing ON wallet (closed_at_ms) WHERE closed_at_ms > 0;
  `,
  // A wallet may be below what it holds when paid money goes back. Its CHECK stays with what it has and owes together: a table
  // that others refer to cannot be made again without reading all of them.
  `
  ALTER TABLE wallet RENAME COLUMN balance_nanos TO covering_nanos;
  ALTER TABLE wallet ADD COLUMN balance_nanos INTEGER NOT NULL DEFAULT 0;
  UPDATE wallet SET balance_nanos = covering_nanos;

  CREATE TABLE payment (
    session_id TEXT PRIMARY KEY,
    wallet_id TEXT NOT NULL REFERENCES wallet (id),
    entry_id TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    credited_nanos INTEGER NOT NULL CHECK (credited_nanos > 0),
    returned_nanos INTEGER NOT NULL DEFAULT 0 CHECK (returned_nanos >= 0),
    suspended_nanos INTEGER NOT NULL DEFAULT 0 CHECK (suspended_nanos >= 0),
    created_at_ms INTEGER NOT NULL,
    CHECK (returned_nanos + suspended_nanos <= credited_nanos)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE payment_refund (
    refund_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES payment (session_id),
    amount_nanos INTEGER NOT NULL CHECK (amount_nanos > 0),
    entry_id TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE payment_dispute (
    dispute_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES payment (session_id),
    status TEXT NOT NULL CHECK (status IN ('opened', 'won', 'lost')),
    suspended_nanos INTEGER NOT NULL CHECK (suspended_nanos >= 0),
    entry_id TEXT,
    changed_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE payment_forgone (
    session_id TEXT PRIMARY KEY,
    created_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE auto_top_up (
    number INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    wallet_id TEXT NOT NULL REFERENCES wallet (id),
    status TEXT NOT NULL CHECK (status IN ('open', 'completed', 'failed', 'canceled')),
    amount_nanos INTEGER NOT NULL CHECK (amount_nanos > 0),
    currency TEXT NOT NULL,
    method_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('low_balance', 'refused_request')),
    balance_nanos INTEGER NOT NULL,
    failure_code TEXT,
    entry_id TEXT,
    created_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    sends INTEGER NOT NULL DEFAULT 0 CHECK (sends >= 0),
    next_send_at_ms INTEGER,
    CHECK ((status = 'open') = (ended_at_ms IS NULL)),
    CHECK ((status = 'open') = (next_send_at_ms IS NOT NULL)),
    CHECK ((status = 'completed') = (entry_id IS NOT NULL))
  ) STRICT;
  CREATE UNIQUE INDEX auto_top_up_open ON auto_top_up (wallet_id) WHERE status = 'open';
  CREATE INDEX auto_top_up_by_wallet ON auto_top_up (wallet_id, created_at_ms);

  CREATE TABLE auto_top_up_standing (
    wallet_id TEXT PRIMARY KEY REFERENCES wallet (id),
    revision INTEGER NOT NULL,
    declines INTEGER NOT NULL CHECK (declines >= 0),
    retry_at_ms INTEGER,
    stopped INTEGER NOT NULL CHECK (stopped IN (0, 1)),
    failure_code TEXT,
    check_at_ms INTEGER
  ) STRICT, WITHOUT ROWID;
  `,
];

/** Brings the storage to the newest schema. Synchronous and idempotent: called first in the object's constructor. */
export function migrateSchema(storage: DurableObjectStorage): void {
  applyMigrations(storage, MIGRATIONS);
}
