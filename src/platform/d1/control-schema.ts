/**
 * CONTROL_DB: the system of record of everything that people configure. Instants are milliseconds since 1970. JSON columns
 * hold wire JSON (snake_case) and are parsed by the schemas of `src/contract` when they are read.
 */
import { sql } from "drizzle-orm";
import { blob, check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { nanos } from "./nanos-column.ts";

const createdAtMs = () => integer("created_at_ms").notNull();
const tagsJson = () => text("tags_json").notNull().default("[]");
/** Null: only those that the organization has for each of its kind. */
const rateLimitsJson = () => text("rate_limits_json");

export const organizations = sqliteTable(
  "organizations",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    status: text("status", { enum: ["active", "suspended"] })
      .notNull()
      .default("active"),
    ownerEmail: text("owner_email"),
    /**
     * Its own people bring money in, and may let requests leave that no money is held for. False: money comes by top-ups and from
     * the platform alone (`src/core/prepaid.ts`).
     */
    issuesCredit: integer("issues_credit", { mode: "boolean" }).notNull().default(true),
    /** Only what differs from the defaults needs to be there. */
    settingsJson: text("settings_json").notNull().default("{}"),
    /** Of the plan: how many members can have a seat, and what each seat gets a month, in the organization's currency. */
    seatCount: integer("seat_count").notNull().default(0),
    seatMonthlyCreditNanos: nanos("seat_monthly_credit_nanos")
      .notNull()
      .default(sql`0`),
    /** Grows in the same batch as every change of a record that the directory holds. */
    directoryVersion: integer("directory_version").notNull().default(1),
    createdAtMs: createdAtMs(),
  },
  (table) => [check("organizations_status", sql`${table.status} IN ('active', 'suspended')`)],
);

export const members = sqliteTable(
  "members",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    /** Lower case. */
    email: text("email").notNull(),
    name: text("name").notNull(),
    role: text("role", { enum: ["owner", "admin", "billing_admin", "member"] }).notNull(),
    rateLimitsJson: rateLimitsJson(),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    uniqueIndex("members_email").on(table.organizationId, table.email),
    index("members_by_organization").on(table.organizationId, table.id),
    index("members_by_email").on(table.email),
    check("members_role", sql`${table.role} IN ('owner', 'admin', 'billing_admin', 'member')`),
  ],
);

export const teams = sqliteTable(
  "teams",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    name: text("name").notNull(),
    tagsJson: tagsJson(),
    rateLimitsJson: rateLimitsJson(),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    uniqueIndex("teams_name").on(table.organizationId, table.name),
    index("teams_by_organization").on(table.organizationId, table.id),
  ],
);

export const teamMembers = sqliteTable(
  "team_members",
  {
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    teamId: text("team_id")
      .notNull()
      .references(() => teams.id),
    memberId: text("member_id")
      .notNull()
      .references(() => members.id),
    role: text("role", { enum: ["member", "lead"] }).notNull(),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    primaryKey({ columns: [table.teamId, table.memberId] }),
    index("team_members_by_organization").on(table.organizationId),
    index("team_members_by_member").on(table.memberId),
    check("team_members_role", sql`${table.role} IN ('member', 'lead')`),
  ],
);

export const serviceUsers = sqliteTable(
  "service_users",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    name: text("name").notNull(),
    tagsJson: tagsJson(),
    rateLimitsJson: rateLimitsJson(),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    uniqueIndex("service_users_name").on(table.organizationId, table.name),
    index("service_users_by_organization").on(table.organizationId, table.id),
  ],
);

export const gateways = sqliteTable(
  "gateways",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    name: text("name").notNull(),
    tagsJson: tagsJson(),
    zdrMode: text("zdr_mode", { enum: ["off", "passthrough", "strict"] })
      .notNull()
      .default("off"),
    /** Null: the organization's settings. */
    cacheJson: text("cache_json"),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    uniqueIndex("gateways_name").on(table.organizationId, table.name),
    index("gateways_by_organization").on(table.organizationId, table.id),
  ],
);

/**
 * Every version of a gateway's `policy-config.yaml`; the highest one is in force. Rows are never changed, and go with their gateway.
 */
