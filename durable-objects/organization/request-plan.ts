/** What a request may use, and what must be held for it: the decision that `authorize` and `estimate` share. */
import type { Attribution, AuthorizeCommand, PlannedTarget } from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import type { MatchedPolicy } from "../../src/core/access-policy.ts";
import { bestFunded } from "../../src/core/cascade.ts";
import { findExchangeRate } from "../../src/core/exchange.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import type { Use } from "../../src/core/limit-counter.ts";
import type { Nanos } from "../../src/core/money.ts";
import { findPrice } from "../../src/core/price-book.ts";
import type { Price } from "../../src/core/price.ts";
import { planPolicyCap } from "../../src/core/policy-cap.ts";
import type { PolicyCap } from "../../src/core/policy-cap.ts";
import { affordableOutputTokens, largestUse, planOutputCap } from "../../src/core/quote.ts";
import type { RequestFacts } from "../../src/core/request-facts.ts";
import { availableNanos } from "../../src/core/wallet.ts";
import { findRetention, strictestZdr } from "../../src/core/zdr.ts";
import type { ZdrMode } from "../../src/core/zdr.ts";
import type { PlanContext } from "./context.ts";
import { limitsOf } from "./limits.ts";
import { permitModel } from "./model-access.ts";
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
  /** The access policies that allow it. */
  readonly matched: readonly MatchedPolicy[];
  /** The most that it can use. */
  readonly use: Use;
}

/** Run, model, access, continued response, exchange rate and hold, in this order (contract: Order of checks). */
export function planRequest(
  context: PlanContext,
  key: KeyRecord,
  attribution: Attribution,
  request: Pick<AuthorizeCommand, "facts" | "clamp" | "zdrMode" | "store">,
): Result<RequestPlan> {
  const zdrMode = zdrModeOf(context, attribution, request.zdrMode);
  const { previousResponseId } = request.facts;
  const retention = findRetention(zdrMode, { store: request.store, previousResponseId });
  if (retention !== null) return fail(retention);
  const counted = limitsOf(context, attribution);
  if (!counted.ok) return counted;
  const permitted = permitModel(context, key, attribution, request.facts.endpoint, request.facts.model);
  if (!permitted.ok) return permitted;
  const { target, limits, matched } = permitted.value;
  const continued = countContinuedResponse(context, request.facts);
  if (!continued.ok) return continued;
  const { directory } = context;
  const { settings } = directory;
  const exchange = findExchangeRate(directory.exchangeRates, settings.currency);
  if (!exchange.ok) return exchange;
  const exchangeRate = exchange.value.text;
  const clamp = request.clamp || settings.clamp;
  const { price } = target;
  if (price === null || price.free) {
    const capped = planPolicyCap(continued.value, limits, clamp, null);
    if (!capped.ok) return capped;
    const outputCapTokens = bindingCap(continued.value, capped.value);
    const money = { outcome: "nothing_to_hold", outputCapTokens } as const;
    const tokens = largestUse(price, continued.value, outputCapTokens);
    const use = { credits: 0n, tokens: BigInt(tokens), requests: 1n };
    return ok({ target, facts: continued.value, exchangeRate, money, use, matched });
  }
  const quoteRequest = { price, facts: continued.value, exchangeRate: exchange.value.rate };
  const capped = planPolicyCap(continued.value, limits, clamp, (amountNanos) =>
    affordableOutputTokens({ ...quoteRequest, bufferBasisPoints: 0, amountNanos }),
  );
  if (!capped.ok) return capped;
  const { limitTokens, lowered } = capped.value;
  const facts = lowered ? { ...continued.value, outputCapTokens: limitTokens } : continued.value;
  const best = bestFunded(cascadeOf(context, attribution));
  const availableAmountNanos = best === null ? 0n : availableNanos(best);
  const held = { ...quoteRequest, facts, bufferBasisPoints: settings.reserveBufferBasisPoints };
  const plan = planOutputCap({
    ...held,
    settings,
    clampRequested: request.clamp,
    availableNanos: availableAmountNanos,
    policyLimitTokens: limitTokens,
  });
  const { holdNanos, inputTokens, outputCapTokens } = plan.quote;
  return ok({
    target,
    facts,
    exchangeRate,
    matched,
    use: { credits: holdNanos, tokens: BigInt(inputTokens + outputCapTokens * facts.choices), requests: 1n },
    money: {
      outcome: plan.outcome,
      holdNanos,
      outputCapTokens: plan.sendCapTokens ?? (lowered ? limitTokens : null),
      clamped: plan.outcome === "covered" && (plan.clamped || lowered),
      countAffordableOutputTokens: () =>
        Math.min(
          affordableOutputTokens({ ...held, amountNanos: availableAmountNanos }),
          limitTokens ?? Number.POSITIVE_INFINITY,
        ),
    },
  });
}

/** The strictest of what the organization, the gateway and the request want. */
export function zdrModeOf({ directory, index }: PlanContext, attribution: Attribution, asked: ZdrMode): ZdrMode {
  const { gatewayId } = attribution;
  const ofGateway = gatewayId === null ? "off" : (index.zdrModeByGatewayId.get(gatewayId) ?? "off");
  return strictestZdr(directory.settings.zdrMode, ofGateway, asked);
}

/** The cap to send for a request that holds nothing; null: the body keeps what it has. */
function bindingCap(facts: RequestFacts, { limitTokens, lowered }: PolicyCap): number | null {
  return facts.outputCapTokens === null || lowered ? limitTokens : null;
}

/** A continued response is billed as input again; one of another organization does not exist (contract: Model traffic). */
function countContinuedResponse(context: PlanContext, facts: RequestFacts): Result<RequestFacts> {
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
  context: PlanContext,
  target: PlannedTarget,
  atMs: number,
): (model: string | null) => Price | null {
  const { price, provider } = target;
  return (model) => {
    if (model === null || (price !== null && (price.model === model || price.aliases.includes(model)))) return price;
    return findPrice(context.index.priceBook, { model, provider, atMs });
  };
}
