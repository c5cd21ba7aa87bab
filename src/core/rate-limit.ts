/**
 * Rate limits: how many requests and tokens within any sixty seconds, and how many requests at a time (contract: Policies, Rate
 * limits). A request counts at the instant at which it was admitted: its tokens as the most that it can use until it ends, and
 * as what it really used from then on. No sixty seconds ever hold more than the limit, as far as what was counted at first was
 * enough, and what left the window is free at once.
 */
import { tighter } from "./limit.ts";

export const RATE_WINDOW_MS = 60_000;

/** How long whoever meets a limit of parallel requests should wait: nobody knows when the next one ends. */
const PARALLEL_WAIT_MS = 1_000;

/** Null: no limit. */
export interface RateLimits {
  /** Requests within sixty seconds. */
  readonly rpm: number | null;
  /** Tokens within sixty seconds, in and out. */
  readonly tpm: number | null;
  readonly maxParallelRequests: number | null;
}

export const NO_RATE_LIMITS: RateLimits = { rpm: null, tpm: null, maxParallelRequests: null };

/** What an organization sets for each of its keys, users and teams, and for itself. */
export interface RateLimitTiers {
  readonly perKey: RateLimits;
  readonly perUser: RateLimits;
  readonly perTeam: RateLimits;
  readonly organization: RateLimits;
}

export const NO_RATE_LIMIT_TIERS: RateLimitTiers = {
  perKey: NO_RATE_LIMITS,
  perUser: NO_RATE_LIMITS,
  perTeam: NO_RATE_LIMITS,
  organization: NO_RATE_LIMITS,
};

export type RateUnit = "requests" | "tokens" | "parallel_requests";

/** Whose requests count together. A policy's count for each user or service user, and for each key without one. */
export interface RateScope {
  readonly type: "key" | "user" | "team" | "gateway" | "organization" | "policy";
  /** Of a policy: its id and the caller's. */
  readonly id: string;
  /** Only of a policy. */
  readonly name: string | null;
}

export interface RateLimitedScope {
  readonly scope: RateScope;
  readonly limits: RateLimits;
}

/** A request of the last sixty seconds. */
export interface RecentRequest {
  readonly atMs: number;
  readonly tokens: number;
}

/** What the last sixty seconds of a scope hold. */
export interface RecentUse {
  readonly requests: number;
  readonly tokens: number;
  /** Requests that have not ended, however long ago they began. */
  readonly parallelRequests: number;
  /** Of the requests of the window, the oldest first; undefined behind the last one. */
  at(index: number): RecentRequest | undefined;
}

export const NO_RECENT_USE: RecentUse = { requests: 0, tokens: 0, parallelRequests: 0, at: () => undefined };

/** What is left of a limit, and when there is more. */
export interface RateRemaining {
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
}

/** The tightest limit of each unit, for the headers of an answer. Null: none. */
export interface RateView {
  readonly requests: RateRemaining | null;
  readonly tokens: RateRemaining | null;
}

export type RateDecision =
  | { readonly outcome: "admitted"; readonly view: RateView }
  | {
      readonly outcome: "limited";
      readonly scope: RateScope;
      readonly unit: RateUnit;
      readonly limit: number;
      /** Null: waiting does not help, since the request alone is larger than the limit. */
      readonly waitMs: number | null;
      readonly view: RateView;
    };

/** Whether the limits limit anything. */
export function limitsRate({ rpm, tpm, maxParallelRequests }: RateLimits): boolean {
  return rpm !== null || tpm !== null || maxParallelRequests !== null;
}

/** A record's own limits; what it leaves open has the tier's. */
export function ownOrTier(own: RateLimits | null, tier: RateLimits): RateLimits {
  if (own === null) return tier;
  return {
    rpm: own.rpm ?? tier.rpm,
    tpm: own.tpm ?? tier.tpm,
    maxParallelRequests: own.maxParallelRequests ?? tier.maxParallelRequests,
  };
}

/**
 * Tests a request that can use at most `requestedTokens` against every limit of every scope. When several are met it names
 * the one that lasts longest, so that whoever waits for it is not refused again for another.
 */
