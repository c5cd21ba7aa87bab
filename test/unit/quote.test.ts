import { describe, expect, test } from "vitest";
import { NANOS_PER_UNIT, ONE, rational } from "../../src/core/money.ts";
import type { Nanos } from "../../src/core/money.ts";
import type { Price } from "../../src/core/price.ts";
import { planOutputCap } from "../../src/core/output-cap.ts";
import { affordableOutputTokens, quoteHold } from "../../src/core/quote.ts";
import type { OutputCapPlan, OutputCapSettings } from "../../src/core/output-cap.ts";
import type { RequestFacts } from "../../src/core/request-facts.ts";
import { NO_CALLS } from "../../src/core/usage.ts";
import { DEFAULT_WALLET_SETTINGS } from "../../src/core/wallet.ts";
import { factsOf, priceNamed } from "../support/price-list.ts";

// gpt-4o: 2.50 in, 10.00 out, no write rate. gpt-6.1-sol: 2.00 in, 2.50 written, 10.00 out.
const PLAIN = priceNamed("gpt-4o");
const SOL = priceNamed("gpt-6.1-sol");
const OPUS = priceNamed("claude-opus-5-5");

interface HoldOptions {
  readonly cap?: number;
  readonly bufferBasisPoints?: number;
}

/** In nano-USD, without a buffer unless one is given. */
function hold(price: Price, facts: Partial<RequestFacts> & { tokens?: number }, options: HoldOptions = {}): Nanos {
  const { cap = 0, bufferBasisPoints = 0 } = options;
  return quoteHold({ price, facts: factsOf(facts), outputCapTokens: cap, bufferBasisPoints, exchangeRate: ONE })
    .holdNanos;
}

/** Nano-dollars per input token, for each cache write that a request may ask for. */
function writeRates(price: Price, writes: readonly RequestFacts["cacheWrite"][]): bigint[] {
  return writes.map((cacheWrite) => hold(price, { tokens: 1_000_000, cacheWrite }) / 1_000_000n);
}

function affordable(amountNanos: Nanos): number {
  return affordableOutputTokens({
    price: PLAIN,
    facts: factsOf(),
    bufferBasisPoints: 0,
    exchangeRate: ONE,
    amountNanos,
  });
}

interface PlanOptions {
  readonly price?: Price;
  readonly facts?: Partial<RequestFacts>;
  readonly settings?: Partial<OutputCapSettings>;
  readonly clampRequested?: boolean;
  readonly policyLimitTokens?: number | null;
  /** Output tokens that the money covers, beside the input. */
  readonly fundsForTokens?: number;
}

function plan(options: PlanOptions): OutputCapPlan {
  const { price = PLAIN, fundsForTokens = 1_000_000, clampRequested = false, policyLimitTokens = null } = options;
  return planOutputCap({
    price,
    facts: factsOf(options.facts),
    settings: { ...DEFAULT_WALLET_SETTINGS, ...options.settings },
    clampRequested,
    policyLimitTokens,
    availableNanos: 2_500_000n + BigInt(fundsForTokens) * 10_000n,
    bufferBasisPoints: 0,
    exchangeRate: ONE,
  });
}

function covered(holdCapTokens: number, sendCapTokens: number | null, clamped = false): object {
  return { outcome: "covered", holdCapTokens, sendCapTokens, clamped };
}

