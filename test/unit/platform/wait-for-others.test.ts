import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { waitForOthers, type Looks } from "../../../src/platform/wait-for-others.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const LOOKS: Looks = { firstAfterMs: 1, everyMs: 1, atMostEveryMs: 16, untilMs: 1_000 };

it("sees at once what is there already, with no timer", async () => {
  expect(await waitForOthers(() => true, LOOKS)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it("looks at its first time, then at its pace, ever more slowly up to its slowest, and leaves no timer behind", async () => {
  const startMs = Date.now();
  const looks: number[] = [];
  const isDone = (): boolean => {
    looks.push(Date.now() - startMs);
    return looks.length === 12;
  };
  const waiting = waitForOthers(isDone, { firstAfterMs: 25, everyMs: 10, atMostEveryMs: 30, untilMs: 1_000 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await waiting).toBe(true);
  expect(looks).toEqual([0, 25, 35, 45, 55, 65, 85, 105, 125, 145, 175, 205]);
  expect(vi.getTimerCount()).toBe(0);
});

it("gives up exactly when its time is over", async () => {
  const startMs = Date.now();
  const waiting = waitForOthers(() => false, { ...LOOKS, untilMs: 37 }).then((isDone) => [
    isDone,
    Date.now() - startMs,
  ]);
  await vi.advanceTimersByTimeAsync(100);
  expect(await waiting).toEqual([false, 37]);
});
