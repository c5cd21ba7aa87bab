/**
 * SPEND_DB: the copy of the ledgers, and the spend logs, filled from the organizations' outboxes. Every id comes from the
 * sender, so that a repeated delivery changes nothing. Amounts are int64 nano-units.
 */
import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { nanos } from "./nanos-column.ts";

export const ledgerEntries = sqliteTable(
  "ledger_entries",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    /** Gap-free per organization, from 1. */
    sequence: integer("sequence").notNull(),
    type: text("type").notNull(),
    currency: text("currency").notNull(),
    reservationId: text("reservation_id"),
    requestId: text("request_id"),
    actor: text("actor").notNull(),
    note: text("note"),
    flagsJson: text("flags_json").notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
  },
  (table) => [uniqueIndex("ledger_entries_sequence").on(table.organizationId, table.sequence)],
);

/** The lines of an entry sum to zero. */
export const ledgerLines = sqliteTable(
  "ledger_lines",
  {
    entryId: text("entry_id")
      .notNull()
      .references(() => ledgerEntries.id),
    line: integer("line").notNull(),
    /** Of its entry: a wallet's lines are read in this order. */
    sequence: integer("sequence").notNull().default(0),
    account: text("account").notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    balanceAfterNanos: nanos("balance_after_nanos"),
  },
  (table) => [
    primaryKey({ columns: [table.entryId, table.line] }),
    index("ledger_lines_by_account").on(table.account, table.sequence),
  ],
);

export const spendLogs = sqliteTable(
  "spend_logs",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    requestId: text("request_id").notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
    status: text("status").notNull(),
    provider: text("provider"),
    model: text("model"),
    requestedModel: text("requested_model").notNull(),
    requestedProvider: text("requested_provider"),
    providerTargetId: text("provider_target_id"),
    endpoint: text("endpoint").notNull(),
    streamed: integer("streamed", { mode: "boolean" }).notNull(),
    keyId: text("key_id"),
    gatewayId: text("gateway_id"),
    userId: text("user_id"),
    teamId: text("team_id"),
    serviceUserId: text("service_user_id"),
    agentId: text("agent_id"),
    agentRunId: text("agent_run_id"),
    metadataJson: text("metadata_json").notNull(),
    inputTokens: integer("input_tokens"),
    cachedInputTokens: integer("cached_input_tokens"),
    cacheWriteTokens: integer("cache_write_tokens"),
    outputTokens: integer("output_tokens"),
    reasoningTokens: integer("reasoning_tokens"),
    totalTokens: integer("total_tokens"),
    inputCostNanos: nanos("input_cost_nanos").notNull(),
    cachedInputCostNanos: nanos("cached_input_cost_nanos").notNull(),
    cacheWriteCostNanos: nanos("cache_write_cost_nanos").notNull(),
    outputCostNanos: nanos("output_cost_nanos").notNull(),
    feesCostNanos: nanos("fees_cost_nanos").notNull(),
    totalCostNanos: nanos("total_cost_nanos").notNull(),
    currency: text("currency").notNull(),
    exchangeRate: text("exchange_rate").notNull(),
    pricingSource: text("pricing_source"),
    usageSource: text("usage_source").notNull(),
    walletId: text("wallet_id"),
    walletScope: text("wallet_scope"),
    reservationId: text("reservation_id"),
    heldAmountNanos: nanos("held_amount_nanos").notNull(),
    latencyMs: integer("latency_ms"),
    upstreamLatencyMs: integer("upstream_latency_ms"),
    attemptsJson: text("attempts_json").notNull(),
    estimatedAvoidedCostNanos: nanos("estimated_avoided_cost_nanos").notNull(),
    flagsJson: text("flags_json").notNull(),
  },
  (table) => [
    index("spend_logs_by_age").on(table.organizationId, table.createdAtMs, table.id),
    index("spend_logs_by_request").on(table.organizationId, table.requestId),
    index("spend_logs_by_key").on(table.organizationId, table.keyId, table.createdAtMs, table.id),
    index("spend_logs_by_user").on(table.organizationId, table.userId, table.createdAtMs, table.id),
    index("spend_logs_by_team").on(table.organizationId, table.teamId, table.createdAtMs, table.id),
    index("spend_logs_by_agent").on(table.organizationId, table.agentId, table.createdAtMs, table.id),
    index("spend_logs_by_model").on(table.organizationId, table.model, table.createdAtMs, table.id),
    index("spend_logs_by_gateway").on(table.organizationId, table.gatewayId, table.createdAtMs, table.id),
    check("spend_logs_streamed", sql`${table.streamed} IN (0, 1)`),
  ],
);

