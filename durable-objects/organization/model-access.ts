/** Whether a caller may use a model: the one decision behind model traffic, the lists of models and simulation. */
import type { Attribution, PlannedTarget } from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import { providerOf, resolveModel } from "../../src/core/access.ts";
import { decideAccess } from "../../src/core/access-policy.ts";
import type {
  AccessDecision,
  MatchedPolicy,
  PolicyLimits,
  PolicyResource,
  PolicySubject,
} from "../../src/core/access-policy.ts";
import type { Endpoint } from "../../src/core/endpoint.ts";
import { ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import { findPrice } from "../../src/core/price-book.ts";
import type { Price } from "../../src/core/price.ts";
import type { ZdrMode } from "../../src/core/zdr.ts";
import type { PlanContext } from "./context.ts";
import type { DirectoryIndex } from "./directory-index.ts";
import { checkAgentStatus } from "./limits.ts";

/** Uses that one directory version remembers, each with all policies or budgets that match it; a miss costs microseconds. */
const MAX_REMEMBERED = 2_000;

export interface ModelPermit {
  readonly target: PlannedTarget;
  /** What policies, budgets and rate limits know the model as. */
  readonly resource: PolicyResource;
  /** Of the access policies that allow it. */
  readonly limits: PolicyLimits;
  readonly matched: readonly MatchedPolicy[];
}

/** Lets the caller use the model on the endpoint, or says why not: by the key's own list, the policies and its agent. */
export function permitModel(
  context: PlanContext,
  key: Pick<KeyRecord, "id" | "models">,
  attribution: Attribution,
  endpoint: Endpoint,
  model: string,
): Result<ModelPermit> {
  const permitted = permitBy(context, key, endpoint, model, (resource) =>
    decideModel(context.index, attribution, resource),
  );
  if (!permitted.ok) return permitted;
  const active = checkAgentStatus(context, attribution, model);
  return active.ok ? permitted : active;
}

/**
 * The target of a model that no configuration names, the provider's own address and the deployment's credential, if the key
 * reaches the model and `decide` allows it.
 */
export function permitBy(
  context: PlanContext,
  key: Pick<KeyRecord, "id" | "models">,
  endpoint: Endpoint,
  model: string,
  decide: (resource: PolicyResource) => AccessDecision,
): Result<ModelPermit> {
  const { index, directory, nowMs } = context;
  const provider = providerOf(endpoint);
  const price = findPrice(index.priceBook, { model, provider, atMs: nowMs });
  const resource = resourceOf(index, endpoint, model, price);
  const decision = decide(resource);
  const resolved = resolveModel({
    key,
    endpoint,
    model,
    price,
    everPriced: (index.priceBook.candidatesByName.get(model) ?? []).some((each) => each.provider === provider),
    allowUnpriced: directory.settings.allowUnpriced,
    decision,
  });
  if (!resolved.ok) return resolved;
  const target = { id: `managed-${provider}`, provider, baseUrl: null, model, price: resolved.value };
  return ok({ target, resource, limits: decision.limits, matched: decision.matched });
}

/** The access policies that speak of a use, whatever else forbids it. */
export function matchedPolicies(
  { index, nowMs }: PlanContext,
  attribution: Attribution,
  endpoint: Endpoint,
  model: string,
): readonly MatchedPolicy[] {
  const price = findPrice(index.priceBook, { model, provider: providerOf(endpoint), atMs: nowMs });
  return decideModel(index, attribution, resourceOf(index, endpoint, model, price)).matched;
}

/**
 * A model is one resource under all its names, so that no alias slips past a policy. `price` is the one in force; without one
 * the model is what the price book has ever known under that name; a name that it never had is unlisted where such are let through.
 */
export function resourceOf(
  { priceBook, directory }: DirectoryIndex,
  endpoint: Endpoint,
  model: string,
  price: Price | null,
): PolicyResource {
  const provider = providerOf(endpoint);
  const known = price ?? priceBook.candidatesByName.get(model)?.find((each) => each.provider === provider) ?? null;
  if (known !== null) {
    return { provider, models: [...new Set([model, known.model, ...known.aliases])], tags: known.tags };
  }
  const resource = { provider, models: [model], tags: [] };
  return directory.settings.allowUnpriced ? { ...resource, unlisted: true } : resource;
}

/**
 * Whether the name that was asked for may be kept. Under strict zero data retention one that neither the price book nor a
 * policy has is a text of the caller's own.
 */
export function mayKeepModel({ index }: Pick<PlanContext, "index">, zdrMode: ZdrMode, model: string): boolean {
  if (zdrMode !== "strict" || index.priceBook.candidatesByName.has(model)) return true;
  return index.directory.accessPolicies.some(({ resources }) => resources.models.includes(model));
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
