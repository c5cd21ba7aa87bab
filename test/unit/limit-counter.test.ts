import { describe, expect, it } from "vitest";
import { countConstraints, inactiveRule } from "../../src/core/agent-constraint.ts";
import type { Agent } from "../../src/core/agent-constraint.ts";
import {
  bindingLimit,
  countLimit,
  countUse,
  decideTakes,
  endTake,
  evaluate,
  NO_USE,
} from "../../src/core/limit-counter.ts";
import type { CountedLimit, LimitCounter, LimitWindow, Take, UseUnit } from "../../src/core/limit-counter.ts";
import { MAX_NANOS } from "../../src/core/money.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const UTC = { timeZone: "UTC", weekStartsOn: "monday" } as const;
const nowMs = Date.parse("2026-11-18T10:20:00Z");
const at = { nowMs, calendar: UTC, runId: "run-1", currency: "USD" };

function limitOf(limit: bigint, rest: { unit?: UseUnit; window?: LimitWindow; id?: string } = {}): CountedLimit {
  const { id = "lim_1", unit = "requests", window = "total" } = rest;
  const counted = countLimit({ id, unit, window, limit }, at);
  if (counted === null) throw new Error("not counted");
  return counted;
}

const counterOf = (used: bigint, held: bigint): LimitCounter => ({ key: "k", used, held, forgetAfterMs: null });
const asked = { credits: 5n, tokens: 100n, requests: 1n };

