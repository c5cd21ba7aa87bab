/**
 * Payments in CONTROL_DB: sessions and what providers told of them, refunds, disputes, saved payment methods, and settings. What was
 * credited is the organization's object's to say; a row here says how far a payment has come. See docs/payments.md.
 */
import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { organizations } from "./control-schema.ts";
import { nanos } from "./nanos-column.ts";

const createdAtMs = () => integer("created_at_ms").notNull();
const organizationId = () =>
  text("organization_id")
    .notNull()
    .references(() => organizations.id);

/** Checkouts and charges of saved methods. Moves are those of `src/core/payment-session.ts`. */
export const paymentSessions = sqliteTable(
  "payment_sessions",
  {
    id: text("id").primaryKey(),
    organizationId: organizationId(),
    kind: text("kind", { enum: ["checkout", "charge"] }).notNull(),
    provider: text("provider").notNull(),
    status: text("status", {
      enum: ["created", "capturing", "captured", "completed", "canceled", "failed", "expired", "refunded"],
    }).notNull(),
    scope: text("scope", { enum: ["organization", "team", "user"] }).notNull(),
    ownerId: text("owner_id").notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    currency: text("currency").notNull(),
    /** What the provider has really taken; null: nothing yet. */
    capturedNanos: nanos("captured_nanos"),
    refundedNanos: nanos("refunded_nanos")
      .notNull()
      .default(sql`0`),
    /** `key_…`, the member who paid on a page of ours, or what made the charge. */
    actor: text("actor").notNull(),
    memberId: text("member_id"),
    ticketId: text("ticket_id"),
    /** Where the payer goes afterwards; null: a page of ours. */
    returnUrl: text("return_url"),
    saveMethod: integer("save_method", { mode: "boolean" }).notNull().default(false),
    /** Of a charge: what it takes the money from. */
    methodId: text("method_id"),
    /** The provider's names. */
    checkoutReference: text("checkout_reference"),
    paymentReference: text("payment_reference"),
    approvalUrl: text("approval_url"),
    /** Why it failed, or why a captured payment is not in the wallet yet. */
    failureCode: text("failure_code"),
    entryId: text("entry_id"),
    expiresAtMs: integer("expires_at_ms").notNull(),
    /** When it is looked after next; null: nothing is left to do. */
    nextCheckAtMs: integer("next_check_at_ms"),
    checks: integer("checks").notNull().default(0),
    createdAtMs: createdAtMs(),
    updatedAtMs: integer("updated_at_ms").notNull(),
  },
  (table) => [
    index("payment_sessions_by_organization").on(table.organizationId, table.createdAtMs, table.id),
    index("payment_sessions_by_time").on(table.createdAtMs, table.id),
    index("payment_sessions_due").on(table.nextCheckAtMs),
    uniqueIndex("payment_sessions_checkout").on(table.provider, table.checkoutReference),
    uniqueIndex("payment_sessions_payment").on(table.provider, table.paymentReference),
    check("payment_sessions_amount", sql`${table.amountNanos} > 0`),
    check("payment_sessions_refunded", sql`${table.refundedNanos} >= 0`),
  ],
);

/** Every event once, as it was understood. */
export const paymentEvents = sqliteTable(
  "payment_events",
  {
    provider: text("provider").notNull(),
    eventId: text("event_id").notNull(),
    /** The provider's own word. */
    providerType: text("provider_type").notNull(),
    /** The normalized event, JSON; amounts are decimal text. */
    contentJson: text("content_json").notNull(),
    sessionId: text("session_id"),
    occurredAtMs: integer("occurred_at_ms").notNull(),
    receivedAtMs: integer("received_at_ms").notNull(),
    /** Null: it waits for another event, or for the ledger. */
    processedAtMs: integer("processed_at_ms"),
    attempts: integer("attempts").notNull().default(0),
    nextAttemptAtMs: integer("next_attempt_at_ms"),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.eventId] }),
    index("payment_events_waiting").on(table.nextAttemptAtMs),
    index("payment_events_by_session").on(table.sessionId),
  ],
);

export const paymentRefunds = sqliteTable(
  "payment_refunds",
  {
    id: text("id").primaryKey(),
    organizationId: organizationId(),
    sessionId: text("session_id")
      .notNull()
      .references(() => paymentSessions.id),
    amountNanos: nanos("amount_nanos").notNull(),
    /** `requested`: the provider may not know it yet. */
    status: text("status", { enum: ["requested", "pending", "succeeded", "failed"] }).notNull(),
    refundReference: text("refund_reference"),
    /** Of the ledger; null: the wallet has not given it back yet. */
    entryId: text("entry_id"),
    reason: text("reason"),
    actor: text("actor").notNull(),
    nextCheckAtMs: integer("next_check_at_ms"),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    index("payment_refunds_by_session").on(table.sessionId, table.id),
    index("payment_refunds_due").on(table.nextCheckAtMs),
    check("payment_refunds_amount", sql`${table.amountNanos} > 0`),
  ],
);

