import { expect, test } from "vitest";
import { retryDelaySeconds } from "../../../src/queue/retry-delay.ts";

test("the delay doubles up to ten minutes", () => {
  expect([1, 2, 3, 9, 10, 100].map(retryDelaySeconds)).toEqual([2, 4, 8, 512, 600, 600]);
});