describe("countLimit", () => {
  it.each<[LimitWindow, string, string | null]>([
    ["total", "", null],
    ["run", "run-1", null],
    ["hourly", String(Date.parse("2026-11-18T10:00:00Z")), "2026-11-18T11:00:00Z"],
    ["daily", String(Date.parse("2026-11-18T00:00:00Z")), "2026-11-19T00:00:00Z"],
    ["weekly", String(Date.parse("2026-11-16T00:00:00Z")), "2026-11-23T00:00:00Z"],
    ["monthly", String(Date.parse("2026-11-01T00:00:00Z")), "2026-12-01T00:00:00Z"],
  ])("a %s limit has the counter of its window", (window, part, resetsAt) => {
    const limit = limitOf(1n, { window });
    expect(limit.counterKey).toBe(`lim_1|requests|${window}|${part}`);
    expect(limit.resetsAtMs).toBe(resetsAt === null ? null : Date.parse(resetsAt));
  });

  it("knows windows in half-hour zones", () => {
    const calendar = { timeZone: "Asia/Kolkata", weekStartsOn: "monday" } as const;
    const hour = countLimit({ id: "l", unit: "requests", window: "hourly", limit: 1n }, { ...at, calendar });
    // 15:50 in Kolkata: its hour ends at 16:00, half past in UTC.
    expect(hour?.resetsAtMs).toBe(Date.parse("2026-11-18T10:30:00Z"));
    const day = countLimit({ id: "l", unit: "requests", window: "daily", limit: 1n }, { ...at, calendar });
    expect(day?.resetsAtMs).toBe(Date.parse("2026-11-18T18:30:00Z"));
  });

  it("keeps credits of another currency, another unit, window or run apart", () => {
    const of = (unit: UseUnit, window: LimitWindow, rest: Partial<typeof at> = {}) =>
      countLimit({ id: "l", unit, window, limit: 1n }, { ...at, ...rest })?.counterKey;
    const keys = [
      of("credits", "run"),
      of("credits", "run", { currency: "EUR" }),
      of("tokens", "run"),
      of("credits", "daily"),
      of("credits", "run", { runId: "run-2" }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(of("tokens", "run", { currency: "EUR" })).toBe(of("tokens", "run"));
  });

  it("does not count for each run without a run", () => {
    expect(countLimit({ id: "l", unit: "requests", window: "run", limit: 1n }, { ...at, runId: null })).toBeNull();
  });

  it("forgets windows a day after their end, runs thirty days after their last request, totals never", () => {
    expect(limitOf(1n, { window: "daily" }).forgetAfterMs).toBe(Date.parse("2026-11-20T00:00:00Z"));
    expect(limitOf(1n, { window: "run" }).forgetAfterMs).toBe(nowMs + 30 * DAY_MS);
    expect(limitOf(1n).forgetAfterMs).toBeNull();
  });
});

describe("decideTakes", () => {
  it.each([
    ["an unused counter", null, 1n, true],
    ["exactly the limit", counterOf(3n, 3n), 7n, true],
    ["one more than the limit", counterOf(3n, 4n), 7n, false],
    ["used alone", counterOf(7n, 0n), 7n, false],
    ["nothing allowed", null, 0n, false],
    ["a limit that was lowered below what is used", counterOf(9n, 0n), 7n, false],
  ] as const)("%s", (_name, counter, limit, fits) => {
    const decision = decideTakes([limitOf(limit)], () => counter, asked);
    expect(decision.outcome).toBe(fits ? "taken" : "exceeded");
  });

  it("takes of every counter what its unit is asked for", () => {
    const limits = (["credits", "tokens", "requests"] as const).map((unit) => limitOf(1_000n, { id: unit, unit }));
    const decision = decideTakes(limits, () => counterOf(1n, 2n), asked);
    if (decision.outcome !== "taken") throw new Error("exceeded");
    expect(decision.takes.map(({ limitId, held }) => [limitId, held])).toEqual([
      ["credits", 5n],
      ["tokens", 100n],
      ["requests", 1n],
    ]);
    expect(decision.counters.map(({ used, held }) => [used, held])).toEqual([
      [1n, 7n],
      [1n, 102n],
      [1n, 3n],
    ]);
  });

  it("takes nothing when one does not fit, and tells how all of them stand", () => {
    const limits = [limitOf(10n, { id: "wide" }), limitOf(3n, { id: "narrow", window: "daily" })];
    const decision = decideTakes(limits, () => counterOf(1n, 2n), asked);
    if (decision.outcome !== "exceeded") throw new Error("taken");
    expect(
      decision.evaluated.map(({ limit, used, held, requested, fits }) => [limit.id, used, held, requested, fits]),
    ).toEqual([
      ["wide", 1n, 2n, 1n, true],
      ["narrow", 1n, 2n, 1n, false],
    ]);
    expect(bindingLimit(decision.evaluated)?.limit.id).toBe("narrow");
  });

  it("names the exceeded limit that lasts longest", () => {
    const exceeded = (["hourly", "total", "monthly"] as const).map((window) =>
      evaluate(limitOf(0n, { id: window, window }), null, 1n),
    );
    expect(bindingLimit(exceeded)?.limit.id).toBe("total");
    expect(bindingLimit([evaluate(limitOf(9n), null, 1n)])).toBeNull();
  });
});

describe("endTake", () => {
  const take: Take = { limitId: "l", unit: "tokens", key: "k", held: 100n };
  const used = { credits: 1n, tokens: 40n, requests: 1n };

  it.each([
    ["a settlement", counterOf(10n, 150n), used, null, { used: 50n, held: 50n }],
    ["a release", counterOf(10n, 150n), NO_USE, null, { used: 10n, held: 50n }],
    ["more than was held", counterOf(10n, 100n), { ...used, tokens: 300n }, null, { used: 310n, held: 0n }],
    [
      "a late end that is dearer than the expiry",
      counterOf(30n, 7n),
      used,
      { ...used, tokens: 20n },
      { used: 50n, held: 7n },
    ],
    ["a late end that is cheaper", counterOf(30n, 7n), NO_USE, { ...used, tokens: 20n }, { used: 10n, held: 7n }],
    ["more than can be stored", counterOf(MAX_NANOS, 100n), used, null, { used: MAX_NANOS, held: 0n }],
  ])("%s", (_name, counter, ended, counted, expected) => {
    expect(endTake(counter, take, ended, counted)).toMatchObject(expected);
  });
});

describe("countUse", () => {
  it("counts beyond the limit and holds nothing", () => {
    expect(countUse(limitOf(5n), counterOf(4n, 1n), 9n)).toMatchObject({ used: 13n, held: 1n });
    expect(countUse(limitOf(5n), null, 9n)).toMatchObject({ used: 9n, held: 0n });
  });
});

describe("agents", () => {
  const agent: Agent = {
    id: "agt_1",
    name: "Researcher",
    status: "active",
    constraints: [
      { id: "ucn_1", type: "credits", window: "total", limit: 5n },
      { id: "ucn_2", type: "requests", window: "run", limit: 5n },
    ],
  };

  it("counts every constraint", () => {
    const counted = countConstraints(agent, "run-1", at, "X-Agent-Run-Id");
    expect(counted).toMatchObject({ ok: true, value: [{ id: "ucn_1" }, { id: "ucn_2" }] });
  });

  it("does not let a request leave out its run", () => {
    expect(countConstraints(agent, null, at, "X-Agent-Run-Id")).toMatchObject({
      ok: false,
      failure: { kind: "invalid_request", param: "X-Agent-Run-Id", code: "missing_required_parameter" },
    });
  });

  it.each(["paused", "disabled"] as const)("names the rule of an agent that is %s", (status) => {
    expect(inactiveRule({ ...agent, status })).toBe(`agent Researcher (${status})`);
    expect(inactiveRule(agent)).toBeNull();
  });
});
