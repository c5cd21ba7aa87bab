import { describe, expect, it } from "vitest";
import {
  askAtTokens,
  boundTargetTokens,
  coveredOutputTokens,
  mergeHolds,
  nextTargetTokens,
  outputTokensOf,
  planExtension,
  stopAtTokens,
  withOutputTokens,
  withoutOutput,
} from "../../src/core/hold-extension.ts";
import { EMPTY_BUCKETS, NO_CALLS, type Usage } from "../../src/core/usage.ts";

/** 500 for the rest, and `perThousand` for a thousand tokens, rounded half-up. */
const costing =
  (perThousand: bigint) =>
  (tokens: number): bigint =>
    500n + (BigInt(tokens) * perThousand + 500n) / 1_000n;

describe("coveredOutputTokens", () => {
  it.each([
    { amountNanos: 499n, perThousand: 1_000n, tokens: 0 },
    { amountNanos: 500n, perThousand: 1_000n, tokens: 0 },
    { amountNanos: 501n, perThousand: 1_000n, tokens: 1 },
    { amountNanos: 1_500n, perThousand: 1_000n, tokens: 1_000 },
    { amountNanos: 1_500n, perThousand: 3n, tokens: 333_499 },
    { amountNanos: 500n, perThousand: 3n, tokens: 166 },
    { amountNanos: 10n ** 17n, perThousand: 0n, tokens: Number.POSITIVE_INFINITY },
  ])("$amountNanos at $perThousand a thousand: $tokens", ({ amountNanos, perThousand, tokens }) => {
    const costOf = costing(perThousand);
    expect(coveredOutputTokens(amountNanos, costOf)).toBe(tokens);
    if (Number.isFinite(tokens) && tokens > 0) {
      expect(costOf(tokens)).toBeLessThanOrEqual(amountNanos);
      expect(costOf(tokens + 1)).toBeGreaterThan(amountNanos);
    }
  });

  it("is found with few questions where a nano-unit is millions of tokens", () => {
    let questions = 0;
    const costOf = (tokens: number): bigint => {
      questions += 1;
      return (BigInt(tokens) + 50_000_000n) / 100_000_000n;
    };
    expect(coveredOutputTokens(3n, costOf)).toBe(349_999_999);
    expect(questions).toBeLessThan(100);
  });
});

describe("when to ask, and when to stop", () => {
  it.each([
    { name: "no limit is known", coveredTokens: 1_000, limitTokens: null, askAt: 800, stopAt: 950 },
    { name: "the limit is out of reach", coveredTokens: 1_000, limitTokens: 4_000, askAt: 800, stopAt: 950 },
    { name: "the hold covers the limit", coveredTokens: 1_200, limitTokens: 1_000, askAt: 1_001, stopAt: 1_140 },
    { name: "the hold covers just the limit", coveredTokens: 1_000, limitTokens: 1_000, askAt: 1_001, stopAt: 1_000 },
    { name: "the hold is far over the limit", coveredTokens: 10_000, limitTokens: 10, askAt: 8_000, stopAt: 9_744 },
    { name: "the hold is large", coveredTokens: 100_000, limitTokens: null, askAt: 80_000, stopAt: 99_744 },
    { name: "nothing is covered", coveredTokens: 0, limitTokens: 100, askAt: 1, stopAt: 1 },
  ])("$name", ({ coveredTokens, limitTokens, askAt, stopAt }) => {
    expect(askAtTokens({ coveredTokens, limitTokens })).toBe(askAt);
    expect(stopAtTokens({ coveredTokens, limitTokens })).toBe(stopAt);
  });
});

