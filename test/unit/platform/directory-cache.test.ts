import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDirectoryCache } from "../../../src/platform/directory-cache.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function cacheOf(load: (call: number) => Promise<number | null>) {
  const seen = { loads: 0, errors: 0 };
  const cache = createDirectoryCache({
    load: async () => {
      seen.loads += 1;
      return load(seen.loads);
    },
    nowMs: Date.now,
    sleep: async (durationMs) => new Promise<void>((resolve) => setTimeout(resolve, durationMs)),
    reportError: () => {
      seen.errors += 1;
    },
  });
  return { cache, seen };
}

test("many requests at once read once, and so do those of the next five seconds", async () => {
  const { cache, seen } = cacheOf(async (call) => call);
  expect(await Promise.all(Array.from({ length: 50 }, () => cache.read("org_1")))).toEqual(Array(50).fill(1));
  await vi.advanceTimersByTimeAsync(4_900);
  expect(await cache.read("org_1")).toBe(1);
  expect(await cache.read("org_1", 1_000)).toBe(2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await cache.read("org_1")).toBe(3);
  expect(await cache.read("org_2")).toBe(4);
  expect(seen).toEqual({ loads: 4, errors: 0 });
});

test("a database that fails is left alone for a second", async () => {
  const { cache, seen } = cacheOf(async (call) => (call === 1 ? Promise.reject(new Error("D1_ERROR")) : call));
  expect(await Promise.all([cache.read("org_1"), cache.read("org_1")])).toEqual([null, null]);
  expect(await cache.read("org_1", 0)).toBeNull();
  expect(seen).toEqual({ loads: 1, errors: 1 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await cache.read("org_1")).toBe(2);
});

test("an organization that does not exist is none", async () => {
  const { cache, seen } = cacheOf(async () => null);
  expect(await cache.read("org_1")).toBeNull();
  expect(seen.errors).toBe(0);
});

test("a database that does not answer is given up; nobody waits for another's read for long", async () => {
  const { cache, seen } = cacheOf(async (call) => (call === 1 ? new Promise<null>(() => {}) : call));
  const first = cache.read("org_1");
  const second = cache.read("org_1");
  await vi.advanceTimersByTimeAsync(500);
  expect(await second).toBe(2);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(await first).toBeNull();
  expect(seen).toEqual({ loads: 2, errors: 1 });
});