export const gatewayConfigs = sqliteTable(
  "gateway_configs",
  {
    gatewayId: text("gateway_id")
      .notNull()
      .references(() => gateways.id),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    /** 1, 2, 3 … of the gateway. */
    version: integer("version").notNull(),
    /** Of the text; null where there is none. */
    packName: text("pack_name"),
    packVersion: text("pack_version"),
    /** The version whose text this one brought back. */
    rolledBackFrom: integer("rolled_back_from"),
    /** What it says of the retention of events; null: nothing, or it is not enabled. */
    eventRetentionDays: integer("event_retention_days"),
    actor: text("actor").notNull(),
    createdAtMs: createdAtMs(),
    /** As it was sent. Null: since this version the gateway has no configuration. Last, since it is long. */
    yaml: text("yaml"),
  },
  (table) => [
    primaryKey({ columns: [table.gatewayId, table.version] }),
    index("gateway_configs_by_organization").on(table.organizationId, table.gatewayId, table.version),
    check("gateway_configs_version", sql`${table.version} > 0`),
    check("gateway_configs_yaml", sql`length(CAST(${table.yaml} AS BLOB)) <= 262144`),
  ],
);

/** A rotated key keeps its row; while the overlap runs, `previous_*` still authenticates. */
export const keys = sqliteTable(
  "keys",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    type: text("type", { enum: ["gateway", "access"] }).notNull(),
    name: text("name").notNull(),
    /** SHA-256 of the whole token, lower-case hex; the token itself is never stored. */
    tokenSha256: text("token_sha256").notNull(),
    /** The token's last four characters, so that people can tell their keys apart. */
    tokenHint: text("token_hint").notNull(),
    previousTokenSha256: text("previous_token_sha256"),
    previousExpiresAtMs: integer("previous_expires_at_ms"),
    memberId: text("member_id").references(() => members.id),
    serviceUserId: text("service_user_id").references(() => serviceUsers.id),
    gatewayId: text("gateway_id").references(() => gateways.id),
    teamId: text("team_id").references(() => teams.id),
    mayAssertIdentity: integer("may_assert_identity", { mode: "boolean" }).notNull().default(false),
    capabilitiesJson: text("capabilities_json").notNull().default("[]"),
    modelsJson: text("models_json").notNull().default("[]"),
    tagsJson: tagsJson(),
    expiresAtMs: integer("expires_at_ms"),
    revokedAtMs: integer("revoked_at_ms"),
    rateLimitsJson: rateLimitsJson(),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    uniqueIndex("keys_token").on(table.tokenSha256),
    uniqueIndex("keys_previous_token").on(table.previousTokenSha256),
    index("keys_by_organization").on(table.organizationId, table.id),
    check("keys_type", sql`${table.type} IN ('gateway', 'access')`),
    check("keys_token_sha256", sql`length(${table.tokenSha256}) = 64`),
    check(
      "keys_one_owner",
      sql`(${table.memberId} IS NOT NULL) + (${table.serviceUserId} IS NOT NULL) + (${table.gatewayId} IS NOT NULL) <= 1`,
    ),
  ],
);

/** When a key last called our own API, to a few minutes. Of model traffic the spend log tells. */
export const keyUses = sqliteTable("key_uses", {
  keyId: text("key_id")
    .primaryKey()
    .references(() => keys.id, { onDelete: "cascade" }),
  usedAtMs: integer("used_at_ms").notNull(),
});

/** Members with a seat: monthly credits of their own. */
export const seats = sqliteTable(
  "seats",
  {
    memberId: text("member_id")
      .primaryKey()
      .references(() => members.id),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    createdAtMs: createdAtMs(),
  },
  (table) => [index("seats_by_organization").on(table.organizationId, table.memberId)],
);

/** Programs that run by themselves, named by `X-Agent-Id`. */
export const agents = sqliteTable(
  "agents",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    name: text("name").notNull(),
    status: text("status", { enum: ["active", "paused", "disabled"] })
      .notNull()
      .default("active"),
    tagsJson: tagsJson(),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    uniqueIndex("agents_name").on(table.organizationId, table.name),
    index("agents_by_organization").on(table.organizationId, table.id),
    check("agents_status", sql`${table.status} IN ('active', 'paused', 'disabled')`),
  ],
);

