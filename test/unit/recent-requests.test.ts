import { expect, it } from "vitest";
import { RecentRequests } from "../../src/core/recent-requests.ts";

const request = (index: number) => ({ id: `res_${index}`, atMs: index * 1_000, tokens: 1, isOpen: true });

it("remembers nothing of requests that nothing limits", () => {
  const recent = new RecentRequests();
  for (let index = 0; index < 1_000; index++) {
    recent.enter([], request(index));
    recent.end(`res_${index}`, 1);
  }
  expect(recent.size).toBe(0);
});

it("forgets what has left the window also when nobody asks, and keeps what has not ended", () => {
  const recent = new RecentRequests();
  for (let index = 0; index < 1_000; index++) {
    recent.enter([`key:${index}`], request(index));
    if (index > 0) recent.end(`res_${index}`, 1);
  }
  expect(recent.size).toBe(61);
  expect(recent.useOf("key:0", 999_000)).toMatchObject({ requests: 0, parallelRequests: 1 });
  recent.end("res_0", 1);
  expect(recent.useOf("key:0", 999_000)).toBeNull();
});

it("takes what is in the future for made now, when the clock was set back", () => {
  const recent = new RecentRequests();
  const scopes = ["key:1"];
  for (const index of [100, 101]) recent.enter(scopes, request(index));
  expect(recent.useOf("key:1", 40_000)?.at(0)).toMatchObject({ atMs: 40_000 });
  recent.enter(scopes, { ...request(41), isOpen: false });
  recent.end("res_100", 5);
  expect(recent.useOf("key:1", 99_999)).toMatchObject({ requests: 3, tokens: 7, parallelRequests: 1 });
  expect(recent.useOf("key:1", 100_000)).toMatchObject({ requests: 1, tokens: 1, parallelRequests: 1 });
  expect(recent.useOf("key:1", 101_000)).toMatchObject({ requests: 0, parallelRequests: 1 });
});
