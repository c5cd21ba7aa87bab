import * as fc from "fast-check";
import { expect, test } from "vitest";
import { countLimit, decideTakes, endTake, NO_USE } from "../../src/core/limit-counter.ts";
import type { CountedLimit, LimitCounter, Take, Use } from "../../src/core/limit-counter.ts";

const calendar = { timeZone: "Asia/Kathmandu", weekStartsOn: "sunday" } as const;
const HOUR_MS = 60 * 60 * 1_000;

const anyUse: fc.Arbitrary<Use> = fc.record({
  credits: fc.bigInt(0n, 40n),
  tokens: fc.bigInt(0n, 40n),
  requests: fc.constant(1n),
});

const anyLimit = fc.record({
  unit: fc.constantFrom("credits" as const, "tokens" as const, "requests" as const),
  window: fc.constantFrom("total" as const, "run" as const, "hourly" as const, "daily" as const),
  limit: fc.bigInt(0n, 120n),
});

/** A request, or an end of the n-th open one with a share of what it took; time goes on. */
const anyStep = fc.oneof(
  fc.record({
    kind: fc.constant("request" as const),
    use: anyUse,
    run: fc.constantFrom("a", "b"),
    afterMs: fc.nat(HOUR_MS),
  }),
  fc.record({
    kind: fc.constant("end" as const),
    which: fc.nat(20),
    percent: fc.bigInt(0n, 100n),
    afterMs: fc.nat(HOUR_MS),
  }),
);

interface Open {
  readonly takes: readonly Take[];
  readonly use: Use;
}

function scale(use: Use, percent: bigint): Use {
  if (percent === 0n) return NO_USE;
  return { credits: (use.credits * percent) / 100n, tokens: (use.tokens * percent) / 100n, requests: 1n };
}

test("whatever comes in whatever order, used and held never exceed a limit, and held is what open requests took", () => {
  fc.assert(
    fc.property(
      fc.array(anyLimit, { minLength: 1, maxLength: 4 }),
      fc.array(anyStep, { maxLength: 60 }),
      (kinds, steps) => {
        const counters = new Map<string, LimitCounter>();
        const limits = new Map<string, CountedLimit>();
        const open: Open[] = [];
        let nowMs = Date.parse("2026-03-28T20:00:00Z");
        for (const step of steps) {
          nowMs += step.afterMs;
          if (step.kind === "request") {
            const now = kinds.flatMap((kind, index) => {
              const counted = countLimit(
                { id: `l${index}`, ...kind },
                { nowMs, calendar, runId: step.run, currency: "USD" },
              );
              return counted === null ? [] : [counted];
            });
            for (const limit of now) limits.set(limit.counterKey, limit);
            const before = new Map(counters);
            const decision = decideTakes(now, (key) => counters.get(key) ?? null, step.use);
            if (decision.outcome === "exceeded") {
              expect(decision.evaluated.some(({ fits }) => !fits)).toBe(true);
              expect(counters).toEqual(before);
              continue;
            }
            for (const counter of decision.counters) counters.set(counter.key, counter);
            open.push({ takes: decision.takes, use: step.use });
          } else {
            const [ended] = open.splice(step.which % Math.max(1, open.length), 1);
            for (const take of ended?.takes ?? []) {
              const counter = counters.get(take.key);
              if (counter === undefined || ended === undefined) throw new Error("no counter");
              counters.set(take.key, endTake(counter, take, scale(ended.use, step.percent), null));
            }
          }
          for (const [key, { used, held }] of counters) {
            const taken = open.flatMap(({ takes }) => takes).filter((take) => take.key === key);
            expect(held).toBe(taken.reduce((sum, take) => sum + take.held, 0n));
            expect(used + held).toBeLessThanOrEqual(limits.get(key)?.limit ?? -1n);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});