export function decideRates(
  scopes: readonly RateLimitedScope[],
  useOf: (scope: RateScope) => RecentUse,
  requestedTokens: number,
  nowMs: number,
): RateDecision {
  const standings = scopes.flatMap(({ scope, limits }) =>
    standingsOf(scope, limits, useOf(scope), requestedTokens, nowMs),
  );
  const exceeded = standings
    .filter(({ waitMs }) => waitMs !== 0)
    .reduce<Standing | null>((longest, each) => (longest === null || outlasts(each, longest) ? each : longest), null);
  const view = viewOf(standings, exceeded === null);
  if (exceeded === null) return { outcome: "admitted", view };
  const { scope, unit, limit, waitMs } = exceeded;
  return { outcome: "limited", scope, unit, limit, waitMs, view };
}

/** The most tokens that a request can use now without meeting a limit. Null: none limits it. */
export function countTokenRoom(
  scopes: readonly RateLimitedScope[],
  useOf: (scope: RateScope) => RecentUse,
): number | null {
  return scopes
    .map(({ scope, limits }) => (limits.tpm === null ? null : Math.max(0, limits.tpm - useOf(scope).tokens)))
    .reduce<number | null>(tighter, null);
}

/** One limit as it stands for a request. */
interface Standing {
  readonly scope: RateScope;
  readonly unit: RateUnit;
  readonly limit: number;
  readonly used: number;
  readonly requested: number;
  /** 0: the request fits. */
  readonly waitMs: number | null;
  /** When the oldest request of the window leaves it. */
  readonly resetMs: number;
}

function standingsOf(
  scope: RateScope,
  { rpm, tpm, maxParallelRequests }: RateLimits,
  use: RecentUse,
  requestedTokens: number,
  nowMs: number,
): Standing[] {
  const resetMs = leavesInMs(use.at(0), nowMs) ?? RATE_WINDOW_MS;
  const standings: Standing[] = [];
  if (rpm !== null) {
    const waitMs = use.requests < rpm ? 0 : leavesInMs(use.at(use.requests - rpm), nowMs);
    standings.push({ scope, unit: "requests", limit: rpm, used: use.requests, requested: 1, waitMs, resetMs });
  }
  if (tpm !== null) {
    const waitMs = waitForTokens(use, requestedTokens, tpm, nowMs);
    standings.push({
      scope,
      unit: "tokens",
      limit: tpm,
      used: use.tokens,
      requested: requestedTokens,
      waitMs,
      resetMs,
    });
  }
  if (maxParallelRequests !== null) {
    const used = use.parallelRequests;
    const waitMs = used < maxParallelRequests ? 0 : PARALLEL_WAIT_MS;
    const limit = maxParallelRequests;
    standings.push({ scope, unit: "parallel_requests", limit, used, requested: 1, waitMs, resetMs });
  }
  return standings;
}

/** When enough of the oldest requests have left for so many tokens. Null: never. */
function waitForTokens(use: RecentUse, requestedTokens: number, limit: number, nowMs: number): number | null {
  if (requestedTokens > limit) return null;
  let tokens = use.tokens;
  let waitMs = 0;
  for (let index = 0; tokens + requestedTokens > limit; index++) {
    const oldest = use.at(index);
    if (oldest === undefined) break;
    tokens -= oldest.tokens;
    waitMs = leavesInMs(oldest, nowMs) ?? 0;
  }
  return waitMs;
}

/** A request is in the window until sixty seconds have passed, and no more at that instant; never longer than the window is. */
function leavesInMs(request: RecentRequest | undefined, nowMs: number): number | null {
  return request === undefined ? null : Math.max(1, Math.min(request.atMs, nowMs) + RATE_WINDOW_MS - nowMs);
}

function outlasts(a: Standing, b: Standing): boolean {
  return (a.waitMs ?? Number.POSITIVE_INFINITY) > (b.waitMs ?? Number.POSITIVE_INFINITY);
}

function viewOf(standings: readonly Standing[], isAdmitted: boolean): RateView {
  const tightest = (unit: RateUnit): RateRemaining | null => {
    const remaining = standings
      .filter((standing) => standing.unit === unit)
      .map(({ limit, used, requested, resetMs }) => ({
        limit,
        remaining: Math.max(0, limit - used - (isAdmitted ? requested : 0)),
        resetMs,
      }));
    return remaining.reduce<RateRemaining | null>(
      (least, each) => (least === null || each.remaining < least.remaining ? each : least),
      null,
    );
  };
  return { requests: tightest("requests"), tokens: tightest("tokens") };
}
