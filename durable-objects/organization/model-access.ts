/** Whether a caller may use a model, and through which targets: the one decision behind model traffic, the lists of models and simulation. */
import type { Attribution, PlannedTarget } from "../../src/contract/commands.ts";
import type { GatewayRecord, KeyRecord } from "../../src/contract/directory.ts";
import { providerOf, resolveModel } from "../../src/core/access.ts";
import { decideAccess } from "../../src/core/access-policy.ts";
import type { AccessDecision, MatchedPolicy, PolicyResource, PolicySubject } from "../../src/core/access-policy.ts";
import { declarePrice } from "../../src/core/declared-price.ts";
import type { Endpoint } from "../../src/core/endpoint.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import { findPrice } from "../../src/core/price-book.ts";
import type { Price } from "../../src/core/price.ts";
import type { RouteCandidate } from "../../src/core/routing.ts";
import { findTargets } from "../../src/core/target.ts";
import type { TargetMatch } from "../../src/core/target.ts";
import type { ZdrMode } from "../../src/core/zdr.ts";
import type { PlanContext } from "./context.ts";
import type { DirectoryIndex } from "./directory-index.ts";
import { checkAgentStatus } from "./limits.ts";
import { resourceOf } from "./model-resource.ts";

/** Uses that one directory version remembers, each with all policies or budgets that match it; a miss costs microseconds. */
const MAX_REMEMBERED = 2_000;

/** A target through which the caller may use the model. */
export interface PermittedTarget extends RouteCandidate {
  readonly target: PlannedTarget;
  /** What policies, budgets and rate limits know the model as, there. */
  readonly resource: PolicyResource;
  /** Of the access policies: it allows. */
  readonly decision: AccessDecision;
}

/** In the order of the configuration; at least one. */
export type Permits = readonly [PermittedTarget, ...PermittedTarget[]];

/** Who asks for what. */
export interface ModelQuestion {
  readonly attribution: Attribution;
  readonly endpoint: Endpoint;
  readonly model: string;
  /** The mode that is in force. */
  readonly zdrMode: ZdrMode;
}

/** Lets the caller use the model on the endpoint, or says why not: by the key's own list, the policies and its agent. */
export function permitModel(
  context: PlanContext,
  key: Pick<KeyRecord, "id" | "models">,
  question: ModelQuestion,
): Result<Permits> {
  const permitted = permitBy(context, key, question, (resource) =>
    decideModel(context.index, question.attribution, resource),
  );
  if (!permitted.ok) return permitted;
  const active = checkAgentStatus(context, question.attribution, question.model);
  return active.ok ? permitted : active;
}

/** The targets that serve the model, if the key reaches it and `decide` allows it there. What is not permitted is left out. */
export function permitBy(
  context: PlanContext,
  key: Pick<KeyRecord, "id" | "models">,
  question: ModelQuestion,
  decide: (resource: PolicyResource) => AccessDecision,
): Result<Permits> {
  const decided = matchesOf(context, question).map((match) => permitMatch(context, key, question, match, decide));
  const [first, ...others] = decided.flatMap((each) => (each.ok ? [each.value] : []));
  if (first !== undefined) return ok([first, ...others]);
  const refused = decided.find((each) => !each.ok);
  return refused ?? fail({ kind: "model_not_found", model: question.model });
}

function permitMatch(
  context: PlanContext,
  key: Pick<KeyRecord, "id" | "models">,
  { attribution, endpoint, model, zdrMode }: ModelQuestion,
  match: TargetMatch,
  decide: (resource: PolicyResource) => AccessDecision,
): Result<PermittedTarget> {
  const { index, directory } = context;
  if (zdrMode === "strict" && match.zeroDataRetention === false) {
    return fail({ kind: "access_denied", rule: "zero data retention", model });
  }
  const target = targetOf(context, attribution, match, model);
  const resource = resourceOf(index, model, target, match);
  const decision = decide(resource);
  const gateway = gatewayOf(context, attribution);
  const resolved = resolveModel({
    key,
    endpoint,
    model,
    targetModel: target.model,
    price: target.price,
    isKnown: match.isNamed || isListed(index, match.model, match),
    allowUnpriced: directory.settings.allowUnpriced,
    gateway: gateway === null || gateway.config === null ? null : { id: gateway.id, ...gateway.config },
    decision,
  });
  if (!resolved.ok) return resolved;
  if (costsUnheld(target) && !directory.settings.allowUnpriced) return fail({ kind: "price_unknown", model });
  return ok({ id: target.id, target, resource, decision });
}

/** Its answers may say that they cost something, and by its price nothing would be held for them. */
function costsUnheld({ trustsUpstreamCost, price }: PlannedTarget): boolean {
  return trustsUpstreamCost === true && (price === null || price.free);
}