describe("the hold", () => {
  test("is input and cap at their rates, times 100 % and the buffer", () => {
    // (1,000 × 2.50 + 500 × 10.00) × 1.2
    expect(hold(PLAIN, {}, { cap: 500, bufferBasisPoints: 2_000 })).toBe(9_000_000n);
  });

  test("is rounded once, half-up, after the buffer and the exchange", () => {
    // 0.005 USD per million: 5 nano-dollars per token, and 5.5 with 10 %.
    const price: Price = { ...PLAIN, rates: { ...PLAIN.rates, input: 5_000_000n, cachedInput: null } };
    expect(hold(price, { tokens: 1 }, { bufferBasisPoints: 1_000 })).toBe(6n);
    const request = { price, facts: factsOf({ tokens: 1 }), outputCapTokens: 0, bufferBasisPoints: 1_000 };
    expect(quoteHold({ ...request, exchangeRate: rational(1n, 2n) }).holdNanos).toBe(3n);
  });

  test("multiplies the output by the choices", () => {
    expect(hold(PLAIN, { tokens: 0, choices: 3 }, { cap: 100 })).toBe(3_000_000n);
  });

  test("takes the cache write rate that the request can cause, where the model has one", () => {
    const short = { ...SOL, longContext: null };
    expect(writeRates(short, ["none", "automatic", "30m", "12h"])).toEqual([2_000n, 2_500n, 2_500n, 2_500n]);
    expect(writeRates({ ...priceNamed("gpt-6.1-terra"), longContext: null }, ["12h"])).toEqual([2_500n]);
    expect(writeRates(PLAIN, ["automatic"])).toEqual([2_500n]);
    expect(writeRates(OPUS, ["none", "automatic", "5m", "1h"])).toEqual([4_000n, 5_000n, 5_000n, 8_000n]);
  });

  test("uses long-context rates from one token over the threshold", () => {
    expect(hold(SOL, { tokens: 272_000 }, { cap: 1_000 })).toBe(544_000_000n + 10_000_000n);
    expect(hold(SOL, { tokens: 272_001 }, { cap: 1_000 })).toBe(1_088_004_000n + 15_000_000n);
  });

  test("follows the tier that is asked for; auto is the dearest on offer", () => {
    const byTier = (["standard", "flex", "fast", "auto", "contract"] as const).map((requestedTier) =>
      hold(SOL, { requestedTier }),
    );
    expect(byTier).toEqual([2_000_000n, 1_000_000n, 4_000_000n, 4_000_000n, 2_000_000n]);
  });

  test("adds the region's factor to tokens and fees unscaled, the buffer on both", () => {
    const facts = { regional: true, calls: { ...NO_CALLS, webSearch: 3 } };
    expect(hold(SOL, facts, { bufferBasisPoints: 2_000 })).toBe(((2_200_000n + 30_000_000n) * 12n) / 10n);
  });

  test("takes audio rates unless the request has no audio", () => {
    const price = priceNamed("gpt-audio");
    expect(hold(price, {}, { cap: 1_000 })).toBe(96_000_000n);
    expect(hold(price, { audioInput: false, audioOutput: false }, { cap: 1_000 })).toBe(12_500_000n);
  });

  test("counts the input with the model's own vocabulary", () => {
    const inputTokens = { o200k: 1, claude: 2, "claude-4-7": 3 };
    expect(hold(OPUS, { inputTokens })).toBe(12_000n);
  });

  test("of a free model is nothing, whatever it calls", () => {
    expect(hold({ ...SOL, free: true }, { calls: { ...NO_CALLS, webSearch: 9 } }, { cap: 1_000 })).toBe(0n);
  });
});

describe("with targets to fall back to", () => {
  const request = {
    price: PLAIN,
    fallbackPrices: [priceNamed("claude-opus-4-5"), priceNamed("gpt-4o-mini")],
    facts: factsOf(),
    bufferBasisPoints: 0,
    exchangeRate: ONE,
  };

  test("the hold covers the dearest, and what is affordable is so on each", () => {
    // Opus 4.5: 5.00 in, 25.00 out.
    expect(quoteHold({ ...request, outputCapTokens: 100 }).holdNanos).toBe(7_500_000n);
    expect(affordableOutputTokens({ ...request, amountNanos: 7_500_000n })).toBe(100);
  });

  test("a cap that every target accepts is sent, because some would go on", () => {
    const settings = DEFAULT_WALLET_SETTINGS;
    const planned = planOutputCap({ ...request, settings, clampRequested: false, availableNanos: NANOS_PER_UNIT });
    expect(planned).toMatchObject({ outcome: "covered", holdCapTokens: 16_384, sendCapTokens: 16_384 });
  });
});

test("what an amount affords is at most the model's maximum, and 0 when the input alone is too dear", () => {
  expect(affordable(2_499_999n)).toBe(0);
  expect(affordable(2_500_000n)).toBe(0);
  expect(affordable(2_510_000n)).toBe(1);
  expect(affordable(1_000n * NANOS_PER_UNIT)).toBe(16_384);
});

