/** Builds spend log rows: one per request, whatever became of it (contract: Names on the wire). */
import type { Attribution, PlannedTarget, SettleCommand } from "../../src/contract/commands.ts";
import type { Attempt, SpendLogRow } from "../../src/contract/spend-log.ts";
import { MAX_MODEL_NAME_LENGTH } from "../../src/core/access.ts";
import type { Endpoint } from "../../src/core/endpoint.ts";
import { findExchangeRate } from "../../src/core/exchange.ts";
import type { Nanos } from "../../src/core/money.ts";
import type { CostPart } from "../../src/core/pricing.ts";
import type { TokenBuckets, Usage } from "../../src/core/usage.ts";
import type { ZdrMode } from "../../src/core/zdr.ts";
import type { CommandContext } from "./context.ts";
import { mayKeepModel } from "./model-resource.ts";
import type { Reservation } from "./store/reservations.ts";

/** Columns that only an end with a delivered answer fills. */
const NOTHING_USED = {
  input_tokens: null,
  cached_input_tokens: null,
  cache_write_tokens: null,
  output_tokens: null,
  reasoning_tokens: null,
  total_tokens: null,
  input_cost_nanos: "0",
  cached_input_cost_nanos: "0",
  cache_write_cost_nanos: "0",
  output_cost_nanos: "0",
  fees_cost_nanos: "0",
  total_cost_nanos: "0",
  pricing_source: null,
  usage_source: "none",
  latency_ms: null,
  upstream_latency_ms: null,
  attempts: [],
  estimated_avoided_cost_nanos: "0",
} satisfies Partial<SpendLogRow>;

export interface RefusedRequest {
  readonly requestId: string;
  readonly reservationId: string;
  readonly attribution: Attribution;
  readonly endpoint: Endpoint;
  readonly requestedModel: string;
  readonly zdrMode: ZdrMode;
  readonly streamed: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** The failure's kind first. */
  readonly flags: readonly string[];
}

/** A refusal of an authenticated caller: nothing was held and nothing was used. A repeat has the same id. */
export function refusedRow(context: CommandContext, request: RefusedRequest): SpendLogRow {
  const { settings, exchangeRates } = context.directory;
  const exchange = findExchangeRate(exchangeRates, settings.currency);
  return {
    ...NOTHING_USED,
    ...attributionColumns(request.attribution),
    id: `${logId(request.reservationId)}_refused`,
    organization_id: context.store.organizationId,
    request_id: request.requestId,
    created_at_ms: context.nowMs,
    status: "refused",
    provider: null,
    model: null,
    requested_model: mayKeepModel(context, request.zdrMode, request.requestedModel)
      ? request.requestedModel.slice(0, MAX_MODEL_NAME_LENGTH)
      : "",
    requested_provider: null,
    provider_target_id: null,
    endpoint: request.endpoint,
    streamed: request.streamed,
    metadata: { ...request.metadata },
    currency: settings.currency,
    exchange_rate: exchange.ok ? exchange.value.text : "",
    wallet_id: null,
    wallet_scope: null,
    reservation_id: null,
    held_amount_nanos: "0",
    flags: [...request.flags],
  };
}

/** How a reserved request ended, as far as its log is concerned. */
export type Outcome = Pick<
  SettleCommand,
  "status" | "usage" | "usageSource" | "targetId" | "responseModel" | "latencyMs" | "upstreamLatencyMs"
> & { readonly attempts: readonly Attempt[] };

export interface Charge {
  readonly totalNanos: Nanos;
  /** Empty when the cost was given as one number. */
  readonly parts: readonly CostPart[];
  readonly pricingSource: SpendLogRow["pricing_source"];
  readonly flags: readonly string[];
  /** What an answer from the cache would have cost. */
  readonly avoidedNanos?: Nanos;
}

/** The row of a reservation that ended. */
export function endedRow(
  organizationId: string,
  reservation: Reservation,
  outcome: Outcome,
  charge: Charge,
): SpendLogRow {
  const { plan } = reservation;
  const answered = plan.grant.targets.find((target) => target.id === outcome.targetId) ?? null;
  return {
    ...attributionColumns(plan.grant.attribution),
    ...usageColumns(outcome.usage),
    ...costColumns(charge),
    id: logId(reservation.id),
    organization_id: organizationId,
    request_id: reservation.requestId,
    created_at_ms: reservation.createdAtMs,
    status: outcome.status,
    provider: answered?.provider ?? reservation.provider,
    model: outcome.responseModel ?? modelOf(answered) ?? reservation.model,
    requested_model: plan.requestedModel,
    requested_provider: null,
    provider_target_id: outcome.targetId,
    endpoint: plan.endpoint,
    streamed: plan.streamed,
    metadata: { ...plan.metadata },
    currency: reservation.currency,
    exchange_rate: reservation.exchangeRate,
    usage_source: outcome.usageSource,
    wallet_id: reservation.walletId,
    wallet_scope: reservation.walletScope,
    reservation_id: reservation.id,
    held_amount_nanos: reservation.heldNanos.toString(),
    latency_ms: wholeMs(outcome.latencyMs),
    upstream_latency_ms: wholeMs(outcome.upstreamLatencyMs),
    attempts: outcome.attempts.map((attempt) => ({
      target_id: attempt.targetId,
      provider: attempt.provider,
      model: attempt.model,
      status: attempt.status,
      latency_ms: Math.round(attempt.latencyMs),
      error: attempt.error,
    })),
    estimated_avoided_cost_nanos: (charge.avoidedNanos ?? 0n).toString(),
    flags: [...new Set(charge.flags)],
  };
}

