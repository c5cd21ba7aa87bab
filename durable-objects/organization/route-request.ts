/** Where a request goes: of the targets that are permitted, the planned ones in their order (contract: Declarative config, Routing). */
import type { Attribution, AuthorizeCommand, PlannedTarget } from "../../src/contract/commands.ts";
import type { MatchedPolicy, PolicyLimits, PolicyResource } from "../../src/core/access-policy.ts";
import { tighterLimits } from "../../src/core/access-policy.ts";
import { ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import { projectCost } from "../../src/core/output-cap.ts";
import { isRegionalHost } from "../../src/core/regional-host.ts";
import type { RequestFacts } from "../../src/core/request-facts.ts";
import { limitAttempts, PLAIN_RULES, planRoute } from "../../src/core/routing.ts";
import type { PlanContext } from "./context.ts";
import { gatewayOf, uniteMatched } from "./model-access.ts";
import type { Permits } from "./model-access.ts";

/** The planned targets, and what counts for the request as it may go to any of them. */
export interface Route {
  /** In the order in which they are tried; at least one. */
  readonly targets: readonly [PlannedTarget, ...PlannedTarget[]];
  /** What policies, budgets and rate limits know the model as, at each target. */
  readonly resources: readonly PolicyResource[];
  /** The smallest of each, of the access policies that allow it. */
  readonly limits: PolicyLimits;
  /** The access policies that allow it. */
  readonly matched: readonly MatchedPolicy[];
}

/** Orders the targets by the gateway's strategy, without those that are over a ceiling; `price_ceiling_exceeded` when all are. */
export function routeRequest(
  context: PlanContext,
  attribution: Attribution,
  permits: Permits,
  request: Pick<AuthorizeCommand, "facts" | "health">,
): Result<Route> {
  const gateway = gatewayOf(context, attribution);
  const { facts, health = [] } = request;
  const { settings } = context.directory;
  const planned = planRoute(permits, gateway?.config ?? PLAIN_RULES, {
    project: ({ target, decision }) => {
      const { price } = target;
      const policyLimitTokens = decision.limits.maxOutputTokens;
      return price === null
        ? null
        : projectCost({ price, facts: withRegion(facts, [target]), settings, policyLimitTokens });
    },
    healthOf: (id) =>
      health.find(({ gatewayId, targetId }) => targetId === id && (gatewayId === null || gatewayId === gateway?.id)) ??
      null,
    turn: gateway === null ? 0 : context.store.rotation.turnOf(gateway.id, facts.model),
  });
  return planned.ok ? ok(routeOf(planned.value)) : planned;
}

/** In the order of the configuration: for calls that cost nothing. */
export function routeFreeCall(context: PlanContext, attribution: Attribution, permits: Permits): Route {
  return routeOf(limitAttempts(permits, gatewayOf(context, attribution)?.config ?? PLAIN_RULES));
}

function routeOf(permits: Permits): Route {
  const [first, ...others] = permits;
  return {
    targets: [first.target, ...others.map(({ target }) => target)],
    resources: permits.map(({ resource }) => resource),
    limits: permits.map(({ decision }) => decision.limits).reduce(tighterLimits),
    matched: uniteMatched(permits.map(({ decision }) => decision.matched)),
  };
}

/** A request that may be served from a region with a surcharge is held for as if it were. */
export function withRegion(facts: RequestFacts, targets: readonly PlannedTarget[]): RequestFacts {
  const isRegional = targets.some(({ provider, baseUrl }) => baseUrl !== null && isRegionalHost(provider, baseUrl));
  return isRegional ? { ...facts, regional: true } : facts;
}