/** What an agent may use at most. */
export const usageConstraints = sqliteTable(
  "usage_constraints",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    agentId: text("agent_id")
      .notNull()
      .references(() => agents.id),
    type: text("type", { enum: ["credits", "tokens", "requests"] }).notNull(),
    window: text("window", { enum: ["total", "run", "hourly", "daily", "weekly", "monthly"] }).notNull(),
    /** Nano-units of the organization's currency for `credits`, else a count. */
    limitAmount: nanos("limit_amount").notNull(),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    index("usage_constraints_by_agent").on(table.organizationId, table.agentId, table.id),
    check("usage_constraints_type", sql`${table.type} IN ('credits', 'tokens', 'requests')`),
    check("usage_constraints_window", sql`${table.window} IN ('total', 'run', 'hourly', 'daily', 'weekly', 'monthly')`),
    check("usage_constraints_limit", sql`${table.limitAmount} >= 0`),
  ],
);

/** Access policies and budgets. Names differ within a kind, because refusals name the policy. */
export const policies = sqliteTable(
  "policies",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    kind: text("kind", { enum: ["access", "budget"] }).notNull(),
    name: text("name").notNull(),
    /** As it came over the wire, name included. */
    bodyJson: text("body_json").notNull(),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    uniqueIndex("policies_name").on(table.organizationId, table.kind, table.name),
    index("policies_by_organization").on(table.organizationId, table.kind, table.id),
    check("policies_kind", sql`${table.kind} IN ('access', 'budget')`),
  ],
);

/** Where events of an organization are sent. The signing secret is derived, never stored (docs/webhooks.md). */
export const webhooks = sqliteTable(
  "webhooks",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    name: text("name").notNull(),
    url: text("url").notNull(),
    /** Types of events; empty: all. */
    eventsJson: text("events_json").notNull().default("[]"),
    enabled: integer("enabled", { mode: "boolean" }).notNull().default(true),
    /** Grows with each rotation of the secret. */
    secretVersion: integer("secret_version").notNull().default(1),
    /** Until then events are also signed with the secret before; null: no overlap. */
    previousSecretUntilMs: integer("previous_secret_until_ms"),
    createdAtMs: createdAtMs(),
  },
  (table) => [index("webhooks_by_organization").on(table.organizationId, table.id)],
);

/** Credentials of an organization for its targets. `sealed` opens only for its own organization and name (docs/secrets.md). */
export const secrets = sqliteTable(
  "secrets",
  {
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    name: text("name").notNull(),
    sealed: blob("sealed", { mode: "buffer" }).notNull(),
    /** Of the value, in the clear; null: it is too short to show any of it. */
    lastFour: text("last_four"),
    createdAtMs: createdAtMs(),
    updatedAtMs: integer("updated_at_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.name] })],
);

/** Applications that the organization's members may let act for them. */
export const oauthClients = sqliteTable(
  "oauth_clients",
  {
    /** The `client_id` of the protocol. */
    id: text("id").primaryKey(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id),
    name: text("name").notNull(),
    type: text("type", { enum: ["public", "confidential"] }).notNull(),
    /** Compared to the letter. */
    redirectUrisJson: text("redirect_uris_json").notNull(),
    scopesJson: text("scopes_json").notNull(),
    /** SHA-256 of a confidential client's secret, lower-case hex. */
    secretSha256: text("secret_sha256"),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    index("oauth_clients_by_organization").on(table.organizationId, table.id),
    check("oauth_clients_type", sql`${table.type} IN ('public', 'confidential')`),
    check("oauth_clients_secret", sql`(${table.type} = 'confidential') = (${table.secretSha256} IS NOT NULL)`),
  ],
);

/**
 * Answers to mutations that carried an `Idempotency-Key`. The answer is kept encrypted with a key that only the caller's own
 * credential yields, since it can hold a secret that is shown once.
 */
export const idempotentAnswers = sqliteTable(
  "idempotent_answers",
  {
    /** SHA-256 of who asked, and of the key that was sent. */
    id: text("id").primaryKey(),
    /** Of method, path and body. */
    contentSha256: text("content_sha256").notNull(),
    /** Null while the first request is under way. */
    status: integer("status"),
    answer: blob("answer", { mode: "buffer" }),
    createdAtMs: createdAtMs(),
    expiresAtMs: integer("expires_at_ms").notNull(),
  },
  (table) => [index("idempotent_answers_by_expiry").on(table.expiresAtMs)],
);

/**
 * What was done, by whom, in one chain for each organization and one for the platform: `hash` covers the row and the hash of
 * the row before (docs/audit.md). A row is inserted by the batch of the change that it tells of; of two changes at once the second
 * violates the primary key, is rolled back as a whole, and is decided again. Rows are never changed or deleted.
 */
export const auditLog = sqliteTable(
  "audit_log",
  {
    /** `org_…`, or `platform`, which is no organization. */
    organizationId: text("organization_id").notNull(),
    /** Gap-free per chain, from 1. */
    sequence: integer("sequence").notNull(),
    createdAtMs: createdAtMs(),
    actor: text("actor").notNull(),
    action: text("action").notNull(),
    objectType: text("object_type").notNull(),
    objectId: text("object_id").notNull(),
    requestId: text("request_id"),
    /** Of what is recorded from elsewhere, and only once: a ledger entry, a delivery. */
    sourceId: text("source_id"),
    /** Canonical JSON, without secrets. */
    beforeJson: text("before_json"),
    afterJson: text("after_json"),
    previousHash: text("previous_hash").notNull(),
    hash: text("hash").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.sequence] }),
    uniqueIndex("audit_log_source").on(table.organizationId, table.sourceId),
    index("audit_log_by_object").on(table.organizationId, table.objectType, table.objectId, table.sequence),
    check("audit_log_sequence", sql`${table.sequence} > 0`),
    check("audit_log_hash", sql`length(${table.hash}) = 64`),
  ],
);

