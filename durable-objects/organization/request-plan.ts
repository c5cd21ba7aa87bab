/** What a request may use, and what must be held for it: the decision that `authorize` and `estimate` share. */
import type { Attribution, AuthorizeCommand, PlannedTarget } from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import type { PolicyLimits } from "../../src/core/access-policy.ts";
import { findExchangeRate } from "../../src/core/exchange.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import type { Use } from "../../src/core/limit-counter.ts";
import type { Nanos, Rational } from "../../src/core/money.ts";
import { findPrice } from "../../src/core/price-book.ts";
import type { Price } from "../../src/core/price.ts";
import { planPolicyCap } from "../../src/core/policy-cap.ts";
import type { PolicyCap } from "../../src/core/policy-cap.ts";
import { tighter } from "../../src/core/limit.ts";
import { planOutputCap, planRateCap } from "../../src/core/output-cap.ts";
import { affordableOutputTokens, largestUse, quoteHold } from "../../src/core/quote.ts";
import type { QuoteRequest } from "../../src/core/quote.ts";
import type { RequestFacts } from "../../src/core/request-facts.ts";
import { cacheInForce } from "../../src/core/response-cache.ts";
import type { CacheSettings } from "../../src/core/response-cache.ts";
import type { WalletSettings } from "../../src/core/wallet.ts";
import { findRetention, strictestZdr } from "../../src/core/zdr.ts";
import type { ZdrMode } from "../../src/core/zdr.ts";
import type { PlanContext } from "./context.ts";
import { countAgentConstraints } from "./limits.ts";
import { gatewayOf, permitModel } from "./model-access.ts";
import { bestAvailableNanos } from "./principal.ts";
import { findTokenRoom } from "./rates.ts";
import { routeRequest, withRegion } from "./route-request.ts";
import type { Route } from "./route-request.ts";

/** How the money stands for a request. Amounts are in the organization's currency. */
export type MoneyPlan =
  /** Free, or without a price where the organization allows that: nothing is held. */
  | { readonly outcome: "nothing_to_hold"; readonly outputCapTokens: number | null; readonly clamped: boolean }
  | {
      readonly outcome: "covered" | "short";
      readonly holdNanos: Nanos;
      /** The cap to write into the body; null: the body keeps what it has. */
      readonly outputCapTokens: number | null;
      readonly clamped: boolean;
      /** What would be held if the request could only go to a target of this price. */
      holdAtNanos(price: Price): Nanos;
      /** Per choice, with what the best funded source has. */
      countAffordableOutputTokens(): number;
    };

export interface RequestPlan extends Route {
  /** With the context of a continued response counted in. */
  readonly facts: RequestFacts;
  readonly exchangeRate: string;
  readonly money: MoneyPlan;
  /** The most that it can use. */
  readonly use: Use;
}

/** Run, model, access, continued response, exchange rate, route and hold, in this order (contract: Order of checks). */
export function planRequest(
  context: PlanContext,
  key: Pick<KeyRecord, "id" | "models">,
  attribution: Attribution,
  request: Pick<AuthorizeCommand, "facts" | "clamp" | "zdrMode" | "store" | "health">,
): Result<RequestPlan> {
  const zdrMode = zdrModeOf(context, attribution, request.zdrMode);
  const { previousResponseId } = request.facts;
  const retention = findRetention(zdrMode, { store: request.store, previousResponseId });
  if (retention !== null) return fail(retention);
  const counted = countAgentConstraints(context, attribution);
  if (!counted.ok) return counted;
  const { endpoint, model } = request.facts;
  const permitted = permitModel(context, key, { attribution, endpoint, model, zdrMode });
  if (!permitted.ok) return permitted;
  const continued = countContinuedResponse(context, request.facts);
  if (!continued.ok) return continued;
  const { directory } = context;
  const { settings } = directory;
  const exchange = findExchangeRate(directory.exchangeRates, settings.currency);
  if (!exchange.ok) return exchange;
  const routed = routeRequest(context, attribution, permitted.value, { ...request, facts: continued.value });
  if (!routed.ok) return routed;
  const { targets, resources, limits } = routed.value;
  const facts = withRegion(continued.value, targets);
  const prices = targets.map(({ price }) => price);
  const tokenRoom = findTokenRoom(context, attribution, resources);
  const rateCap = planRateCap({ prices, facts, tokenRoom, minimumOutputTokens: settings.minimumOutputTokens });
  const question = { request, settings, facts, limits, prices, rateCap };
  const held = heldPrices(targets);
  const terms =
    held === null
      ? planUnheld(question)
      : planHold(question, held, exchange.value.rate, bestAvailableNanos(context, attribution));
  return terms.ok ? ok({ ...routed.value, exchangeRate: exchange.value.text, ...terms.value }) : terms;
}

