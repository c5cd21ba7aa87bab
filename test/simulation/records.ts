/** An organization's records as D1 has them: what the object reads its directory from, and what the auditor knows. */
import type { Capability } from "../../src/contract/directory.ts";

export interface KeyRow {
  readonly id: string;
  readonly type: "gateway" | "access";
  /** Stands for the secret; its hash is derived from it. */
  readonly token: string;
  readonly memberId: string | null;
  readonly serviceUserId: string | null;
  readonly gatewayId: string | null;
  readonly teamId: string | null;
  readonly mayAssertIdentity: boolean;
  readonly capabilities: readonly Capability[];
  readonly models: readonly string[];
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  readonly tags: readonly string[];
}

/** Decimal texts in USD per million tokens; absent: none. */
export interface RateFields {
  readonly input_price_per_million?: string;
  readonly cached_input_price_per_million?: string;
  readonly cache_write_5m_price_per_million?: string;
  readonly cache_write_1h_price_per_million?: string;
  readonly cache_write_30m_price_per_million?: string;
  readonly cache_write_12h_price_per_million?: string;
  readonly audio_input_price_per_million?: string;
  readonly output_price_per_million?: string;
  readonly audio_output_price_per_million?: string;
}

/** A record of the price book, as it is on the wire. */
export interface PriceFields extends RateFields {
  readonly provider: "openai" | "anthropic";
  readonly model: string;
  readonly aliases?: readonly string[];
  readonly long_context?: RateFields & { readonly threshold_tokens: number };
  readonly tiers?: {
    readonly batch?: RateFields;
    readonly flex?: RateFields;
    readonly fast?: RateFields;
    readonly fast_long_context?: RateFields;
  };
  readonly regional_multiplier?: string;
  readonly per_call_fees?: {
    readonly web_search?: string;
    readonly web_search_low?: string;
    readonly web_search_high?: string;
    readonly file_search?: string;
    readonly code_interpreter?: string;
  };
  readonly max_output_tokens?: number;
  readonly endpoints: readonly ("openai.chat" | "openai.responses" | "anthropic.messages")[];
  readonly tokenizer: "o200k" | "claude" | "claude-4-7";
  readonly free?: boolean;
  readonly tags?: readonly string[];
}

export interface PriceRow {
  readonly id: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly fields: PriceFields;
}

/** On the wire; absent: the default. */
export interface SettingsFields {
  readonly currency?: "USD" | "EUR" | "JPY";
  readonly reserve_buffer_pct?: number;
  readonly alert_threshold_pct?: number;
  readonly default_max_output_tokens?: number | null;
  readonly enforce_default_max_output?: boolean;
  readonly minimum_output_tokens?: number;
  readonly clamp?: boolean;
  readonly on_hold_exhausted?: "finish" | "stop";
  readonly on_client_disconnect?: "abort" | "drain";
  readonly time_zone?: string;
  readonly week_starts_on?: "monday" | "sunday" | "saturday";
  readonly allow_unpriced?: boolean;
}

export interface TeamRow {
  readonly id: string;
  readonly tags: readonly string[];
  readonly memberIds: readonly string[];
}

/** As it is on the wire; absent lists mean any, absent limits none. */
export interface PolicyRow {
  readonly id: string;
  readonly effect: "allow" | "deny";
  readonly enabled: boolean;
  readonly subjects: {
    readonly teams?: readonly string[];
    readonly users?: readonly string[];
    readonly service_users?: readonly string[];
    readonly keys?: readonly string[];
  };
  readonly resources: {
    readonly providers?: readonly ("openai" | "anthropic")[];
    readonly models?: readonly string[];
  };
  readonly limits: { readonly max_output_tokens?: number; readonly max_cost_per_request?: string };
}

export interface SeatPlanFields {
  readonly count: number;
  readonly monthlyCreditNanos: bigint;
  /** Those who have had a seat for longest come first. */
  readonly memberIds: readonly string[];
}

export interface ConstraintRow {
  readonly id: string;
  readonly type: "credits" | "tokens" | "requests";
  readonly window: "total" | "run" | "hourly" | "daily" | "weekly" | "monthly";
  readonly limit: bigint;
}

export interface AgentRow {
  readonly id: string;
  readonly status: "active" | "paused" | "disabled";
  /** By id. */
  readonly constraints: readonly ConstraintRow[];
}

/** Amounts are nano-units. */
export interface BudgetFields {
  readonly scope: {
    readonly type: "organization" | "team" | "user" | "service_user" | "agent" | "key" | "model" | "tag";
    readonly id: string | null;
  };
  readonly windows: Readonly<Partial<Record<"hourly" | "daily" | "weekly" | "monthly", bigint>>>;
  readonly hard: boolean;
  readonly override: { readonly amountNanos: bigint; readonly untilMs: number } | null;
}

export interface BudgetRow extends BudgetFields {
  readonly id: string;
  /** Unique. A budget that is made again under its name is another one. */
  readonly name: string;
}