/** One row per period of a model: a change never rewrites a period that has ended. */
export const modelPrices = sqliteTable(
  "model_prices",
  {
    id: text("id").primaryKey(),
    provider: text("provider", { enum: ["openai", "anthropic"] }).notNull(),
    model: text("model").notNull(),
    /** The price book record on the wire, without its id and its dates. */
    recordJson: text("record_json").notNull(),
    /** Inclusive; null is open. */
    effectiveFromMs: integer("effective_from_ms"),
    /** Exclusive; null is open. */
    effectiveToMs: integer("effective_to_ms"),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    index("model_prices_by_model").on(table.provider, table.model, table.effectiveFromMs),
    check("model_prices_provider", sql`${table.provider} IN ('openai', 'anthropic')`),
    check(
      "model_prices_period",
      sql`${table.effectiveFromMs} IS NULL OR ${table.effectiveToMs} IS NULL OR ${table.effectiveFromMs} < ${table.effectiveToMs}`,
    ),
  ],
);

/** Units per 1 USD. */
export const exchangeRates = sqliteTable("exchange_rates", {
  currency: text("currency").primaryKey(),
  /** An exact decimal. */
  rate: text("rate").notNull(),
  updatedAtMs: integer("updated_at_ms").notNull(),
});

/**
 * One row per change of prices or exchange rates. A change inserts the version after the one it has read, in its own batch:
 * of two concurrent changes the second violates the primary key, is rolled back as a whole, and decides again.
 */
export const platformVersions = sqliteTable("platform_versions", {
  version: integer("version").primaryKey(),
  reason: text("reason").notNull(),
  changedAtMs: integer("changed_at_ms").notNull(),
});

/** Better-auth's tables: it knows the names of the properties, which are its own; the columns are named as ours. */
const instant = (name: string) => integer(name, { mode: "timestamp_ms" });

/** People who sign in, each with one address; a member with the same address is that person once it is verified. */
export const users = sqliteTable(
  "users",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    /** Lower case. */
    email: text("email").notNull(),
    emailVerified: integer("email_verified", { mode: "boolean" }).notNull(),
    image: text("image"),
    createdAt: instant("created_at_ms").notNull(),
    updatedAt: instant("updated_at_ms").notNull(),
  },
  (table) => [uniqueIndex("users_email").on(table.email)],
);

export const userSessions = sqliteTable(
  "user_sessions",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Of no use without AUTH_SECRET, with which the cookie is signed. */
    token: text("token").notNull(),
    expiresAt: instant("expires_at_ms").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: instant("created_at_ms").notNull(),
    updatedAt: instant("updated_at_ms").notNull(),
  },
  (table) => [
    uniqueIndex("user_sessions_token").on(table.token),
    index("user_sessions_by_user").on(table.userId),
    index("user_sessions_by_expiry").on(table.expiresAt),
  ],
);

