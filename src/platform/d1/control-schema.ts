/**
 * CONTROL_DB: the system of record of everything that people configure. Instants are milliseconds since 1970. JSON columns
 * hold wire JSON (snake_case) and are parsed by the schemas of `src/contract` when they are read.
 */
import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

const createdAtMs = () => integer("created_at_ms").notNull();
const tagsJson = () => text("tags_json").notNull().default("[]");

export const organizations = sqliteTable(
  "organizations",
  {
    id: text("id").primaryKey(),
    name: text("name").notNull(),
    status: text("status", { enum: ["active", "suspended"] })
      .notNull()
      .default("active"),
    ownerEmail: text("owner_email"),
    /** Only what differs from the defaults needs to be there. */
    settingsJson: text("settings_json").notNull().default("{}"),
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
    createdAtMs: createdAtMs(),
  },
  (table) => [
    uniqueIndex("members_email").on(table.organizationId, table.email),
    index("members_by_organization").on(table.organizationId, table.id),
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
    createdAtMs: createdAtMs(),
  },
  (table) => [
    uniqueIndex("gateways_name").on(table.organizationId, table.name),
    index("gateways_by_organization").on(table.organizationId, table.id),
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
