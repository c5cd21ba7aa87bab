/** Rate limits of a request: whose apply, and what they leave (contract: Policies, Rate limits). */
import type { AdmitCommand, Attribution } from "../../src/contract/commands.ts";
import type { AccessDecision, PolicyResource } from "../../src/core/access-policy.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import {
  countTokenRoom,
  decideRates,
  limitsRate,
  NO_RATE_LIMITS,
  NO_RECENT_USE,
  ownOrTier,
} from "../../src/core/rate-limit.ts";
import type {
  RateLimitedScope,
  RateLimits,
  RateLimitTiers,
  RateScope,
  RateView,
  RecentUse,
} from "../../src/core/rate-limit.ts";
import type { CommandContext, PlanContext } from "./context.ts";
import type { DirectoryIndex } from "./directory-index.ts";
import { decideModel } from "./model-access.ts";
import { resourcesOf } from "./model-resource.ts";
import type { Route } from "./route-request.ts";
import type { CountedUse } from "./store/recent-requests.ts";

type FindRated = () => AccessDecision["rated"];

/** Counts requests in what limits them under this directory, or not at all when nothing does. Comes before each command. */
export function trackRates({ store, index }: CommandContext): void {
  if (!index.hasRateLimits) {
    store.recent.rest();
    return;
  }
  store.recent.track(index, (use) =>
    scopesOfUse(index, use)
      .filter(({ limits }) => counts(index, limits))
      .map(({ scope }) => scopeName(scope)),
  );
}

/** What is limited; and while gateways have limits of their own, all: what went through another one counts there too. */
function counts(index: DirectoryIndex, limits: RateLimits): boolean {
  return index.hasGatewayTiers || limitsRate(limits);
}

/** Tests a request that can use so many tokens. Gives what it leaves of the limits, or undefined when there are none. Reads only. */
export function planRates(
  context: CommandContext,
  attribution: Attribution,
  resources: readonly PolicyResource[],
  tokens: bigint,
): Result<RateView | undefined> {
  const scopes = limitedScopes(context.index, attribution, resources);
  return scopes.length === 0 ? ok(undefined) : decideScopes(context, scopes, tokens);
}

/**
 * Tests a request that costs nothing and has no reservation, by the limits of requests alone, and counts it when it passes. It
 * counts in memory: no money hangs on it, and a window is shorter than the time after which an idle object is put away.
 */
export function countFreeRequest(
  context: CommandContext,
  { requestId, endpoint, model }: AdmitCommand,
  attribution: Attribution,
  { targets, resources, matched }: Pick<Route, "targets" | "resources" | "matched">,
): Result<RateView | undefined> {
  const scopes = limitedScopes(context.index, attribution, resources).flatMap(({ scope, limits: { rpm } }) =>
    rpm === null ? [] : [{ scope, limits: { ...NO_RATE_LIMITS, rpm } }],
  );
  const { recent } = context.store;
  const isCounted = scopes.length > 0 || context.index.hasGatewayTiers;
  if (!isCounted || recent.hasFree(requestId)) return ok(undefined);
  const decided = scopes.length === 0 ? ok(undefined) : decideScopes(context, scopes, 0n);
  const use = { attribution, endpoint, model, targets, matched };
  if (decided.ok) recent.enterFree(requestId, use, context.nowMs);
  return decided;
}

function decideScopes(context: CommandContext, scopes: readonly RateLimitedScope[], tokens: bigint): Result<RateView> {
  const decision = decideRates(scopes, useIn(context), Number(tokens), context.nowMs);
  if (decision.outcome === "admitted") return ok(decision.view);
  const { scope, unit, limit, waitMs, view: rates } = decision;
  const retryAfterSeconds = waitMs === null ? null : Math.ceil(waitMs / 1_000);
  return fail({ kind: "rate_limited", scope, limit, unit, retryAfterSeconds, rates });
}