/** Users with the platform role. Each change is recorded in the platform's chain, which takes one at a time. */
export const platformAdministrators = sqliteTable("platform_administrators", {
  userId: text("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  createdAtMs: createdAtMs(),
});

/** Which organizations a user has made by signing up: the first, the second … */
export const foundedOrganizations = sqliteTable(
  "founded_organizations",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** From 1: two requests at once cannot both make the last one that the user may. */
    ordinal: integer("ordinal").notNull(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organizations.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.ordinal] }),
    check("founded_organizations_ordinal", sql`${table.ordinal} >= 1`),
  ],
);

/** How a user proves who they are. */
export const userAccounts = sqliteTable(
  "user_accounts",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    providerId: text("provider_id").notNull(),
    accountId: text("account_id").notNull(),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: instant("access_token_expires_at_ms"),
    refreshTokenExpiresAt: instant("refresh_token_expires_at_ms"),
    scope: text("scope"),
    /** scrypt, with its salt. */
    password: text("password"),
    createdAt: instant("created_at_ms").notNull(),
    updatedAt: instant("updated_at_ms").notNull(),
  },
  (table) => [
    uniqueIndex("user_accounts_provider").on(table.providerId, table.accountId),
    index("user_accounts_by_user").on(table.userId),
  ],
);

/** Links that were sent and not yet used. */
export const userVerifications = sqliteTable(
  "user_verifications",
  {
    id: text("id").primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: instant("expires_at_ms").notNull(),
    createdAt: instant("created_at_ms").notNull(),
    updatedAt: instant("updated_at_ms").notNull(),
  },
  (table) => [
    index("user_verifications_by_identifier").on(table.identifier),
    index("user_verifications_by_expiry").on(table.expiresAt),
  ],
);

/** Keys of people's devices, which sign in without a password. */
export const passkeys = sqliteTable(
  "passkeys",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text("name"),
    credentialID: text("credential_id").notNull(),
    publicKey: text("public_key").notNull(),
    counter: integer("counter").notNull(),
    deviceType: text("device_type").notNull(),
    backedUp: integer("backed_up", { mode: "boolean" }).notNull(),
    transports: text("transports"),
    aaguid: text("aaguid"),
    createdAt: instant("created_at_ms"),
  },
  (table) => [uniqueIndex("passkeys_credential").on(table.credentialID), index("passkeys_by_user").on(table.userId)],
);

/** How often an address asked the sign-in lately. */
export const signInAttempts = sqliteTable(
  "sign_in_attempts",
  {
    id: text("id").primaryKey(),
    key: text("key").notNull(),
    count: integer("count").notNull(),
    lastRequest: integer("last_request_ms").notNull(),
  },
  (table) => [
    uniqueIndex("sign_in_attempts_key").on(table.key),
    index("sign_in_attempts_by_time").on(table.lastRequest),
  ],
);

/** Our own counts of what one account or one network address asks the sign-in: the library's end after a minute. */
export const signInCounts = sqliteTable(
  "sign_in_counts",
  {
    /** SHA-256 of the rule and of whom it counts: no address stands here. */
    id: text("id").primaryKey(),
    count: integer("count").notNull(),
    windowEndsAtMs: integer("window_ends_at_ms").notNull(),
  },
  (table) => [index("sign_in_counts_by_end").on(table.windowEndsAtMs)],
);

/** The mail that invites a member to sign in, the newest one; it goes with its member. */
export const memberInvitations = sqliteTable(
  "member_invitations",
  {
    memberId: text("member_id")
      .primaryKey()
      .references(() => members.id, { onDelete: "cascade" }),
    status: text("status", { enum: ["pending", "sent", "failed", "accepted"] }).notNull(),
    /** When the mail was taken; null: none was. */
    sentAtMs: integer("sent_at_ms"),
    /** Mails that were asked for since `windowStartedAtMs`. */
    askedCount: integer("asked_count").notNull(),
    windowStartedAtMs: integer("window_started_at_ms").notNull(),
  },
  (table) => [check("member_invitations_status", sql`${table.status} IN ('pending', 'sent', 'failed', 'accepted')`)],
);