/** The access policies that speak of a use, whatever else forbids it. */
export function matchedPolicies(
  context: PlanContext,
  question: Omit<ModelQuestion, "zdrMode">,
): readonly MatchedPolicy[] {
  const { attribution, model } = question;
  const matched = matchesOf(context, question).map((match) => {
    const resource = resourceOf(context.index, model, targetOf(context, attribution, match, model), match);
    return decideModel(context.index, attribution, resource).matched;
  });
  return uniteMatched(matched);
}

/** Each policy once, in the order in which it is met. */
export function uniteMatched(lists: readonly (readonly MatchedPolicy[])[]): readonly MatchedPolicy[] {
  const [first = [], ...others] = lists;
  return others.length === 0 ? first : [...new Map(lists.flat().map((policy) => [policy.id, policy])).values()];
}

function matchesOf(
  context: PlanContext,
  { attribution, endpoint, model }: Omit<ModelQuestion, "zdrMode">,
): readonly TargetMatch[] {
  return findTargets(gatewayOf(context, attribution)?.config ?? null, providerOf(endpoint), model);
}

/** As it is planned, at the price of now: the declared one, or that of the price book for the upstream's name or the caller's. */
function targetOf(context: PlanContext, attribution: Attribution, match: TargetMatch, asked: string): PlannedTarget {
  const { id, provider, baseUrl, secret, model, aliases, pricing, trustsUpstreamCost } = match;
  const { priceBook } = context.index;
  const query = { provider, atMs: context.nowMs };
  const listed = findPrice(priceBook, { ...query, model }) ?? findPrice(priceBook, { ...query, model: asked });
  return {
    id,
    provider,
    baseUrl,
    ...(secret === null ? {} : { secret }),
    model,
    ...(aliases.length === 0 ? {} : { aliases }),
    price: pricing === null ? listed : declaredPrice(context, attribution, match, listed),
    ...(pricing === null ? {} : { declared: true as const }),
    ...(trustsUpstreamCost ? { trustsUpstreamCost } : {}),
  };
}

/** The same object for the same price, so that a reservation finds what it kept of it without reading. */
function declaredPrice(
  { index }: PlanContext,
  { gatewayId }: Attribution,
  { id, provider, pricing, pricedModel, aliases }: TargetMatch,
  listed: Price | null,
): Price | null {
  if (pricing === null) return null;
  const name = `${gatewayId ?? ""}/${id}/${pricedModel}`;
  return remember(index.declaredPrices, JSON.stringify([name, listed?.id ?? null]), () =>
    declarePrice(pricing, { id: name, provider, model: pricedModel, aliases }, listed),
  );
}

function isListed({ priceBook }: DirectoryIndex, model: string, { provider }: Pick<TargetMatch, "provider">): boolean {
  return (priceBook.candidatesByName.get(model) ?? []).some((each) => each.provider === provider);
}

export function gatewayOf({ index }: Pick<PlanContext, "index">, { gatewayId }: Attribution): GatewayRecord | null {
  return gatewayId === null ? null : (index.gatewaysById.get(gatewayId) ?? null);
}

/** The policies' decision, remembered: it follows from the directory alone. */
export function decideModel(index: DirectoryIndex, attribution: Attribution, resource: PolicyResource): AccessDecision {
  return rememberByUse(index.decisions, attribution, resource, () =>
    decideAccess(index.directory.accessPolicies, subjectOf(index, attribution), resource),
  );
}

/** What follows from the directory, the attribution and the resource alone: decided once for each use. */
export function rememberByUse<T>(
  memo: Map<string, T>,
  attribution: Attribution,
  resource: PolicyResource,
  decide: () => T,
): T {
  const { keyId, teamId, userId, serviceUserId, gatewayId, agentId } = attribution;
  const name = JSON.stringify([keyId, teamId, userId, serviceUserId, gatewayId, agentId, resource]);
  return remember(memo, name, decide);
}

function remember<T>(memo: Map<string, T>, name: string, decide: () => T): T {
  const known = memo.get(name);
  if (known !== undefined) return known;
  const decided = decide();
  if (memo.size >= MAX_REMEMBERED) memo.clear();
  memo.set(name, decided);
  return decided;
}

/** Who asks, with the tags of every record that is named. */
export function subjectOf(
  index: DirectoryIndex,
  attribution: Omit<Attribution, "agentRunId">,
  tags: readonly string[] = [],
): PolicySubject {
  const { keyId, teamId, userId, serviceUserId, gatewayId, agentId } = attribution;
  const named = [keyId, teamId, serviceUserId, gatewayId, agentId];
  return {
    keyId,
    teamId,
    userId,
    serviceUserId,
    gatewayId,
    agentId,
    tags: [...tags, ...named.flatMap((id) => (id === null ? [] : (index.tagsById.get(id) ?? [])))],
  };
}
