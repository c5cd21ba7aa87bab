/**
 * Where a request may go, in which order (contract: Declarative config, Routing). A circuit that is open only comes later: it
 * refuses nothing.
 */
import { fail, ok } from "./failure.ts";
import type { Failure, Result } from "./failure.ts";
import { NO_CEILINGS } from "./gateway-config.ts";
import type { GatewayConfig, PriceCeilings, RoutingStrategy } from "./gateway-config.ts";
import type { ProjectedCost } from "./output-cap.ts";

/** A request is sent to so many targets at most. */
export const MAX_ATTEMPTS = 3;

/** A target that may serve the request. */
export interface RouteCandidate {
  readonly id: string;
}

export type RouteRules = Pick<GatewayConfig, "strategy" | "allowFallbacks" | "ceilings">;

/** Without a configuration there is one managed target. */
export const PLAIN_RULES: RouteRules = {
  strategy: "ordered",
  allowFallbacks: true,
  ceilings: NO_CEILINGS,
};

export interface RouteSituation<C extends RouteCandidate> {
  /** What the request costs at most at this target, in nano-USD and without a buffer. Null: nobody knows. */
  readonly project: (candidate: C) => ProjectedCost | null;
  readonly healthOf: (targetId: string) => { readonly isOpen: boolean; readonly latencyMs: number | null } | null;
  /** Counts the requests that were routed before: whose turn it is. */
  readonly turn: number;
}

/**
 * The targets to try, in their order; never empty. Ceilings drop targets whose price is known; when they drop all, the request is
 * refused with `price_ceiling_exceeded`. Without fallbacks there is one, and in the order of the file it is the first, come what may.
 */
export function planRoute<C extends RouteCandidate>(
  candidates: readonly [C, ...C[]],
  rules: RouteRules,
  situation: RouteSituation<C>,
): Result<readonly [C, ...C[]]> {
  const costs = new Map(
    asksForCosts(rules) ? candidates.map((candidate) => [candidate.id, situation.project(candidate)]) : [],
  );
  const costOf = ({ id }: C): ProjectedCost | null => costs.get(id) ?? null;
  const affordable = candidates.filter((candidate) => exceededCeiling(costOf(candidate), rules.ceilings) === null);
  const ordered = orderByStrategy(affordable, rules.strategy, situation, costOf);
  const isFixed = rules.strategy === "ordered" && !rules.allowFallbacks;
  const [first, ...others] = isFixed ? ordered : openLast(ordered, situation);
  if (first === undefined) return fail(refuseByCeilings(candidates, rules.ceilings, costOf));
  return ok(limitAttempts([first, ...others], rules));
}

/** Most requests need no projection, which takes exact arithmetic for each target. */
function asksForCosts({ strategy, ceilings }: RouteRules): boolean {
  return strategy === "lowest_price" || Object.values(ceilings).some((ceiling) => ceiling !== null);
}

/** As many of the targets as a request may be sent to; never empty. */
export function limitAttempts<C>(
  [first, ...others]: readonly [C, ...C[]],
  { allowFallbacks }: Pick<RouteRules, "allowFallbacks">,
): readonly [C, ...C[]] {
  return [first, ...(allowFallbacks ? others.slice(0, MAX_ATTEMPTS - 1) : [])];
}

function orderByStrategy<C extends RouteCandidate>(
  candidates: readonly C[],
  strategy: RoutingStrategy,
  { healthOf, turn }: RouteSituation<C>,
  costOf: (candidate: C) => ProjectedCost | null,
): readonly C[] {
  switch (strategy) {
    case "ordered":
      return candidates;
    case "round_robin": {
      const start = candidates.length === 0 ? 0 : turn % candidates.length;
      return [...candidates.slice(start), ...candidates.slice(0, start)];
    }
    case "lowest_price":
      return candidates.toSorted((a, b) => compareCosts(costOf(a), costOf(b)));
    // One that was never measured goes first, or it would never be.
    case "lowest_latency":
      return candidates.toSorted((a, b) => (healthOf(a.id)?.latencyMs ?? 0) - (healthOf(b.id)?.latencyMs ?? 0));
  }
}

/** A cost that nobody knows is the highest. */
function compareCosts(a: ProjectedCost | null, b: ProjectedCost | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a.requestNanos === b.requestNanos ? 0 : a.requestNanos < b.requestNanos ? -1 : 1;
}

function openLast<C extends RouteCandidate>(candidates: readonly C[], { healthOf }: RouteSituation<C>): readonly C[] {
  const isOpen = ({ id }: C): boolean => healthOf(id)?.isOpen === true;
  return [...candidates.filter((candidate) => !isOpen(candidate)), ...candidates.filter(isOpen)];
}

/** The first ceiling that the cost is over. Null: none, or nobody knows the cost. */
function exceededCeiling(
  cost: ProjectedCost | null,
  { promptNanos, completionNanos, requestNanos }: PriceCeilings,
): { readonly projectedNanos: bigint; readonly ceilingNanos: bigint } | null {
  if (cost === null) return null;
  const bounds = [
    { projectedNanos: cost.promptNanos, ceilingNanos: promptNanos },
    { projectedNanos: cost.completionNanos, ceilingNanos: completionNanos },
    { projectedNanos: cost.requestNanos, ceilingNanos: requestNanos },
  ];
  for (const { projectedNanos, ceilingNanos } of bounds) {
    if (ceilingNanos !== null && projectedNanos > ceilingNanos) return { projectedNanos, ceilingNanos };
  }
  return null;
}

function refuseByCeilings<C extends RouteCandidate>(
  candidates: readonly C[],
  ceilings: PriceCeilings,
  costOf: (candidate: C) => ProjectedCost | null,
): Failure {
  const targets = candidates.flatMap((candidate) => {
    const exceeded = exceededCeiling(costOf(candidate), ceilings);
    return exceeded === null ? [] : [{ id: candidate.id, ...exceeded }];
  });
  return { kind: "price_ceiling_exceeded", targets };
}