/** The prices that the hold must cover, whichever target answers. Null: none of them costs anything, or nobody knows what. */
export function heldPrices(
  targets: readonly Pick<PlannedTarget, "price">[],
): Pick<QuoteRequest, "price" | "fallbackPrices"> | null {
  const [price, ...fallbackPrices] = targets.flatMap((target) => (target.price === null ? [] : [target.price]));
  if (price === undefined || [price, ...fallbackPrices].every(({ free }) => free)) return null;
  return { price, fallbackPrices };
}

/** What bounds a request before its money is looked at. */
interface CapQuestion {
  readonly request: Pick<AuthorizeCommand, "clamp">;
  readonly settings: WalletSettings;
  readonly facts: RequestFacts;
  readonly limits: PolicyLimits;
  /** Of every planned target. */
  readonly prices: readonly (Price | null)[];
  /** The cap that what the rate limits leave asks for (`planRateCap`). Null: none. */
  readonly rateCap: number | null;
}

type Terms = Result<Pick<RequestPlan, "facts" | "money" | "use">>;

/** A request that costs nothing, or whose cost nobody knows. */
function planUnheld({ request, settings, facts, limits, prices, rateCap }: CapQuestion): Terms {
  const capped = planPolicyCap(facts, limits, request.clamp || settings.clamp, null);
  if (!capped.ok) return capped;
  const outputCapTokens = tighter(bindingCap(facts, capped.value), rateCap);
  const tokens = largestUse(prices, facts, outputCapTokens);
  return ok({
    facts,
    money: {
      outcome: "nothing_to_hold",
      outputCapTokens,
      clamped: capped.value.lowered || (rateCap !== null && outputCapTokens === rateCap),
    },
    use: { credits: 0n, tokens: BigInt(tokens), requests: 1n },
  });
}

function planHold(
  question: CapQuestion,
  held: Pick<QuoteRequest, "price" | "fallbackPrices">,
  exchangeRate: Rational,
  availableAmountNanos: Nanos,
): Terms {
  const { request, settings, limits, rateCap } = question;
  const quoteRequest = { ...held, facts: question.facts, exchangeRate };
  const capped = planPolicyCap(question.facts, limits, request.clamp || settings.clamp, (amountNanos) =>
    affordableOutputTokens({ ...quoteRequest, bufferBasisPoints: 0, amountNanos }),
  );
  if (!capped.ok) return capped;
  const { lowered } = capped.value;
  const limitTokens = tighter(capped.value.limitTokens, rateCap);
  const facts = lowered ? { ...question.facts, outputCapTokens: limitTokens } : question.facts;
  const buffered = { ...quoteRequest, facts, bufferBasisPoints: settings.reserveBufferBasisPoints };
  const plan = planOutputCap({
    ...buffered,
    settings,
    clampRequested: request.clamp,
    availableNanos: availableAmountNanos,
    policyLimitTokens: limitTokens,
  });
  const { holdNanos, inputTokens, outputCapTokens } = plan.quote;
  const isRateCapped = rateCap !== null && plan.sendCapTokens === rateCap;
  return ok({
    facts,
    use: { credits: holdNanos, tokens: BigInt(inputTokens + outputCapTokens * facts.choices), requests: 1n },
    money: {
      outcome: plan.outcome,
      holdNanos,
      outputCapTokens: plan.sendCapTokens ?? (lowered ? limitTokens : null),
      clamped: plan.outcome === "covered" && (plan.clamped || lowered || isRateCapped),
      holdAtNanos: (price) => quoteHold({ ...buffered, price, fallbackPrices: [], outputCapTokens }).holdNanos,
      countAffordableOutputTokens: () =>
        Math.min(
          affordableOutputTokens({ ...buffered, amountNanos: availableAmountNanos }),
          limitTokens ?? Number.POSITIVE_INFINITY,
        ),
    },
  });
}

/** The strictest of what the organization, the gateway and the request want. */
export function zdrModeOf(context: PlanContext, attribution: Attribution, asked: ZdrMode): ZdrMode {
  const ofGateway = gatewayOf(context, attribution)?.zdrMode ?? "off";
  return strictestZdr(context.directory.settings.zdrMode, ofGateway, asked);
}

/** Null: the answer may neither be kept nor come from what was kept. */
export function cacheOf(context: PlanContext, attribution: Attribution, zdrMode: ZdrMode): CacheSettings | null {
  const ofGateway = gatewayOf(context, attribution)?.cache ?? null;
  return cacheInForce(ofGateway, context.directory.settings.cache, zdrMode);
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
  // Contract rates are those of whatever the target answers with.
  if (target.declared === true) return () => price;
  return (model) => {
    if (model === null || (price !== null && (price.model === model || price.aliases.includes(model)))) return price;
    return findPrice(context.index.priceBook, { model, provider, atMs });
  };
}