/** A value: changes make another one, so that whoever read it before still has what was read. */
export interface Records {
  readonly organizationId: string;
  readonly version: number;
  readonly platformVersion: number;
  readonly status: "active" | "suspended";
  readonly settings: SettingsFields;
  readonly memberIds: readonly string[];
  readonly serviceUserIds: readonly string[];
  readonly gatewayIds: readonly string[];
  readonly teams: readonly TeamRow[];
  readonly keys: readonly KeyRow[];
  readonly policies: readonly PolicyRow[];
  readonly seats: SeatPlanFields;
  readonly agents: readonly AgentRow[];
  /** By id. */
  readonly budgets: readonly BudgetRow[];
  readonly prices: readonly PriceRow[];
  readonly exchangeRates: Readonly<Record<string, string>>;
}

export type Change =
  | { readonly of: "settings"; readonly to: SettingsFields }
  | { readonly of: "status"; readonly to: Records["status"] }
  | {
      readonly of: "key";
      readonly index: number;
      readonly revokedAtMs: number | null;
      readonly expiresAtMs: number | null;
    }
  | { readonly of: "team"; readonly index: number; readonly memberIds: readonly string[] }
  | { readonly of: "policy"; readonly row: PolicyRow }
  | { readonly of: "agent"; readonly row: AgentRow }
  /** Null: deleted. */
  | { readonly of: "budget"; readonly name: string; readonly to: BudgetFields | null }
  | { readonly of: "seats"; readonly to: SeatPlanFields }
  | { readonly of: "price"; readonly row: PriceRow }
  | { readonly of: "exchange_rate"; readonly currency: string; readonly rate: string | null };