describe("nextTargetTokens", () => {
  it.each([
    { name: "one stretch more", coveredTokens: 1_000, limitTokens: null, usedTokens: 800, target: 3_048 },
    { name: "half of what was covered", coveredTokens: 10_000, limitTokens: null, usedTokens: 8_000, target: 15_000 },
    { name: "a bounded stretch", coveredTokens: 90_000, limitTokens: null, usedTokens: 80_000, target: 122_768 },
    { name: "from where it is", coveredTokens: 1_000, limitTokens: null, usedTokens: 1_500, target: 3_548 },
    { name: "no more than can come", coveredTokens: 1_000, limitTokens: 1_500, usedTokens: 800, target: 1_500 },
    {
      name: "beyond a limit that was passed",
      coveredTokens: 1_200,
      limitTokens: 1_000,
      usedTokens: 1_001,
      target: 3_248,
    },
  ])("asks for $name", ({ coveredTokens, limitTokens, usedTokens, target }) => {
    expect(nextTargetTokens({ coveredTokens, limitTokens }, usedTokens)).toBe(target);
  });

  it("takes few questions for the longest stream", () => {
    const limitTokens = 128_000;
    let coveredTokens = 1_000;
    let questions = 0;
    while (coveredTokens < limitTokens) {
      const reach = { coveredTokens, limitTokens };
      coveredTokens = nextTargetTokens(reach, askAtTokens(reach));
      questions += 1;
    }
    expect(questions).toBeLessThan(13);
    expect(coveredTokens).toBe(limitTokens);
  });

  it("is bounded in what it is granted", () => {
    expect(boundTargetTokens(5_000, 100)).toBe(5_000);
    expect(boundTargetTokens(10 ** 9, 100)).toBe(131_172);
  });
});

describe("usage with other output", () => {
  const usage: Usage = {
    passes: [
      { model: "a", tokens: { ...EMPTY_BUCKETS, input: 5, output: 3 } },
      { model: "b", tokens: { ...EMPTY_BUCKETS, input: 7, output: 2, audioOutput: 1 } },
    ],
    tier: "fast",
    regional: true,
    calls: { ...NO_CALLS, webSearch: 2 },
    reasoningTokens: 0,
    flags: [],
  };

  it("lets the last pass go on", () => {
    const grown = withOutputTokens(usage, 10);
    expect(outputTokensOf(grown)).toBe(10);
    expect(grown.passes[0]).toEqual(usage.passes[0]);
    expect(grown.passes[1]?.tokens).toEqual({ ...EMPTY_BUCKETS, input: 7, output: 6, audioOutput: 1 });
    expect(grown).toMatchObject({ tier: "fast", regional: true, calls: { webSearch: 2 } });
  });

  it("never takes output away", () => {
    expect(withOutputTokens(usage, 4)).toEqual(usage);
  });

  it("keeps everything else without output", () => {
    expect(outputTokensOf(withoutOutput(usage))).toBe(0);
    expect(withoutOutput(usage).passes.map(({ tokens }) => tokens.input)).toEqual([5, 7]);
  });
});

describe("planExtension", () => {
  const user = (availableNanos: bigint) => ({ walletId: "user", availableNanos });
  const organization = (availableNanos: bigint) => ({ walletId: "organization", availableNanos });

  it.each([
    { name: "from the same wallet", targetNanos: 15n, from: [user(9n), organization(9n)], holds: { user: 5n } },
    {
      name: "then up the cascade",
      targetNanos: 20n,
      from: [user(4n), organization(9n)],
      holds: { user: 4n, organization: 6n },
    },
    {
      name: "past a wallet in debt",
      targetNanos: 12n,
      from: [user(-4n), organization(9n)],
      holds: { organization: 2n },
    },
    {
      name: "as far as money goes",
      targetNanos: 99n,
      from: [user(4n), organization(1n)],
      holds: { user: 4n, organization: 1n },
    },
    { name: "nothing without money", targetNanos: 99n, from: [user(0n), organization(-1n)], holds: {} },
    { name: "nothing when the target is held", targetNanos: 10n, from: [user(9n)], holds: {} },
    { name: "nothing when more is held", targetNanos: 3n, from: [user(9n)], holds: {} },
  ])("holds $name", ({ targetNanos, from, holds }) => {
    const planned = planExtension(10n, targetNanos, from);
    expect(Object.fromEntries(planned.map(({ walletId, amountNanos }) => [walletId, amountNanos]))).toEqual(holds);
  });

  it("keeps one hold for each wallet", () => {
    const hold = (walletId: string, amountNanos: bigint) => ({ walletId, amountNanos });
    expect(mergeHolds([hold("user", 1n), hold("team", 2n)], [hold("team", 3n), hold("organization", 4n)])).toEqual([
      hold("user", 1n),
      hold("team", 5n),
      hold("organization", 4n),
    ]);
  });
});