test("what is affordable rounds as the hold does", () => {
  // Half a nano-dollar per token: 20 tokens cost 10, and 21 cost 10.5, which is held as 11.
  const price: Price = { ...PLAIN, rates: { ...PLAIN.rates, output: 500_000n } };
  const request = { price, facts: factsOf({ tokens: 0 }), bufferBasisPoints: 0, exchangeRate: ONE };
  expect(affordableOutputTokens({ ...request, amountNanos: 10n })).toBe(20);
});

describe("the output cap", () => {
  test.each<[string, PlanOptions, object]>([
    ["no cap: the model's maximum, which needs no sending", {}, covered(16_384, null)],
    ["a default below it is held and sent", { settings: { defaultMaxOutputTokens: 4_000 } }, covered(4_000, 4_000)],
    ["a default above it is the maximum", { settings: { defaultMaxOutputTokens: 99_999 } }, covered(16_384, null)],
    [
      "a default that is not enforced is held and not sent",
      { settings: { defaultMaxOutputTokens: 4_000, enforceDefaultMaxOutput: false } },
      covered(4_000, null),
    ],
    [
      "nothing known: 32,768, sent even where defaults are not enforced",
      { price: { ...PLAIN, maxOutputTokens: null }, settings: { enforceDefaultMaxOutput: false } },
      covered(32_768, 32_768),
    ],
    [
      "a default where no maximum is known",
      { price: { ...PLAIN, maxOutputTokens: null }, settings: { defaultMaxOutputTokens: 50_000 } },
      covered(50_000, 50_000),
    ],
    [
      "a policy's limit is always sent",
      { policyLimitTokens: 2_000, settings: { enforceDefaultMaxOutput: false } },
      covered(2_000, 2_000),
    ],
    [
      "also where it equals a default that is not",
      {
        policyLimitTokens: 2_000,
        settings: { defaultMaxOutputTokens: 2_000, enforceDefaultMaxOutput: false },
      },
      covered(2_000, 2_000),
    ],
    [
      "the caller's own cap stays as it is",
      { facts: { outputCapTokens: 9_000 }, settings: { defaultMaxOutputTokens: 4_000 } },
      covered(9_000, null),
    ],
    ["no cap and less money: what it covers, sent", { fundsForTokens: 5_000 }, covered(5_000, 5_000, true)],
    ["the smallest clamp", { fundsForTokens: 1_024 }, covered(1_024, 1_024, true)],
    [
      "below it the request is short",
      { fundsForTokens: 1_023 },
      { outcome: "short", holdCapTokens: 16_384, affordableOutputTokens: 1_023 },
    ],
    [
      "an own cap is never lowered unasked",
      { facts: { outputCapTokens: 9_000 }, fundsForTokens: 5_000 },
      { outcome: "short", holdCapTokens: 9_000, affordableOutputTokens: 5_000 },
    ],
    [
      "it is when the request asks",
      { facts: { outputCapTokens: 9_000 }, fundsForTokens: 10, clampRequested: true },
      covered(10, 10, true),
    ],
    [
      "or the organization does",
      { facts: { outputCapTokens: 9_000 }, fundsForTokens: 5_000, settings: { clamp: true } },
      covered(5_000, 5_000, true),
    ],
    [
      "but not below what the endpoint accepts",
      { facts: { endpoint: "openai.responses", outputCapTokens: 9_000 }, fundsForTokens: 15, clampRequested: true },
      { outcome: "short", affordableOutputTokens: 15 },
    ],
    [
      "a default that is not enforced is sent once money bounds it",
      { fundsForTokens: 2_000, settings: { defaultMaxOutputTokens: 4_000, enforceDefaultMaxOutput: false } },
      covered(2_000, 2_000, true),
    ],
    [
      "no money at all is short, not a clamp to nothing",
      { facts: { outputCapTokens: 9 }, fundsForTokens: -1, clampRequested: true },
      { outcome: "short", affordableOutputTokens: 0 },
    ],
  ])("%s", (_, options, expected) => {
    expect(plan(options)).toMatchObject(expected);
  });
});
