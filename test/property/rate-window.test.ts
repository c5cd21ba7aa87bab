/** The sliding window against a list of everything that ever happened, counted anew each time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RATE_WINDOW_MS, RateWindow } from "../../src/core/rate-window.ts";
import type { RateLimits } from "../../src/core/rate-window.ts";

interface Seen {
  readonly id: string;
  readonly atMs: number;
  tokens: number;
  running: boolean;
}

const limits: fc.Arbitrary<RateLimits> = fc.record({
  rpm: fc.option(fc.integer({ min: 1, max: 12 })),
  tpm: fc.option(fc.integer({ min: 1, max: 3_000 })),
  maxParallelRequests: fc.option(fc.integer({ min: 1, max: 5 })),
});

const step = fc.record({
  waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20_000 }), fc.constant(RATE_WINDOW_MS)),
  tokens: fc.integer({ min: 0, max: 900 }),
  ends: fc.option(fc.record({ pick: fc.nat(), tokens: fc.integer({ min: 0, max: 900 }) })),
});

it("refuses exactly what does not fit, and says when it will", () => {
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 60 }), (limit, steps) => {
      const window = new RateWindow();
      const seen: Seen[] = [];
      let nowMs = 1_000_000;
      for (const [index, { waitMs, tokens, ends }] of steps.entries()) {
        nowMs += waitMs;
        const running = seen.filter((each) => each.running);
        const ending = ends === null ? undefined : running[ends.pick % Math.max(1, running.length)];
        if (ending !== undefined && ends !== null) {
          window.end(ending.id, ends.tokens);
          ending.running = false;
          ending.tokens = ends.tokens;
        }
        const fits = (atMs: number): boolean => {
          const recent = seen.filter((each) => each.atMs > atMs - RATE_WINDOW_MS);
          const used = recent.reduce((sum, each) => sum + each.tokens, 0);
          return (
            (limit.rpm === null || recent.length < limit.rpm) &&
            (limit.tpm === null || used + tokens <= limit.tpm) &&
            (limit.maxParallelRequests === null ||
              seen.filter((each) => each.running).length < limit.maxParallelRequests)
          );
        };
        const refusal = window.refuse(limit, tokens, nowMs);
        expect(refusal === null).toBe(fits(nowMs));
        if (refusal === null) {
          window.admit(`r${index}`, tokens, nowMs);
          seen.push({ id: `r${index}`, atMs: nowMs, tokens, running: true });
        } else if (refusal.unit !== "parallel_requests") {
          expect(refusal.retryAfterMs).toBeGreaterThan(0);
          expect(refusal.retryAfterMs).toBeLessThanOrEqual(RATE_WINDOW_MS);
          // It fits then, as far as this limit goes, and not a millisecond earlier.
          const at = (atMs: number): readonly Seen[] => seen.filter((each) => each.atMs > atMs - RATE_WINDOW_MS);
          const thenMs = nowMs + refusal.retryAfterMs;
          const usedAt = (atMs: number): number => at(atMs).reduce((sum, each) => sum + each.tokens, tokens);
          if (refusal.unit === "requests") {
            expect(at(thenMs).length).toBeLessThan(refusal.limit);
            expect(at(thenMs - 1).length).toBeGreaterThanOrEqual(refusal.limit);
          } else if (tokens <= refusal.limit) {
            expect(usedAt(thenMs)).toBeLessThanOrEqual(refusal.limit);
            expect(usedAt(thenMs - 1)).toBeGreaterThan(refusal.limit);
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});

describe("a constant rate", () => {
  it.each([1, 7, 60, 599, 6_000])("just under %i a minute is never refused, in five minutes", (rpm) => {
    const window = new RateWindow();
    const gapMs = RATE_WINDOW_MS / rpm;
    const only = { rpm, tpm: rpm * 10, maxParallelRequests: null };
    for (let index = 0; index * gapMs < 5 * RATE_WINDOW_MS; index += 1) {
      const nowMs = Math.ceil(index * gapMs);
      expect(window.refuse(only, 10, nowMs)).toBeNull();
      window.admit(`r${index}`, 10, nowMs);
    }
  });

  it("over the limit lets exactly the limit through in each window", () => {
    const window = new RateWindow();
    const only = { rpm: 10, tpm: null, maxParallelRequests: null };
    const admitted: number[] = [];
    for (let nowMs = 0; nowMs < 5 * RATE_WINDOW_MS; nowMs += 1_000) {
      if (window.refuse(only, 0, nowMs) !== null) continue;
      window.admit(`r${nowMs}`, 0, nowMs);
      admitted.push(nowMs);
    }
    expect(admitted).toHaveLength(50);
  });
});

it("says what is left, and when all of it is there again", () => {
  const window = new RateWindow();
  const only = { rpm: 3, tpm: 100, maxParallelRequests: null };
  expect(window.room(only, 0)).toEqual({
    requests: { limit: 3, remaining: 3, resetMs: 0 },
    tokens: { limit: 100, remaining: 100, resetMs: 0 },
  });
  window.admit("a", 70, 0);
  window.admit("b", 20, 10_000);
  window.end("a", 30);
  expect(window.room(only, 20_000)).toEqual({
    requests: { limit: 3, remaining: 1, resetMs: 50_000 },
    tokens: { limit: 100, remaining: 50, resetMs: 50_000 },
  });
  expect(window.isIdle(70_000)).toBe(false);
  window.end("b", 20);
  expect(window.isIdle(70_000)).toBe(true);
});
