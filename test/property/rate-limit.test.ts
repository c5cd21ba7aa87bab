/** Rate limits over whole histories, against a list of everything that ever happened. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decideRates, NO_RECENT_USE } from "../../src/core/rate-limit.ts";
import type { RateLimitedScope } from "../../src/core/rate-limit.ts";
import { RecentRequests } from "../../src/core/recent-requests.ts";

const MINUTE_MS = 60_000;

interface Past {
  readonly id: string;
  readonly atMs: number;
  readonly key: string;
  tokens: number;
  isOpen: boolean;
}

const scopesOf = ({ key }: Past): string[] => [`key:${key}`, "organization:all"];

/** What a restart reads again: the window, and what has not ended. */
function readAgain(history: readonly Past[], nowMs: number): RecentRequests {
  const recent = new RecentRequests();
  for (const past of history) if (past.atMs > nowMs - MINUTE_MS || past.isOpen) recent.enter(scopesOf(past), past);
  return recent;
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("ask" as const), key: fc.constantFrom("a", "b"), tokens: fc.nat(40) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat(30), used: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("forget" as const) }) },
);
const history = fc.array(fc.tuple(fc.oneof(fc.nat(3_000), fc.nat(70_000)), step), { maxLength: 80 });
const limits = fc.record({
  rpm: fc.option(fc.integer({ min: 1, max: 6 })),
  tpm: fc.option(fc.integer({ min: 1, max: 120 })),
  maxParallelRequests: fc.option(fc.integer({ min: 1, max: 4 })),
});

test("no minute holds more than the limits, and nothing is refused that the list of everything would let through", () => {
  let refused = 0;
  fc.assert(
    fc.property(history, limits, limits, (steps, keyLimits, allLimits) => {
      const past: Past[] = [];
      let recent = new RecentRequests();
      let nowMs = 1_000_000;
      for (const [afterMs, each] of steps) {
        nowMs += afterMs;
        if (each.kind === "forget") recent = readAgain(past, nowMs);
        if (each.kind === "end") {
          const ending = past[each.which % Math.max(1, past.length)];
          if (ending === undefined) continue;
          ending.tokens = each.used;
          ending.isOpen = false;
          recent.end(ending.id, each.used);
        }
        if (each.kind !== "ask") continue;
        const scopes: RateLimitedScope[] = [
          { scope: { type: "key", id: each.key, name: null }, limits: keyLimits },
          { scope: { type: "organization", id: "all", name: null }, limits: allLimits },
        ];
        const decision = decideRates(
          scopes,
          ({ type, id }) => recent.useOf(`${type}:${id}`, nowMs) ?? NO_RECENT_USE,
          each.tokens,
          nowMs,
        );
        const fits = scopes.every(({ scope, limits: { rpm, tpm, maxParallelRequests } }) => {
          const own = past.filter(({ key }) => scope.type === "organization" || key === scope.id);
          const minute = own.filter(({ atMs }) => atMs > nowMs - MINUTE_MS);
          const tokens = minute.reduce((sum, { tokens: used }) => sum + used, 0);
          return (
            (rpm === null || minute.length < rpm) &&
            (tpm === null || tokens + each.tokens <= tpm) &&
            (maxParallelRequests === null || own.filter(({ isOpen }) => isOpen).length < maxParallelRequests)
          );
        });
        expect(decision.outcome).toBe(fits ? "admitted" : "limited");
        if (!fits) {
          refused += 1;
          continue;
        }
        const made: Past = { id: `res_${past.length}`, atMs: nowMs, key: each.key, tokens: each.tokens, isOpen: true };
        past.push(made);
        recent.enter(scopesOf(made), made);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(refused).toBeGreaterThan(2_000);
});

test("whoever waits as long as the refusal says is let through, when nobody else asks meanwhile", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(20_000), fc.nat(40)), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 40, max: 120 }),
      (asks, rpm, tpm) => {
        const past: Past[] = [];
        const recent = new RecentRequests();
        const decide = (tokens: number, atMs: number) =>
          decideRates(
            [
              {
                scope: { type: "organization", id: "all", name: null },
                limits: { rpm, tpm, maxParallelRequests: null },
              },
            ],
            () => recent.useOf("organization:all", atMs) ?? NO_RECENT_USE,
            tokens,
            atMs,
          );
        let nowMs = 1_000_000;
        for (const [afterMs, tokens] of asks) {
          nowMs += afterMs;
          const first = decide(tokens, nowMs);
          if (first.outcome === "limited") {
            const waitMs = first.waitMs ?? 0;
            expect(waitMs).toBeGreaterThan(0);
            expect(waitMs).toBeLessThanOrEqual(MINUTE_MS);
            nowMs += waitMs;
            expect(decide(tokens, nowMs).outcome).toBe("admitted");
          }
          const made: Past = { id: `res_${past.length}`, atMs: nowMs, key: "a", tokens, isOpen: true };
          past.push(made);
          recent.enter(scopesOf(made), made);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test("at a constant rate just under the limit nothing is refused, for five minutes and however uneven the clock's ticks", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 600 }), fc.nat(999), (rpm, phaseMs) => {
      const recent = new RecentRequests();
      const scopes = [
        {
          scope: { type: "organization", id: "all", name: null } as const,
          limits: { rpm, tpm: rpm * 100, maxParallelRequests: null },
        },
      ];
      for (let index = 0; index < rpm * 5; index++) {
        const nowMs = 1_000_000 + Math.ceil(phaseMs + (index * MINUTE_MS) / rpm);
        const decision = decideRates(
          scopes,
          () => recent.useOf("organization:all", nowMs) ?? NO_RECENT_USE,
          100,
          nowMs,
        );
        expect(decision.outcome).toBe("admitted");
        const made: Past = { id: `res_${index}`, atMs: nowMs, key: "a", tokens: 100, isOpen: true };
        recent.enter(scopesOf(made), made);
        recent.end(made.id, 100);
      }
    }),
    { numRuns: 30 },
  );
});