/** The most tokens that a request can use now. Null: no rate limit bounds it. */
export function findTokenRoom(
  context: PlanContext,
  attribution: Attribution,
  resources: readonly PolicyResource[],
): number | null {
  return countTokenRoom(limitedScopes(context.index, attribution, resources), useIn(context));
}

/** Whose a use is that was counted. Where the model's name is forgotten, the policies that had allowed it are known. */
function scopesOfUse(index: DirectoryIndex, { attribution, model, targets, matched }: CountedUse) {
  if (model !== "") {
    return scopesBy(index, attribution, () => ratedOf(index, attribution, resourcesOf(index, model, targets)));
  }
  const ids = new Set(matched.map(({ id }) => id));
  return scopesBy(index, attribution, () =>
    index.directory.accessPolicies.filter(({ id, effect }) => effect === "allow" && ids.has(id)),
  );
}

/** What limits a request. */
function limitedScopes(
  index: DirectoryIndex,
  attribution: Attribution,
  resources: readonly PolicyResource[],
): RateLimitedScope[] {
  const scopes = scopesBy(index, attribution, () => ratedOf(index, attribution, resources));
  return scopes.filter(({ limits }) => limitsRate(limits));
}

/** The policies with a rate limit that allow the request at one of its targets. */
function ratedOf(
  index: DirectoryIndex,
  attribution: Attribution,
  resources: readonly PolicyResource[],
): AccessDecision["rated"] {
  return [...new Set(resources.flatMap((resource) => decideModel(index, attribution, resource).rated))];
}

/** Key, user, team, gateway, organization, then the policies that allow it, with their limits, if any. */
function scopesBy(index: DirectoryIndex, attribution: Attribution, findRated: FindRated): RateLimitedScope[] {
  if (!index.hasRateLimits) return [];
  const tiers = tiersOf(index, attribution);
  const { keyId, userId, serviceUserId, teamId, gatewayId } = attribution;
  const callerId = serviceUserId ?? userId;
  const named = (type: RateScope["type"], id: string | null, tier: RateLimits): RateLimitedScope[] =>
    id === null
      ? []
      : [{ scope: { type, id, name: null }, limits: ownOrTier(index.rateLimitsById.get(id) ?? null, tier) }];
  return [
    ...named("key", keyId, tiers.perKey),
    ...named("user", callerId, tiers.perUser),
    ...named("team", teamId, tiers.perTeam),
    ...named("gateway", gatewayId, tiers.gateway),
    ...named("organization", index.directory.organization.id, tiers.organization),
    ...ratedPolicies(index, findRated, callerId ?? keyId),
  ];
}

/** The organization's; for requests through a gateway, its configuration's limits in the place of the same ones. */
function tiersOf(index: DirectoryIndex, { gatewayId }: Attribution): RateLimitTiers & { readonly gateway: RateLimits } {
  const { rateLimits: tiers } = index.directory.settings;
  const own = gatewayId === null ? null : (index.gatewaysById.get(gatewayId)?.config?.rateTiers ?? null);
  if (own === null) return { ...tiers, gateway: NO_RATE_LIMITS };
  return {
    perKey: ownOrTier(own.perKey, tiers.perKey),
    perUser: ownOrTier(own.perUser, tiers.perUser),
    perTeam: ownOrTier(own.perTeam, tiers.perTeam),
    gateway: own.gateway,
    organization: tiers.organization,
  };
}

function ratedPolicies(index: DirectoryIndex, findRated: FindRated, callerId: string | null): RateLimitedScope[] {
  if (!index.hasRatedPolicies || callerId === null) return [];
  return findRated().map(({ id, name, limits }) => ({
    scope: { type: "policy", id: `${id}:${callerId}`, name },
    limits: { rpm: limits.rpm, tpm: limits.tpm, maxParallelRequests: null },
  }));
}

function useIn({ store, nowMs }: PlanContext): (scope: RateScope) => RecentUse {
  return (scope) => store.recent.useOf(scopeName(scope), nowMs) ?? NO_RECENT_USE;
}

function scopeName({ type, id }: RateScope): string {
  return `${type}:${id}`;
}