/** What roll-ups add up, of the rows of the spend log. A request that was settled late has a second row and is one request. */
const measures = () => ({
  requests: integer("requests").notNull(),
  refusedRequests: integer("refused_requests").notNull(),
  inputTokens: integer("input_tokens").notNull(),
  cachedInputTokens: integer("cached_input_tokens").notNull(),
  cacheWriteTokens: integer("cache_write_tokens").notNull(),
  outputTokens: integer("output_tokens").notNull(),
  reasoningTokens: integer("reasoning_tokens").notNull(),
  totalTokens: integer("total_tokens").notNull(),
  inputCostNanos: nanos("input_cost_nanos").notNull(),
  cachedInputCostNanos: nanos("cached_input_cost_nanos").notNull(),
  cacheWriteCostNanos: nanos("cache_write_cost_nanos").notNull(),
  outputCostNanos: nanos("output_cost_nanos").notNull(),
  feesCostNanos: nanos("fees_cost_nanos").notNull(),
  totalCostNanos: nanos("total_cost_nanos").notNull(),
  estimatedAvoidedCostNanos: nanos("estimated_avoided_cost_nanos").notNull(),
});

/**
 * Roll-ups of the spend log: always the sum of its rows, because triggers keep them in the statement that writes a row
 * (`migrations/spend/0004_roll_up_triggers.sql`). A missing name is the empty text. Quarters of an hour fit the hours and days
 * of every zone.
 */
export const spendQuarters = sqliteTable(
  "spend_quarters",
  {
    organizationId: text("organization_id").notNull(),
    quarterMs: integer("quarter_ms").notNull(),
    provider: text("provider").notNull(),
    currency: text("currency").notNull(),
    ...measures(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.quarterMs, table.provider, table.currency] })],
);

/** By whom or on what, in days of UTC: the inside of a longer range. */
export const spendDays = sqliteTable(
  "spend_days",
  {
    organizationId: text("organization_id").notNull(),
    dimension: text("dimension", { enum: ["model", "team", "user", "key", "agent"] }).notNull(),
    dayMs: integer("day_ms").notNull(),
    value: text("value").notNull(),
    provider: text("provider").notNull(),
    currency: text("currency").notNull(),
    ...measures(),
  },
  (table) => [
    primaryKey({
      columns: [table.organizationId, table.dimension, table.dayMs, table.value, table.provider, table.currency],
    }),
  ],
);

/**
 * The event log: what a request's spend log row does not say. Everything else is read from that row, by `log_id`; `created_at_ms`
 * is the same. Unlike the spend log it is removed by age.
 */
export const events = sqliteTable(
  "events",
  {
    id: text("id").primaryKey(),
    logId: text("log_id").notNull(),
    organizationId: text("organization_id").notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
    decision: text("decision", { enum: ["allow", "deny"] }).notNull(),
    /** `{id, name, effect}` of the access policies that matched. */
    matchedJson: text("matched_json").notNull(),
    failureKind: text("failure_kind"),
    failureRule: text("failure_rule"),
    zdrMode: text("zdr_mode").notNull(),
    bodies: text("bodies").notNull(),
  },
  (table) => [
    index("events_by_age").on(table.organizationId, table.createdAtMs, table.id),
    // Few are denied: the others are found by age.
    index("events_denied")
      .on(table.organizationId, table.createdAtMs, table.id)
      .where(sql`decision = 'deny'`),
    check("events_decision", sql`${table.decision} IN ('allow', 'deny')`),
  ],
);

/** Messages that could not be stored, kept until somebody looks at them. */
export const deadLetters = sqliteTable(
  "dead_letters",
  {
    id: text("id").primaryKey(),
    queue: text("queue").notNull(),
    bodyJson: text("body_json").notNull(),
    reason: text("reason").notNull(),
    attempts: integer("attempts").notNull(),
    parkedAtMs: integer("parked_at_ms").notNull(),
  },
  (table) => [index("dead_letters_by_age").on(table.parkedAtMs, table.id)],
);

/** What people should know, one row for each event; webhooks and e-mail carry the same. */
export const notifications = sqliteTable(
  "notifications",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    type: text("type").notNull(),
    /** The event's own fields, as on the wire. */
    dataJson: text("data_json").notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
    readAtMs: integer("read_at_ms"),
  },
  (table) => [index("notifications_by_age").on(table.organizationId, table.createdAtMs, table.id)],
);

/** One event for one webhook, with what became of it. */
export const webhookDeliveries = sqliteTable(
  "webhook_deliveries",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    webhookId: text("webhook_id").notNull(),
    /** The notification, or the test event. */
    eventId: text("event_id").notNull(),
    type: text("type").notNull(),
    payloadJson: text("payload_json").notNull(),
    status: text("status", { enum: ["pending", "delivered", "failed"] }).notNull(),
    /** `{at, status, error, duration_ms}` of each try, oldest first. */
    attemptsJson: text("attempts_json").notNull().default("[]"),
    createdAtMs: integer("created_at_ms").notNull(),
    /** Null: nothing more is tried. */
    nextAttemptAtMs: integer("next_attempt_at_ms"),
  },
  (table) => [
    uniqueIndex("webhook_deliveries_event").on(table.webhookId, table.eventId),
    index("webhook_deliveries_by_age").on(table.organizationId, table.webhookId, table.createdAtMs, table.id),
    index("webhook_deliveries_due").on(table.nextAttemptAtMs),
    check("webhook_deliveries_status", sql`${table.status} IN ('pending', 'delivered', 'failed')`),
  ],
);
