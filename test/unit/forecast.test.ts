import { describe, expect, test } from "vitest";
import { dailyRate, forecastBudget, runsOutAtMs, spendAtPace } from "../../src/core/forecast.ts";

const DAY_MS = 86_400_000;

test("a pace is exact in every time", () => {
  const pace = { spentNanos: 7_000_000_001n, durationMs: 7 * DAY_MS };
  expect(dailyRate(pace)).toBe(1_000_000_000n);
  expect(spendAtPace(pace, 7 * DAY_MS)).toBe(7_000_000_001n);
  expect(spendAtPace({ spentNanos: -5n, durationMs: DAY_MS }, DAY_MS)).toBe(0n);
});

test("money runs out in the first millisecond in which nothing is left", () => {
  const pace = { spentNanos: 3n, durationMs: DAY_MS };
  expect(runsOutAtMs(3n, pace, 1_000)).toBe(1_000 + DAY_MS);
  expect(runsOutAtMs(1n, pace, 0)).toBe(DAY_MS / 3);
  expect(runsOutAtMs(1n, { spentNanos: 7n, durationMs: DAY_MS }, 0)).toBe(Math.ceil(DAY_MS / 7));
});

test.each([
  ["nothing is left", 0n, 3n],
  ["it is overdrawn", -1n, 3n],
  ["nothing is spent", 5n, 0n],
  ["money came back", 5n, -2n],
  ["it lasts ten years", 2n ** 62n, 1n],
])("nobody can say when, while %s", (_case, leftNanos, spentNanos) => {
  expect(runsOutAtMs(leftNanos, { spentNanos, durationMs: DAY_MS }, 0)).toBeNull();
});

describe("a budget's window", () => {
  const window = { usedNanos: 40n, limitNanos: 100n, resetsAtMs: 24_000 };

  test("leads where its pace since its start leads", () => {
    const at = { startMs: 0, countedSinceMs: 0, nowMs: 6_000 };
    expect(forecastBudget(window, at)).toEqual({ projectedNanos: 160n, exhaustsAtMs: 15_000 });
    expect(forecastBudget({ ...window, limitNanos: 160n }, at)).toEqual({ projectedNanos: 160n, exhaustsAtMs: null });
    expect(forecastBudget({ ...window, limitNanos: 40n }, at)).toEqual({ projectedNanos: 160n, exhaustsAtMs: null });
  });

  test("counts from when the budget was made", () => {
    const at = { startMs: 0, countedSinceMs: 4_000, nowMs: 6_000 };
    expect(forecastBudget(window, at)).toEqual({ projectedNanos: 400n, exhaustsAtMs: 9_000 });
  });

  test("says nothing in its first twentieth", () => {
    const early = { startMs: 0, countedSinceMs: 0, nowMs: 1_199 };
    expect(forecastBudget(window, early)).toEqual({ projectedNanos: null, exhaustsAtMs: null });
    expect(forecastBudget(window, { ...early, nowMs: 1_200 }).projectedNanos).toBe(800n);
  });
});
