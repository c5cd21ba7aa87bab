import { describe, expect, it } from "vitest";
import { eventIdOfLog, eventIdOfReservation } from "../../src/contract/event.ts";
import { bodyRuleOf, dayOf, matchedOfEvent, retentionCutoffMs, ruleOfFailure } from "../../src/core/event.ts";
import type { Failure } from "../../src/core/failure.ts";
import type { RateScope } from "../../src/core/rate-limit.ts";

const DAY_MS = 86_400_000;

describe("ruleOfFailure", () => {
  const window = {
    policyId: "bud_1",
    scope: { type: "organization", id: null },
    window: "daily",
    resetsAtMs: 0,
  } as const;
  const limited = (scope: RateScope): Failure => ({
    kind: "rate_limited",
    scope,
    limit: 1,
    unit: "requests",
    retryAfterSeconds: 1,
    rates: { requests: null, tokens: null },
  });
  const amounts = { limitNanos: 10n, usedNanos: 4n, heldNanos: 3n };
  it.each([
    [{ kind: "access_denied", rule: "no toys", model: "m" }, "no toys"],
    [{ kind: "access_denied", rule: null, model: "m" }, null],
    [
      { kind: "access_denied", rule: null, model: "m", limit: { name: "max_output_tokens", allowedOutputTokens: 5 } },
      "max_output_tokens",
    ],
    [
      {
        kind: "budget_exhausted",
        retryAfterSeconds: 1,
        budgets: [
          { ...window, ...amounts, name: "soft", hard: false, requestedNanos: 4n },
          { ...window, ...amounts, name: "roomy", hard: true, requestedNanos: 3n },
          { ...window, ...amounts, name: "tight", hard: true, requestedNanos: 4n },
        ],
      },
      "tight",
    ],
    [limited({ type: "key", id: "key_1", name: null }), "key"],
    [limited({ type: "policy", id: "pol_1:key_1", name: "Small" }), "Small"],
    [{ kind: "invalid_request", param: null, code: "zdr_not_possible", message: "no" }, "zdr_not_possible"],
    [{ kind: "identity_not_allowed", header: "x-user-id" }, "x-user-id"],
    [{ kind: "wallet_unavailable" }, null],
  ] satisfies [Failure, string | null][])("of %o is %s", (failure, rule) => {
    expect(ruleOfFailure(failure)).toBe(rule);
  });
});

describe("bodyRuleOf", () => {
  it.each([
    ["off", true, false, "kept"],
    ["passthrough", true, false, "kept"],
    ["off", false, false, "off"],
    ["off", true, true, "elsewhere"],
    ["strict", true, false, "strict"],
    ["strict", true, true, "strict"],
  ] as const)("zdr %s, wanted %s, elsewhere %s: %s", (zdrMode, keepsBodies, forwardedElsewhere, rule) => {
    expect(bodyRuleOf({ zdrMode, keepsBodies, forwardedElsewhere })).toBe(rule);
  });
});

describe("retentionCutoffMs", () => {
  it.each([
    ["2026-03-31T00:00:00.000Z", 30, "2026-03-01"],
    ["2026-03-31T23:59:59.999Z", 30, "2026-03-01"],
    ["2026-04-01T00:00:00.000Z", 30, "2026-03-02"],
    ["2026-03-02T12:00:00.000Z", 1, "2026-03-01"],
  ])("at %s with %i days lets go of what is before %s", (now, days, first) => {
    const cutoffMs = retentionCutoffMs(Date.parse(now), days);
    expect(cutoffMs).toBe(Date.parse(first));
    // Nothing goes before its time.
    expect(Date.parse(now) - (cutoffMs - 1)).toBeGreaterThan(days * DAY_MS);
  });
});

it("a day is one of UTC", () => {
  expect(dayOf(Date.parse("2026-03-31T23:59:59.999Z"))).toBe("2026-03-31");
});

it("an event keeps the first of very many policies", () => {
  const many = Array.from({ length: 60 }, (_, index) => ({ id: `pol_${index}`, name: "n", effect: "allow" as const }));
  expect(matchedOfEvent(many)).toEqual(many.slice(0, 50));
});

it("the side that keeps the bodies and the one that stores the event name it alike", () => {
  expect(eventIdOfReservation("res_1")).toBe(eventIdOfLog("log_1"));
  expect(eventIdOfReservation("res_1", true)).toBe(eventIdOfLog("log_1_refused"));
});
