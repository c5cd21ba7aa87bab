/** The spend log rows that must come: one for each request, whatever became of it. */
import type { Attribution, SettleCommand } from "../../../src/contract/commands.ts";
import type { Usage } from "../../../src/core/usage.ts";
import { AnyOrder, Between, WalletId } from "./expectation.ts";
import { heldFor } from "./state.ts";
import type { AuditReservation } from "./state.ts";
import { COLUMNS } from "./tariff.ts";
import type { Column } from "./tariff.ts";

export interface Charge {
  readonly totalNanos: bigint;
  readonly columns: Readonly<Record<Column, readonly [bigint, bigint]>>;
  /** A cost that was given as one number has no parts. */
  readonly hasParts: boolean;
  readonly source: string | null;
  readonly flags: readonly string[];
}

export const NO_COLUMNS: Charge["columns"] = {
  input: [0n, 0n],
  cached_input: [0n, 0n],
  cache_write: [0n, 0n],
  output: [0n, 0n],
  fees: [0n, 0n],
};

export interface ExpectedRow {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly costs: Readonly<Record<Column, Between>>;
  readonly totalNanos: bigint;
  /** The parts must sum to the total. */
  readonly sumsUp: boolean;
  readonly tokens: Readonly<Record<string, number | null>>;
}

export type Outcome = Pick<SettleCommand, "status" | "usage" | "usageSource" | "targetId" | "responseModel">;

export function refusedRow(request: {
  readonly requestId: string;
  readonly reservationId: string;
  readonly attribution: Attribution;
  readonly endpoint: string;
  readonly model: string;
  readonly streamed: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly currency: string;
  readonly exchangeRate: string | null;
  readonly flags: readonly string[];
  readonly nowMs: number;
}): ExpectedRow {
  return {
    fields: {
      id: `${logId(request.reservationId)}_refused`,
      request_id: request.requestId,
      created_at_ms: request.nowMs,
      status: "refused",
      provider: null,
      model: null,
      requested_model: request.model.slice(0, 256),
      provider_target_id: null,
      endpoint: request.endpoint,
      streamed: request.streamed,
      metadata: request.metadata,
      ...whoFields(request.attribution),
      currency: request.currency,
      exchange_rate: request.exchangeRate ?? "",
      pricing_source: null,
      usage_source: "none",
      wallet_id: null,
      wallet_scope: null,
      reservation_id: null,
      held_amount_nanos: "0",
      flags: new AnyOrder(request.flags),
    },
    costs: costsOf(NO_COLUMNS),
    totalNanos: 0n,
    sumsUp: true,
    tokens: tokensOf(null),
  };
}

/** `priced` names the model that the target's price is listed under. */
export function endedRow(
  reservation: AuditReservation,
  outcome: Outcome,
  charge: Charge,
  flags: readonly string[],
): ExpectedRow {
  const answered = outcome.targetId === `managed-${reservation.provider}`;
  const named = answered ? (reservation.price?.fields.model ?? null) : null;
  return {
    fields: {
      id: logId(reservation.id),
      request_id: reservation.requestId,
      created_at_ms: reservation.createdAtMs,
      status: outcome.status,
      provider: reservation.provider,
      model: outcome.responseModel ?? named ?? reservation.requestedModel,
      requested_model: reservation.requestedModel,
      provider_target_id: outcome.targetId,
      endpoint: reservation.endpoint,
      streamed: reservation.streamed,
      metadata: reservation.metadata,
      ...whoFields(reservation.attribution),
      currency: reservation.currency,
      exchange_rate: reservation.exchangeRate,
      pricing_source: charge.source,
      usage_source: outcome.usageSource,
      wallet_id: reservation.wallet === null ? null : new WalletId(reservation.wallet.name),
      wallet_scope: reservation.wallet?.scope ?? null,
      reservation_id: reservation.id,
      held_amount_nanos: String(heldFor(reservation)),
      flags: new AnyOrder([...new Set(flags)]),
    },
    costs: costsOf(charge.columns),
    totalNanos: charge.totalNanos,
    sumsUp: charge.hasParts,
    tokens: tokensOf(outcome.usage),
  };
}

/** Nothing was posted: the costs are what an expiry had posted before. */
export function unpostedRow(row: ExpectedRow, expired: ExpectedRow | null): ExpectedRow {
  return {
    ...row,
    costs: expired === null ? costsOf(NO_COLUMNS) : expired.costs,
    totalNanos: expired?.totalNanos ?? 0n,
    sumsUp: expired?.sumsUp ?? true,
  };
}

/** The second row of a request: what the first one did not say yet. */
export function lateRow(row: ExpectedRow, expired: ExpectedRow): ExpectedRow {
  const costs = { ...row.costs };
  for (const column of COLUMNS) {
    const { least, most } = row.costs[column];
    const former = expired.costs[column];
    costs[column] = row.costs[column] === former ? new Between(0n, 0n) : new Between(least, most, former);
  }
  const tokens = { ...row.tokens };
  for (const [name, count] of Object.entries(row.tokens)) {
    tokens[name] = count === null ? null : Math.max(0, count - (expired.tokens[name] ?? 0));
  }
  return {
    fields: { ...row.fields, id: `${String(row.fields["id"])}_late` },
    costs,
    tokens,
    totalNanos: row.totalNanos - expired.totalNanos,
    sumsUp: row.sumsUp && expired.sumsUp,
  };
}

/** The members of the row as it is on the wire. */
export function wireRow({ fields, costs, totalNanos, tokens }: ExpectedRow): Readonly<Record<string, unknown>> {
  const columns = Object.fromEntries(COLUMNS.map((column) => [`${column}_cost_nanos`, costs[column]]));
  return { ...fields, ...columns, ...tokens, total_cost_nanos: String(totalNanos) };
}

/** Whether the parts that came sum to the total. */
export function addsUp({ costs, totalNanos, sumsUp }: ExpectedRow): boolean {
  let sum = 0n;
  for (const column of COLUMNS) sum += costs[column].seen ?? 0n;
  return !sumsUp || sum === totalNanos;
}

function costsOf(columns: Charge["columns"]): ExpectedRow["costs"] {
  const between = (column: Column): Between => new Between(columns[column][0], columns[column][1]);
  return {
    input: between("input"),
    cached_input: between("cached_input"),
    cache_write: between("cache_write"),
    output: between("output"),
    fees: between("fees"),
  };
}

function tokensOf(usage: Usage | null): ExpectedRow["tokens"] {
  let input = 0;
  let cached = 0;
  let written = 0;
  let output = 0;
  for (const { tokens } of usage?.passes ?? []) {
    input += tokens.input + tokens.audioInput;
    cached += tokens.cachedInput;
    written += tokens.cacheWrite5m + tokens.cacheWrite1h + tokens.cacheWrite30m + tokens.cacheWrite12h;
    output += tokens.output + tokens.audioOutput;
  }
  const counted = (count: number): number | null => (usage === null ? null : count);
  return {
    input_tokens: counted(input),
    cached_input_tokens: counted(cached),
    cache_write_tokens: counted(written),
    output_tokens: counted(output),
    reasoning_tokens: usage === null ? null : usage.reasoningTokens,
    total_tokens: counted(input + cached + written + output),
  };
}

function whoFields(who: Attribution) {
  return {
    key_id: who.keyId,
    gateway_id: who.gatewayId,
    user_id: who.userId,
    team_id: who.teamId,
    service_user_id: who.serviceUserId,
    agent_id: who.agentId,
    agent_run_id: who.agentRunId,
  };
}

function logId(reservationId: string): string {
  return reservationId.replace("res_", "log_");
}