export const paymentDisputes = sqliteTable(
  "payment_disputes",
  {
    id: text("id").primaryKey(),
    organizationId: organizationId(),
    sessionId: text("session_id")
      .notNull()
      .references(() => paymentSessions.id),
    amountNanos: nanos("amount_nanos").notNull(),
    status: text("status", { enum: ["opened", "won", "lost"] }).notNull(),
    createdAtMs: createdAtMs(),
    updatedAtMs: integer("updated_at_ms").notNull(),
  },
  (table) => [index("payment_disputes_by_session").on(table.sessionId, table.id)],
);

/** What providers keep for later charges. */
export const paymentMethods = sqliteTable(
  "payment_methods",
  {
    id: text("id").primaryKey(),
    organizationId: organizationId(),
    provider: text("provider").notNull(),
    customerReference: text("customer_reference").notNull(),
    methodReference: text("method_reference").notNull(),
    /** `visa •••• 4242`. */
    label: text("label").notNull(),
    /** Who saved it, where that is known: members use what they saved themselves. */
    memberId: text("member_id"),
    /** Null: it can be charged. */
    removedAtMs: integer("removed_at_ms"),
    createdAtMs: createdAtMs(),
  },
  (table) => [
    uniqueIndex("payment_methods_reference").on(table.provider, table.methodReference),
    index("payment_methods_by_organization").on(table.organizationId, table.id),
  ],
);

/** What an organization allows; no row: the defaults of `src/core/payment-settings.ts`. */
export const paymentSettings = sqliteTable("payment_settings", {
  organizationId: text("organization_id")
    .primaryKey()
    .references(() => organizations.id),
  settingsJson: text("settings_json").notNull(),
});

/** Wallets that refill themselves, and from what. */
export const autoTopUps = sqliteTable(
  "auto_top_ups",
  {
    organizationId: organizationId(),
    scope: text("scope", { enum: ["organization", "team", "user"] }).notNull(),
    ownerId: text("owner_id").notNull(),
    enabled: integer("enabled", { mode: "boolean" }).notNull(),
    thresholdNanos: nanos("threshold_nanos").notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    dailyCapNanos: nanos("daily_cap_nanos").notNull(),
    /** Of its amounts. */
    currency: text("currency").notNull(),
    cooldownMinutes: integer("cooldown_minutes").notNull(),
    methodId: text("method_id")
      .notNull()
      .references(() => paymentMethods.id),
    /** Grows with every save. */
    revision: integer("revision").notNull(),
    updatedAtMs: integer("updated_at_ms").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.scope, table.ownerId] }),
    check("auto_top_ups_threshold", sql`${table.thresholdNanos} >= 0`),
    check("auto_top_ups_amount", sql`${table.amountNanos} > 0`),
    check("auto_top_ups_daily_cap", sql`${table.dailyCapNanos} >= ${table.amountNanos}`),
    check("auto_top_ups_cooldown", sql`${table.cooldownMinutes} >= 0`),
  ],
);

/** The deployment's: one row. */
export const paymentsConfig = sqliteTable(
  "payments_config",
  { onlyRow: integer("only_row").primaryKey(), configJson: text("config_json").notNull() },
  (table) => [check("payments_config_one", sql`${table.onlyRow} = 1`)],
);

/** What the sandbox provider remembers: checkouts, payments, refunds, disputes and methods, as JSON. */
export const sandboxRecords = sqliteTable(
  "sandbox_records",
  {
    reference: text("reference").primaryKey(),
    kind: text("kind").notNull(),
    /** Our id, by which a repeat finds it. */
    idempotencyKey: text("idempotency_key"),
    stateJson: text("state_json").notNull(),
    createdAtMs: createdAtMs(),
  },
  (table) => [uniqueIndex("sandbox_records_key").on(table.kind, table.idempotencyKey)],
);

/** Webhooks of the sandbox that are still to be sent. */
export const sandboxDeliveries = sqliteTable(
  "sandbox_deliveries",
  {
    eventId: text("event_id").primaryKey(),
    body: text("body").notNull(),
    dueAtMs: integer("due_at_ms"),
    attempts: integer("attempts").notNull().default(0),
  },
  (table) => [index("sandbox_deliveries_due").on(table.dueAtMs)],
);
