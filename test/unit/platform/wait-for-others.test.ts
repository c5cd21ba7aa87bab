import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { waitForOthers } from "../../../src/platform/wait-for-others.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("sees at once what is there already, with no timer", async () => {
  expect(await waitForOthers(() => true, 1_000)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it("sees within a millisecond what comes soon, within sixteen what comes late, and leaves no timer behind", async () => {
  for (const [doneAtMs, seenByMs] of [
    [3, 4],
    [500, 516],
  ] as const) {
    const startMs = Date.now();
    let seenAtMs: number | null = null;
    const waiting = waitForOthers(() => Date.now() - startMs >= doneAtMs, 1_000).then((isDone) => {
      seenAtMs = Date.now() - startMs;
      return isDone;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await waiting).toBe(true);
    expect(seenAtMs).toBeLessThanOrEqual(seenByMs);
    expect(vi.getTimerCount()).toBe(0);
  }
});

it("gives up exactly when its time is over", async () => {
  const startMs = Date.now();
  const waiting = waitForOthers(() => false, 37).then((isDone) => [isDone, Date.now() - startMs]);
  await vi.advanceTimersByTimeAsync(100);
  expect(await waiting).toEqual([false, 37]);
});
