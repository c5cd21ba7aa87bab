/** What a request may use, and what must be held for it: the decision that `authorize` and `estimate` share. */
import type { Attribution, PlannedTarget } from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import { providerOf, resolveModel } from "../../src/core/access.ts";
import { bestFunded } from "../../src/core/cascade.ts";
import type { Endpoint } from "../../src/core/endpoint.ts";
import { findExchangeRate } from "../../src/core/exchange.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import type { Nanos } from "../../src/core/money.ts";
import { findPrice } from "../../src/core/price-book.ts";
import type { Price } from "../../src/core/price.ts";
import { affordableOutputTokens, planOutputCap } from "../../src/core/quote.ts";
import type { RequestFacts } from "../../src/core/request-facts.ts";
import { availableNanos } from "../../src/core/wallet.ts";
import type { CommandContext } from "./context.ts";
import { cascadeOf } from "./principal.ts";

/** How the money stands for a request. Amounts are in the organization's currency. */
export type MoneyPlan =
  /** Free, or without a price where the organization allows that: nothing is held. */
  | { readonly outcome: "nothing_to_hold"; readonly outputCapTokens: number | null }
  | {
      readonly outcome: "covered" | "short";
      readonly holdNanos: Nanos;
      /** The cap to write into the body; null: the body keeps what it has. */
      readonly outputCapTokens: number | null;
      readonly clamped: boolean;
      /** Per choice, with what the best funded source has. */
      countAffordableOutputTokens(): number;
    };

export interface RequestPlan {
  readonly target: PlannedTarget;
  /** With the context of a continued response counted in. */
  readonly facts: RequestFacts;
  readonly exchangeRate: string;
  readonly money: MoneyPlan;
}

/** The target of a model that no configuration names: the provider's own address and the deployment's credential. */
export function planTarget(
  context: CommandContext,
  key: KeyRecord,
  endpoint: Endpoint,
  model: string,
): Result<PlannedTarget> {
  const { index, directory, nowMs } = context;
  const provider = providerOf(endpoint);
  const resolved = resolveModel({
    key,
    endpoint,
    model,
    price: findPrice(index.priceBook, { model, provider, atMs: nowMs }),
    everPriced: (index.priceBook.candidatesByName.get(model) ?? []).some((price) => price.provider === provider),
    allowUnpriced: directory.settings.allowUnpriced,
  });
  if (!resolved.ok) return resolved;
  return ok({ id: `managed-${provider}`, provider, baseUrl: null, model, price: resolved.value });
}

/** Model, access, continued response, exchange rate and hold, in this order (contract: Order of checks). */
export function planRequest(
  context: CommandContext,
  key: KeyRecord,
  attribution: Attribution,
  request: { readonly facts: RequestFacts; readonly clamp: boolean },
): Result<RequestPlan> {
  const planned = planTarget(context, key, request.facts.endpoint, request.facts.model);
  if (!planned.ok) return planned;
  const target = planned.value;
  const continued = countContinuedResponse(context, request.facts);
  if (!continued.ok) return continued;
  const facts = continued.value;
  const { directory } = context;
  const exchange = findExchangeRate(directory.exchangeRates, directory.settings.currency);
  if (!exchange.ok) return exchange;
  const exchangeRate = exchange.value.text;
  if (target.price === null || target.price.free) {
    return ok({ target, facts, exchangeRate, money: { outcome: "nothing_to_hold", outputCapTokens: null } });
  }
  const best = bestFunded(cascadeOf(context, attribution));
  const quoteRequest = {
    price: target.price,
    facts,
    bufferBasisPoints: directory.settings.reserveBufferBasisPoints,
    exchangeRate: exchange.value.rate,
  };
  const available = best === null ? 0n : availableNanos(best);
  const plan = planOutputCap({
    ...quoteRequest,
    settings: directory.settings,
    clampRequested: request.clamp,
    availableNanos: available,
  });
  return ok({
    target,
    facts,
    exchangeRate,
    money: {
      outcome: plan.outcome,
      holdNanos: plan.quote.holdNanos,
      outputCapTokens: plan.sendCapTokens,
      clamped: plan.outcome === "covered" && plan.clamped,
      countAffordableOutputTokens: () => affordableOutputTokens({ ...quoteRequest, amountNanos: available }),
    },
  });
}

/** A continued response is billed as input again; one of another organization does not exist (contract: Model traffic). */
function countContinuedResponse(context: CommandContext, facts: RequestFacts): Result<RequestFacts> {
  if (facts.previousResponseId === null) return ok(facts);
  const tokens = context.store.responses.totalTokens(facts.previousResponseId);
  if (tokens === null) return fail({ kind: "not_found", what: "response" });
  const { inputTokens } = facts;
  return ok({
    ...facts,
    inputTokens: {
      o200k: inputTokens.o200k + tokens,
      claude: inputTokens.claude + tokens,
      "claude-4-7": inputTokens["claude-4-7"] + tokens,
    },
  });
}

/** Prices as of the instant of the request: by the provider's name of the model, and the requested one's for null. */
export function pricesAt(
  context: CommandContext,
  target: PlannedTarget,
  atMs: number,
): (model: string | null) => Price | null {
  const { price, provider } = target;
  return (model) => {
    if (model === null || (price !== null && (price.model === model || price.aliases.includes(model)))) return price;
    return findPrice(context.index.priceBook, { model, provider, atMs });
  };
}
