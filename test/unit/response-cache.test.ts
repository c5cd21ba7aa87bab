import { expect, it } from "vitest";
import { cacheInForce, mayServe } from "../../src/core/response-cache.ts";

const ON = { enabled: true, ttlSeconds: 60 };
const OFF = { enabled: false, ttlSeconds: 60 };

it.each([
  [null, ON, "off", ON],
  [null, OFF, "off", null],
  [OFF, ON, "off", null],
  [{ ...ON, ttlSeconds: 5 }, OFF, "off", { ...ON, ttlSeconds: 5 }],
  [ON, ON, "passthrough", null],
  [ON, ON, "strict", null],
] as const)(
  "the gateway's settings %j before the organization's %j, with retention %s: %j",
  (own, all, zdr, expected) => {
    expect(cacheInForce(own, all, zdr)).toEqual(expected);
  },
);

it.each([
  ["fresh to the millisecond", 1_000, null, 60_999, true],
  ["old at the end of its time", 1_000, null, 61_000, false],
  ["of the same cap", 1_000, 50, 2_000, false],
])("an answer is given when it is %s", (_name, keptAtMs, outputCapTokens, nowMs, expected) => {
  expect(mayServe({ keptAtMs, outputCapTokens }, ON, null, nowMs)).toBe(expected);
});
