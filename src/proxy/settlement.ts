/** How an exchange ended, as the command that settles it. */
import type { SettleCommand } from "../contract/commands.ts";
import type { Attempt, SpendStatus } from "../contract/spend-log.ts";
import { convertUsd } from "../core/exchange.ts";
import { parseRational, type Nanos } from "../core/money.ts";
import { priceUsage } from "../core/pricing.ts";
import type { Price } from "../core/price.ts";
import type { Usage } from "../core/usage.ts";
import type { MeterSnapshot } from "../provider/adapter.ts";
import type { Exchange } from "./exchange.ts";

export interface Ending {
  readonly status: SpendStatus;
  readonly flags?: readonly string[];
  readonly attempts?: readonly Attempt[];
}

/** Nothing was delivered: the whole hold goes back (design: Reservations, release). */
export function notCharged(exchange: Exchange, ending: Ending): SettleCommand {
  const attempts = ending.attempts ?? [];
  return {
    reservationId: exchange.grant.reservationId,
    status: ending.status,
    usage: null,
    usageSource: "none",
    costUsdNanos: null,
    targetId: attempts.at(-1)?.targetId ?? null,
    responseModel: null,
    responseId: null,
    attempts,
    latencyMs: exchange.timing.elapsedMs(),
    upstreamLatencyMs: exchange.timing.phaseMs("upstream"),
    flags: ending.flags ?? [],
  };
}

/**
 * What the meter saw decides the charge: the provider's own usage when it came; else, when something was delivered, the
 * counters that came and counted output, marked as an estimate; else nothing.
 */
export function chargeMetered(exchange: Exchange, snapshot: MeterSnapshot, ending: Ending): SettleCommand {
  const { usage, source } = chargedUsage(snapshot);
  const base = notCharged(exchange, ending);
  return {
    ...base,
    usage,
    usageSource: source,
    costUsdNanos: trustedCost(exchange, snapshot, base.targetId),
    responseModel: snapshot.model,
    responseId: isContinuable(exchange) ? snapshot.responseId : null,
    flags: [...(ending.flags ?? []), ...snapshot.flags],
  };
}

/** What the upstream says that it cost, where its target is believed. Null: it is priced. */
function trustedCost({ grant }: Exchange, { reportedCostNanos }: MeterSnapshot, targetId: string | null): Nanos | null {
  const target = grant.targets.find(({ id }) => id === targetId);
  return target?.trustsUpstreamCost === true ? reportedCostNanos : null;
}

/** Only the Responses endpoint has answers that a later request may name, and only those that it stores. */
function isContinuable({ facts, inspected }: Exchange): boolean {
  return facts.endpoint === "openai.responses" && inspected.store !== false;
}

function chargedUsage(snapshot: MeterSnapshot): { usage: Usage | null; source: SettleCommand["usageSource"] } {
  if (snapshot.usage !== null) return { usage: snapshot.usage, source: "provider" };
  if (snapshot.deliveredOutput) return { usage: snapshot.estimatedUsage, source: "estimated" };
  return { usage: null, source: "none" };
}

/**
 * The cost that the ledger will settle, for the caller's eyes; null when the Worker cannot know it, because the answer names a
 * model other than the granted one. In the wallet's currency.
 */
export function previewCost(exchange: Exchange, snapshot: MeterSnapshot, targetId: string): Nanos | null {
  const { usage } = chargedUsage(snapshot);
  if (usage === null) return 0n;
  const target = exchange.grant.targets.find(({ id }) => id === targetId);
  const price = target?.price ?? null;
  const exchangeRate = parseRational(exchange.grant.exchangeRate);
  const trustedNanos = trustedCost(exchange, snapshot, targetId);
  if (trustedNanos !== null && exchangeRate !== null) return convertUsd(trustedNanos, exchangeRate);
  if (price === null || exchangeRate === null) return null;
  const priced = priceUsage(
    usage,
    (model) => (model === null || target?.declared === true || isNamed(price, model) ? price : null),
    {
      exchangeRate,
    },
  );
  return priced.outcome === "unpriced" || priced.flags.includes("fallback_model") ? null : priced.totalNanos;
}

function isNamed(price: Price, model: string): boolean {
  return price.model === model || price.aliases.includes(model);
}
