import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { EventAddress, EventBody } from "../../../src/contract/event-body.ts";
import { createBodyPort } from "../../../src/platform/body-port.ts";
import type { NamedBody } from "../../../src/platform/body-bundle.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const address = (eventId: string, organizationId = "org_1", createdAtMs = 1_000): EventAddress => ({
  organizationId,
  eventId,
  createdAtMs,
});
const bodyOf = (bytes: number): EventBody => ({
  bytes: new Uint8Array(bytes),
  totalBytes: bytes,
  truncated: false,
  contentType: null,
  status: null,
});

/** A port with a bucket that remembers what was put, and fails so often at first. */
function createPort(failures = 0) {
  const puts: (readonly NamedBody[])[] = [];
  const errors: unknown[] = [];
  let failed = 0;
  const port = createBodyPort({
    bodies: {
      async put(bodies) {
        if (failed < failures) {
          failed += 1;
          throw new Error("the bucket is away");
        }
        puts.push(bodies);
      },
    },
    sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    nowMs: Date.now,
    reportError: (error) => errors.push(error),
  });
  return { port, puts, errors, eventsPut: () => puts.map((bodies) => bodies.map((each) => each.address.eventId)) };
}

it("puts together what one organization's requests of a second bring, and nothing else", async () => {
  const { port, eventsPut } = createPort();
  const keeping = [
    port.keep(address("a"), "request", () => bodyOf(1)),
    port.keep(address("a"), "response", () => bodyOf(1)),
    port.keep(address("b", "org_2"), "request", () => bodyOf(1)),
    port.keep(address("c", "org_1", 1_999), "request", () => bodyOf(1)),
    port.keep(address("d", "org_1", 2_000), "request", () => bodyOf(1)),
  ];
  await vi.runAllTimersAsync();
  await Promise.all(keeping);
  expect(eventsPut()).toEqual([["a", "a", "c"], ["b"], ["d"]]);
});

it("begins another bundle when one is full, or has left", async () => {
  const { port, eventsPut } = createPort();
  const keeping = [
    port.keep(address("a"), "request", () => bodyOf(1_500_000)),
    port.keep(address("b"), "request", () => bodyOf(1_500_000)),
  ];
  await vi.runAllTimersAsync();
  keeping.push(port.keep(address("c"), "request", () => bodyOf(1)));
  await vi.runAllTimersAsync();
  await Promise.all(keeping);
  expect(eventsPut()).toEqual([["a"], ["b"], ["c"]]);
});

it("tries three times, for all at once, then tells of it", async () => {
  const saved = createPort(2);
  const lost = createPort(3);
  const keeping = [saved, lost].flatMap(({ port }) => [
    port.keep(address("a"), "request", () => bodyOf(1)),
    port.keep(address("b"), "request", () => bodyOf(1)),
  ]);
  await vi.runAllTimersAsync();
  await Promise.all(keeping);
  expect([saved.eventsPut(), saved.errors.length]).toEqual([[["a", "b"]], 0]);
  expect([lost.puts.length, lost.errors.length]).toEqual([0, 1]);
});

it("delivers its own when the request that gathers is gone", async () => {
  const puts: (readonly NamedBody[])[] = [];
  let sleeps = 0;
  const port = createBodyPort({
    bodies: { put: async (bodies) => void puts.push(bodies) },
    // The first one's wait for others never ends: the platform has ended its request.
    sleep: (durationMs) => {
      sleeps += durationMs > 0 ? 1 : 0;
      return durationMs > 0 && sleeps === 1 ? new Promise(() => undefined) : Promise.resolve();
    },
    nowMs: Date.now,
    reportError: () => undefined,
  });
  void port.keep(address("a"), "request", () => bodyOf(1));
  await vi.advanceTimersByTimeAsync(1);
  const keeping = port.keep(address("b"), "request", () => bodyOf(1));
  await vi.advanceTimersByTimeAsync(10_000);
  await keeping;
  expect(puts.map((bodies) => bodies.map((each) => each.address.eventId))).toEqual([["b"]]);
});