/** The records after a change. Prices and exchange rates are the platform's, and have a version of their own. */
export function applyChange(records: Records, change: Change): Records {
  const own = { ...records, version: records.version + 1 };
  const platform = { ...records, platformVersion: records.platformVersion + 1 };
  switch (change.of) {
    case "settings":
      return { ...own, settings: { ...records.settings, ...change.to } };
    case "status":
      return { ...own, status: change.to };
    case "key": {
      const { revokedAtMs, expiresAtMs } = change;
      return { ...own, keys: replaceAt(records.keys, change.index, (key) => ({ ...key, revokedAtMs, expiresAtMs })) };
    }
    case "team": {
      const { memberIds } = change;
      return { ...own, teams: replaceAt(records.teams, change.index, (team) => ({ ...team, memberIds })) };
    }
    case "policy": {
      const others = records.policies.filter(({ id }) => id !== change.row.id);
      return { ...own, policies: [...others, change.row] };
    }
    case "agent":
      return { ...own, agents: [...records.agents.filter(({ id }) => id !== change.row.id), change.row] };
    case "budget": {
      const { name, to } = change;
      const others = records.budgets.filter((budget) => budget.name !== name);
      if (to === null) return { ...own, budgets: others };
      const former = records.budgets.find((budget) => budget.name === name);
      const changed = { ...to, name, id: former?.id ?? `bud_${name}_${own.version}` };
      return { ...own, budgets: [...others, changed].toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
    }
    case "seats":
      return { ...own, seats: change.to };
    case "price":
      return { ...platform, prices: [...records.prices, change.row] };
    case "exchange_rate": {
      const { [change.currency]: _former, ...others } = records.exchangeRates;
      const exchangeRates = change.rate === null ? others : { ...others, [change.currency]: change.rate };
      return { ...platform, exchangeRates };
    }
  }
}

function replaceAt<T>(rows: readonly T[], index: number, replace: (row: T) => T): readonly T[] {
  return rows.map((row, at) => (at === index % rows.length ? replace(row) : row));
}

/** What a token's SHA-256 looks like. */
export function tokenHash(organizationId: string, token: string): string {
  const codes = Array.from(`${organizationId}:${token}`, (letter) => letter.charCodeAt(0).toString(16));
  return codes.join("").padEnd(64, "0").slice(-64);
}

type Statement = readonly [sql: string, ...values: (string | number | null)[]];

/** In an order that foreign keys allow. */
const OWN_TABLES = [
  "usage_constraints",
  "agents",
  "policies",
  "seats",
  "keys",
  "team_members",
  "teams",
  "members",
  "service_users",
  "gateways",
  "organizations",
];

/** Statements that take an organization out of D1. */
export function removalStatements(id: string): readonly Statement[] {
  return OWN_TABLES.map((table) => [
    `DELETE FROM ${table} WHERE ${table === "organizations" ? "id" : "organization_id"} = ?`,
    id,
  ]);
}

/** Statements that make D1 say what the records say, whatever it said before. */
export function recordStatements(records: Records): readonly Statement[] {
  const id = records.organizationId;
  return [
    ...removalStatements(id),
    ["DELETE FROM model_prices"],
    ["DELETE FROM exchange_rates"],
    ["DELETE FROM platform_versions"],
    [
      "INSERT INTO organizations (id, name, status, settings_json, directory_version, seat_count, seat_monthly_credit_nanos, created_at_ms) VALUES (?, 'Simulated', ?, ?, ?, ?, ?, 0)",
      id,
      records.status,
      JSON.stringify(records.settings),
      records.version,
      records.seats.count,
      String(records.seats.monthlyCreditNanos),
    ],
    [
      "INSERT INTO platform_versions (version, reason, changed_at_ms) VALUES (?, 'simulation', 0)",
      records.platformVersion,
    ],
    ...records.memberIds.map(
      (memberId) =>
        [
          "INSERT INTO members (id, organization_id, email, name, role, created_at_ms) VALUES (?, ?, ?, ?, 'member', 0)",
          memberId,
          id,
          `${memberId}@example.com`,
          memberId,
        ] as const,
    ),
    ...namedRows("service_users", id, records.serviceUserIds),
    ...namedRows("gateways", id, records.gatewayIds),
    ...records.teams.map(
      (team) =>
        [
          "INSERT INTO teams (id, organization_id, name, tags_json, created_at_ms) VALUES (?, ?, ?, ?, 0)",
          team.id,
          id,
          team.id,
          JSON.stringify(team.tags),
        ] as const,
    ),
    ...records.teams.flatMap((team) =>
      team.memberIds.map(
        (memberId) =>
          [
            "INSERT INTO team_members (organization_id, team_id, member_id, role, created_at_ms) VALUES (?, ?, ?, 'member', 0)",
            id,
            team.id,
            memberId,
          ] as const,
      ),
    ),
    ...records.keys.map(
      (key) =>
        [
          `INSERT INTO keys (id, organization_id, type, name, token_sha256, token_hint, member_id, service_user_id, gateway_id,
             team_id, may_assert_identity, capabilities_json, models_json, expires_at_ms, revoked_at_ms, tags_json, created_at_ms)
           VALUES (?, ?, ?, 'key', ?, 'hint', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
          key.id,
          id,
          key.type,
          tokenHash(id, key.token),
          key.memberId,
          key.serviceUserId,
          key.gatewayId,
          key.teamId,
          key.mayAssertIdentity ? 1 : 0,
          JSON.stringify(key.capabilities),
          JSON.stringify(key.models),
          key.expiresAtMs,
          key.revokedAtMs,
          JSON.stringify(key.tags),
        ] as const,
    ),
    ...records.policies.map(({ id: policyId, ...body }) => {
      const name = `Rule ${policyId}`;
      return [
        "INSERT INTO policies (id, organization_id, kind, name, body_json, created_at_ms) VALUES (?, ?, 'access', ?, ?, 0)",
        policyId,
        id,
        name,
        JSON.stringify({ name, ...body }),
      ] as const;
    }),
    ...records.budgets.map(
      (budget) =>
        [
          "INSERT INTO policies (id, organization_id, kind, name, body_json, created_at_ms) VALUES (?, ?, 'budget', ?, ?, 0)",
          budget.id,
          id,
          budget.name,
          JSON.stringify(budgetBody(budget)),
        ] as const,
    ),
    ...records.agents.flatMap(({ id: agentId, status, constraints }): readonly Statement[] => [
      [
        "INSERT INTO agents (id, organization_id, name, status, created_at_ms) VALUES (?, ?, ?, ?, 0)",
        agentId,
        id,
        agentId,
        status,
      ],
      ...constraints.map((constraint): Statement => [
        `INSERT INTO usage_constraints (id, organization_id, agent_id, type, "window", limit_amount, created_at_ms)
             VALUES (?, ?, ?, ?, ?, ?, 0)`,
        constraint.id,
        id,
        agentId,
        constraint.type,
        constraint.window,
        String(constraint.limit),
      ]),
    ]),
    ...records.seats.memberIds.map(
      (memberId, order) =>
        [
          "INSERT INTO seats (member_id, organization_id, created_at_ms) VALUES (?, ?, ?)",
          memberId,
          id,
          order,
        ] as const,
    ),
    ...records.prices.map(
      (price) =>
        [
          `INSERT INTO model_prices (id, provider, model, record_json, effective_from_ms, effective_to_ms, created_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, 0)`,
          price.id,
          price.fields.provider,
          price.fields.model,
          JSON.stringify(price.fields),
          price.fromMs,
          price.toMs,
        ] as const,
    ),
    ...Object.entries(records.exchangeRates).map(
      ([currency, rate]) =>
        ["INSERT INTO exchange_rates (currency, rate, updated_at_ms) VALUES (?, ?, 0)", currency, rate] as const,
    ),
  ];
}

/** As it comes over the wire. */
function budgetBody({ name, scope, windows, hard, override }: BudgetRow): unknown {
  const limits = Object.entries(windows).map(([window, limit]) => [window, decimalText(limit)]);
  return {
    name,
    scope,
    windows: Object.fromEntries(limits),
    hard,
    override:
      override === null
        ? null
        : { amount: decimalText(override.amountNanos), until: new Date(override.untilMs).toISOString() },
  };
}

function decimalText(nanos: bigint): string {
  const digits = String(nanos).padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function namedRows(table: string, organizationId: string, ids: readonly string[]) {
  const sql = `INSERT INTO ${table} (id, organization_id, name, created_at_ms) VALUES (?, ?, ?, 0)`;
  return ids.map((id) => [sql, id, organizationId, id] as const);
}
