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
