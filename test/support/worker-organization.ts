/** Organizations with records in D1, for tests that talk to the real object. */
import { env } from "cloudflare:workers";
import type { z } from "zod";
import type { newAccessPolicySchema } from "../../src/contract/access-policy.ts";
import type {
  AssertedIdentity,
  AuthorizeCommand,
  AuthorizeReply,
  Grant,
  SettleCommand,
} from "../../src/contract/commands.ts";
import type { AgentStatus, UsageConstraint } from "../../src/core/agent-constraint.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import type { TransferCommand } from "../../src/contract/organization-rpc.ts";
import type { Organization } from "../../durable-objects/organization/organization.ts";
import type { Failure } from "../../src/core/failure.ts";
import { NO_IDENTITY } from "../../src/core/attribution.ts";
import type { RequestFacts } from "../../src/core/request-facts.ts";
import { EMPTY_BUCKETS, NO_CALLS } from "../../src/core/usage.ts";
import type { Usage } from "../../src/core/usage.ts";

let made = 0;

/** Numbers that differ within a test file and look like our ids. */
export function nextId(prefix: string): string {
  made += 1;
  return `${prefix}_${String(made).padStart(6, "0")}`;
}

/** 1 USD per million input tokens and 10 per million output tokens: see `factsFor` for what a request holds. */
export const MODEL = "test-model";
export const FREE_MODEL = "test-free";

const RECORDS = [
  { model: MODEL, aliases: ["test-alias"], input_price_per_million: "1.00", output_price_per_million: "10.00" },
  { model: FREE_MODEL, input_price_per_million: "0.00", output_price_per_million: "0.00", free: true },
].map((record) => ({
  ...record,
  provider: "openai",
  max_output_tokens: 4_096,
  context_window: 100_000,
  endpoints: ["openai.chat", "openai.responses"],
}));

export interface Member {
  readonly id: string;
  readonly name: string;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly memberIds: readonly string[];
}

export interface TestAgent {
  readonly id: string;
  readonly status?: AgentStatus;
  readonly constraints?: readonly UsageConstraint[];
}

export interface TestOrganization {
  readonly id: string;
  readonly stub: DurableObjectStub<Organization>;
}

