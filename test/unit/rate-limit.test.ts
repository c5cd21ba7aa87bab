import { describe, expect, it } from "vitest";
import { planRateCap } from "../../src/core/output-cap.ts";
import { countTokenRoom, decideRates, NO_RATE_LIMITS, NO_RECENT_USE, ownOrTier } from "../../src/core/rate-limit.ts";
import type { RateLimitedScope, RateLimits, RateScope, RecentUse } from "../../src/core/rate-limit.ts";
import { NO_CALLS } from "../../src/core/usage.ts";

const NOW = 1_000_000;
const KEY: RateScope = { type: "key", id: "key_1", name: null };
const TEAM: RateScope = { type: "team", id: "team_1", name: null };

const limited = (scope: RateScope, limits: Partial<RateLimits>): RateLimitedScope => ({
  scope,
  limits: { ...NO_RATE_LIMITS, ...limits },
});

/** Requests of so many tokens, so long ago, the oldest first. */
const useOf = (requests: readonly (readonly [agoMs: number, tokens: number])[], parallelRequests = 0): RecentUse => ({
  requests: requests.length,
  tokens: requests.reduce((sum, [, tokens]) => sum + tokens, 0),
  parallelRequests,
  at: (index) => {
    const request = requests[index];
    return request === undefined ? undefined : { atMs: NOW - request[0], tokens: request[1] };
  },
});

describe("decideRates", () => {
  it.each<[string, Partial<RateLimits>, RecentUse, number, object]>([
    [
      "the last request that fits",
      { rpm: 3 },
      useOf([
        [10_000, 1],
        [5_000, 1],
      ]),
      1,
      { outcome: "admitted" },
    ],
    [
      "one too many: until the oldest leaves",
      { rpm: 2 },
      useOf([
        [10_000, 1],
        [5_000, 1],
      ]),
      1,
      { outcome: "limited", unit: "requests", limit: 2, waitMs: 50_000 },
    ],
    [
      "a limit that was lowered meanwhile: until enough have left",
      { rpm: 1 },
      useOf([
        [10_000, 1],
        [5_000, 1],
        [4_000, 1],
      ]),
      1,
      { outcome: "limited", waitMs: 56_000 },
    ],
    ["the last token that fits", { tpm: 100 }, useOf([[10_000, 60]]), 40, { outcome: "admitted" }],
    [
      "tokens: until enough of the oldest have left",
      { tpm: 100 },
      useOf([
        [30_000, 10],
        [20_000, 30],
        [1_000, 50],
      ]),
      50,
      { outcome: "limited", unit: "tokens", limit: 100, waitMs: 40_000 },
    ],
    ["more tokens than the limit: never", { tpm: 100 }, NO_RECENT_USE, 101, { outcome: "limited", waitMs: null }],
    ["the last of the parallel ones", { maxParallelRequests: 2 }, useOf([], 1), 1, { outcome: "admitted" }],
    [
      "a parallel one too many",
      { maxParallelRequests: 2 },
      useOf([], 2),
      1,
      { outcome: "limited", unit: "parallel_requests", limit: 2, waitMs: 1_000 },
    ],
  ])("%s", (_name, limits, use, tokens, expected) => {
    expect(decideRates([limited(KEY, limits)], () => use, tokens, NOW)).toMatchObject(expected);
  });

  it("names the limit that lasts longest of those that are met", () => {
    const scopes = [limited(KEY, { rpm: 1 }), limited(TEAM, { rpm: 1, maxParallelRequests: 1 })];
    const decision = decideRates(
      scopes,
      ({ type }) => (type === "key" ? useOf([[40_000, 1]]) : useOf([[1_000, 1]], 1)),
      1,
      NOW,
    );
    expect(decision).toMatchObject({ outcome: "limited", scope: TEAM, unit: "requests", waitMs: 59_000 });
  });

  it("shows the tightest limit of each unit, with this request counted when it is admitted", () => {
    const scopes = [limited(KEY, { rpm: 10, tpm: 1_000 }), limited(TEAM, { rpm: 5 })];
    const use = useOf([
      [20_000, 100],
      [10_000, 100],
    ]);
    expect(decideRates(scopes, () => use, 300, NOW)).toEqual({
      outcome: "admitted",
      view: {
        requests: { limit: 5, remaining: 2, resetMs: 40_000 },
        tokens: { limit: 1_000, remaining: 500, resetMs: 40_000 },
      },
    });
    expect(decideRates(scopes, () => use, 900, NOW)).toMatchObject({
      outcome: "limited",
      view: { requests: { remaining: 3 }, tokens: { remaining: 800 } },
    });
  });

  it("limits nothing without limits", () => {
    expect(decideRates([limited(KEY, {})], () => useOf([[1, 1]], 9), 10, NOW)).toEqual({
      outcome: "admitted",
      view: { requests: null, tokens: null },
    });
  });
});

describe("countTokenRoom", () => {
  it("is the least that a token limit leaves", () => {
    const scopes = [limited(KEY, { rpm: 1 }), limited(KEY, { tpm: 500 }), limited(TEAM, { tpm: 90 })];
    expect(countTokenRoom(scopes, () => useOf([[1, 60]]))).toBe(30);
    expect(countTokenRoom(scopes, () => useOf([[1, 100]]))).toBe(0);
    expect(countTokenRoom(scopes.slice(0, 1), () => useOf([[1, 60]]))).toBeNull();
  });
});

describe("ownOrTier", () => {
  it("takes from the tier what a record leaves open", () => {
    const tier = { rpm: 10, tpm: 20, maxParallelRequests: null };
    expect(ownOrTier(null, tier)).toEqual(tier);
    expect(ownOrTier({ rpm: 99, tpm: null, maxParallelRequests: 3 }, tier)).toEqual({
      rpm: 99,
      tpm: 20,
      maxParallelRequests: 3,
    });
  });
});

describe("planRateCap", () => {
  const facts = {
    endpoint: "openai.chat",
    model: "m",
    streamed: false,
    inputTokens: { o200k: 100, claude: 200, "claude-4-7": 300 },
    outputCapTokens: null,
    choices: 2,
    requestedTier: "standard",
    cacheWrite: "none",
    regional: false,
    calls: NO_CALLS,
    previousResponseId: null,
  } as const;
  const cap = (tokenRoom: number | null, outputCapTokens: number | null = null): number | null =>
    planRateCap({ prices: [null], facts: { ...facts, outputCapTokens }, tokenRoom, minimumOutputTokens: 50 });

  it("caps an uncapped request to what is left for each choice, by the highest count of its input", () => {
    expect(cap(1_301)).toBe(500);
  });
  it("leaves a request alone that has its own cap, meets no limit, or would get too little", () => {
    expect([cap(1_301, 7), cap(null), cap(399)]).toEqual([null, null, null]);
    expect(cap(400)).toBe(50);
  });
});