/** The price book's name of the model, or what a target with a price of its own calls it. */
function modelOf(target: PlannedTarget | null): string | null {
  if (target === null) return null;
  return target.declared === true ? target.model : (target.price?.model ?? target.model);
}

const COST_COLUMNS = [
  "input_cost_nanos",
  "cached_input_cost_nanos",
  "cache_write_cost_nanos",
  "output_cost_nanos",
  "fees_cost_nanos",
  "total_cost_nanos",
] as const;

const TOKEN_COLUMNS = [
  "input_tokens",
  "cached_input_tokens",
  "cache_write_tokens",
  "output_tokens",
  "reasoning_tokens",
  "total_tokens",
] as const;

/**
 * The row of a settlement that came after expiry. The expiry's own row is out already, so this one carries the difference:
 * together they say what the request cost.
 */
export function lateRow(whole: SpendLogRow, expired: SpendLogRow): SpendLogRow {
  const row = { ...whole, id: `${whole.id}_late` };
  for (const column of COST_COLUMNS) row[column] = (BigInt(whole[column]) - BigInt(expired[column])).toString();
  for (const column of TOKEN_COLUMNS) {
    const tokens = whole[column];
    row[column] = tokens === null ? null : Math.max(0, tokens - (expired[column] ?? 0));
  }
  return row;
}

/** The row of a request whose model may not be named: what is left is the name that the provider's answer has. */
export function withoutRequestedModel(
  row: SpendLogRow,
  { responseModel }: Pick<Outcome, "responseModel">,
): SpendLogRow {
  return { ...row, model: responseModel, requested_model: "" };
}

/** The row of an end that posted nothing: its tokens are what was used, its costs what an expiry had posted before. */
export function unpostedRow(whole: SpendLogRow, expired: SpendLogRow | null): SpendLogRow {
  const row = { ...whole };
  for (const column of COST_COLUMNS) row[column] = expired === null ? "0" : expired[column];
  return row;
}

/** Timers measure in fractions; the log has whole milliseconds. */
function wholeMs(durationMs: number | null): number | null {
  return durationMs === null ? null : Math.round(durationMs);
}

function logId(reservationId: string): string {
  return `log_${reservationId.replace(/^res_/, "")}`;
}

function attributionColumns(attribution: Attribution) {
  return {
    key_id: attribution.keyId,
    gateway_id: attribution.gatewayId,
    user_id: attribution.userId,
    team_id: attribution.teamId,
    service_user_id: attribution.serviceUserId,
    agent_id: attribution.agentId,
    agent_run_id: attribution.agentRunId,
  };
}

function usageColumns(usage: Usage | null) {
  if (usage === null) {
    const { input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens } =
      NOTHING_USED;
    return { input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens };
  }
  const count = (classes: readonly (keyof TokenBuckets)[]): number =>
    usage.passes.reduce((sum, pass) => classes.reduce((part, name) => part + pass.tokens[name], sum), 0);
  const input = count(["input", "audioInput"]);
  const cachedInput = count(["cachedInput"]);
  const cacheWrite = count(["cacheWrite5m", "cacheWrite1h", "cacheWrite30m", "cacheWrite12h"]);
  const output = count(["output", "audioOutput"]);
  return {
    input_tokens: input,
    cached_input_tokens: cachedInput,
    cache_write_tokens: cacheWrite,
    output_tokens: output,
    reasoning_tokens: usage.reasoningTokens,
    total_tokens: input + cachedInput + cacheWrite + output,
  };
}

const COST_COLUMN_OF: Readonly<Record<CostPart["kind"], (typeof COST_COLUMNS)[number]>> = {
  input: "input_cost_nanos",
  audioInput: "input_cost_nanos",
  cachedInput: "cached_input_cost_nanos",
  cacheWrite5m: "cache_write_cost_nanos",
  cacheWrite1h: "cache_write_cost_nanos",
  cacheWrite30m: "cache_write_cost_nanos",
  cacheWrite12h: "cache_write_cost_nanos",
  output: "output_cost_nanos",
  audioOutput: "output_cost_nanos",
  webSearch: "fees_cost_nanos",
  fileSearch: "fees_cost_nanos",
  codeInterpreter: "fees_cost_nanos",
};

function costColumns(charge: Charge) {
  const sumOf = (column: (typeof COST_COLUMNS)[number]): string =>
    charge.parts
      .filter((part) => COST_COLUMN_OF[part.kind] === column)
      .reduce((sum, part) => sum + part.costNanos, 0n)
      .toString();
  return {
    input_cost_nanos: sumOf("input_cost_nanos"),
    cached_input_cost_nanos: sumOf("cached_input_cost_nanos"),
    cache_write_cost_nanos: sumOf("cache_write_cost_nanos"),
    output_cost_nanos: sumOf("output_cost_nanos"),
    fees_cost_nanos: sumOf("fees_cost_nanos"),
    total_cost_nanos: charge.totalNanos.toString(),
    pricing_source: charge.pricingSource,
  };
}