/** Writes the records of an organization; keys take the first fields that matter to the test. */
export async function createOrganization(records: {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly status?: "active" | "suspended";
  readonly members?: readonly Member[];
  readonly serviceUsers?: readonly string[];
  readonly teams?: readonly Team[];
  /** Without them everybody may use everything. */
  readonly accessPolicies?: readonly z.input<typeof newAccessPolicySchema>[];
  readonly agents?: readonly TestAgent[];
  readonly keys?: readonly (Partial<Omit<KeyRecord, "tokenSha256">> & { readonly token: string })[];
}): Promise<TestOrganization> {
  const id = nextId("org");
  const db = env.CONTROL_DB;
  const statements = [
    db
      .prepare("INSERT INTO organizations (id, name, status, settings_json, created_at_ms) VALUES (?, ?, ?, ?, 0)")
      .bind(id, `Name of ${id}`, records.status ?? "active", JSON.stringify(records.settings ?? {})),
    ...(records.members ?? []).map((member) =>
      db
        .prepare(
          "INSERT INTO members (id, organization_id, email, name, role, created_at_ms) VALUES (?, ?, ?, ?, 'member', 0)",
        )
        .bind(member.id, id, `${member.id}@example.com`, member.name),
    ),
    ...(records.serviceUsers ?? []).map((serviceUserId) =>
      db
        .prepare("INSERT INTO service_users (id, organization_id, name, created_at_ms) VALUES (?1, ?2, ?1, 0)")
        .bind(serviceUserId, id),
    ),
    ...(records.teams ?? []).flatMap((team) => [
      db
        .prepare("INSERT INTO teams (id, organization_id, name, created_at_ms) VALUES (?, ?, ?, 0)")
        .bind(team.id, id, team.name),
      ...team.memberIds.map((memberId) =>
        db
          .prepare(
            "INSERT INTO team_members (organization_id, team_id, member_id, role, created_at_ms) VALUES (?, ?, ?, 'member', 0)",
          )
          .bind(id, team.id, memberId),
      ),
    ]),
    ...(records.accessPolicies ?? [ALLOW_EVERYTHING]).map((policy) =>
      db
        .prepare(
          "INSERT INTO policies (id, organization_id, kind, name, body_json, created_at_ms) VALUES (?, ?, 'access', ?, ?, 0)",
        )
        .bind(nextId("pol"), id, policy.name, JSON.stringify(policy)),
    ),
    ...(records.agents ?? []).flatMap((agent) => agentStatements(id, agent)),
    ...(records.keys ?? []).map((key) =>
      db
        .prepare(
          `INSERT INTO keys (id, organization_id, type, name, token_sha256, token_hint, member_id, service_user_id, team_id,
             may_assert_identity, capabilities_json, models_json, expires_at_ms, revoked_at_ms, created_at_ms)
           VALUES (?, ?, ?, 'key', ?, 'hint', ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
        )
        .bind(
          key.id ?? nextId("key"),
          id,
          key.type ?? "gateway",
          tokenHash(id, key.token),
          key.memberId ?? null,
          key.serviceUserId ?? null,
          key.teamId ?? null,
          key.mayAssertIdentity === true ? 1 : 0,
          JSON.stringify(key.capabilities ?? []),
          JSON.stringify(key.models ?? []),
          key.expiresAtMs ?? null,
          key.revokedAtMs ?? null,
        ),
    ),
  ];
  await db.batch([...priceStatements(), ...statements]);
  return { id, stub: stubOf(id) };
}

const ALLOW_EVERYTHING = { name: "everything", effect: "allow", resources: { models: ["*"] } } as const;

function agentStatements(organizationId: string, agent: TestAgent): D1PreparedStatement[] {
  const insertAgent = env.CONTROL_DB.prepare(
    "INSERT INTO agents (id, organization_id, name, status, created_at_ms) VALUES (?, ?, ?, ?, 0)",
  ).bind(agent.id, organizationId, `Name of ${agent.id}`, agent.status ?? "active");
  const insertConstraint = (constraint: UsageConstraint): D1PreparedStatement =>
    env.CONTROL_DB.prepare(
      `INSERT INTO usage_constraints (id, organization_id, agent_id, type, "window", limit_amount, created_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, 0)`,
    ).bind(constraint.id, organizationId, agent.id, constraint.type, constraint.window, constraint.limit.toString());
  return [insertAgent, ...(agent.constraints ?? []).map(insertConstraint)];
}

/** Saves a change of records as the control plane would: the object decides by them from now on. */
export async function changeRecords(organization: TestOrganization, sql: string, ...values: unknown[]): Promise<void> {
  await env.CONTROL_DB.batch([
    env.CONTROL_DB.prepare("UPDATE organizations SET directory_version = directory_version + 1 WHERE id = ?").bind(
      organization.id,
    ),
    env.CONTROL_DB.prepare(sql).bind(...values),
  ]);
  await organization.stub.refreshDirectory();
}

function priceStatements(): D1PreparedStatement[] {
  return RECORDS.map((record) =>
    env.CONTROL_DB.prepare(
      "INSERT INTO model_prices (id, provider, model, record_json, created_at_ms) VALUES (?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
    ).bind(`price_${record.model}`, record.provider, record.model, JSON.stringify(record)),
  );
}

export function stubOf(organizationId: string): DurableObjectStub<Organization> {
  const namespace: DurableObjectNamespace<Organization> = env.ORGANIZATION;
  return namespace.getByName(organizationId);
}

/** A plausible SHA-256, different for each organization and token. */
export function tokenHash(organizationId: string, token: string): string {
  const bytes = Array.from(`${organizationId}:${token}`, (character) => character.charCodeAt(0).toString(16));
  return bytes.join("").padEnd(64, "0").slice(0, 64);
}

/** What one request of `factsFor()` holds: (1,000 × 1 + 100 × 10) per million USD, and 20 % more. */
export const HOLD_NANOS = 2_400_000n;

export function factsFor(rest: Partial<RequestFacts> & { readonly tokens?: number } = {}): RequestFacts {
  const { tokens = 1_000, ...others } = rest;
  return {
    endpoint: "openai.chat",
    model: MODEL,
    streamed: false,
    inputTokens: { o200k: tokens, claude: tokens, "claude-4-7": tokens },
    outputCapTokens: 100,
    choices: 1,
    requestedTier: "standard",
    cacheWrite: "none",
    regional: false,
    calls: NO_CALLS,
    previousResponseId: null,
    ...others,
  };
}

export function authorizeCommand(
  organization: TestOrganization,
  token: string,
  rest: Partial<Omit<AuthorizeCommand, "asserted">> & { readonly asserted?: Partial<AssertedIdentity> } = {},
): AuthorizeCommand {
  return {
    requestId: nextId("req"),
    reservationId: nextId("res"),
    credential: { tokenSha256: tokenHash(organization.id, token) },
    facts: factsFor(),
    requestSha256: "a".repeat(64),
    ticketId: null,
    clamp: false,
    zdrMode: "off",
    store: null,
    forwardedElsewhere: false,
    metadata: {},
    ...rest,
    asserted: { ...NO_IDENTITY, ...rest.asserted },
  };
}

export function usageOf(input: number, output: number, rest: Partial<Usage> = {}): Usage {
  return {
    passes: [{ model: MODEL, tokens: { ...EMPTY_BUCKETS, input, output } }],
    tier: "standard",
    regional: false,
    calls: NO_CALLS,
    reasoningTokens: 0,
    flags: [],
    ...rest,
  };
}

export function settleCommand(reservationId: string, rest: Partial<SettleCommand> = {}): SettleCommand {
  return {
    reservationId,
    status: "completed",
    usage: usageOf(1_000, 100),
    usageSource: "provider",
    costUsdNanos: null,
    targetId: "managed-openai",
    responseModel: MODEL,
    responseId: null,
    attempts: [],
    latencyMs: 12,
    upstreamLatencyMs: 10,
    flags: [],
    ...rest,
  };
}

export function releaseCommand(reservationId: string): SettleCommand {
  return settleCommand(reservationId, {
    status: "upstream_error",
    usage: null,
    usageSource: "none",
    responseModel: null,
  });
}

export function transferCommand(
  rest: Partial<TransferCommand> & Pick<TransferCommand, "amountNanos">,
): TransferCommand {
  return {
    commandId: nextId("cmd"),
    type: "credit",
    target: { walletId: null, teamId: null, userId: null },
    currency: "USD",
    note: null,
    actor: "platform_admin",
    ...rest,
  };
}

/** Throws when the request was refused. */
export function granted(reply: AuthorizeReply): Grant {
  if (reply.outcome === "refused") throw new Error(`refused: ${reply.failure.kind}`);
  return reply.grant;
}

/** The failure of a refusal; throws when there is none. */
export function failureOf(reply: { readonly outcome: string; readonly failure?: Failure }): Failure {
  if (reply.failure === undefined) throw new Error(`not refused: ${reply.outcome}`);
  return reply.failure;
}
