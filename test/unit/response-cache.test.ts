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
  ["fresh to the millisecond", null, "a", 60_999, true],
  ["old at the end of its time", null, "a", 61_000, false],
  ["of another cap", 50, "a", 2_000, false],
  ["of the second target", null, "b", 2_000, true],
  ["of a target that is not planned", null, "c", 2_000, false],
])("an answer is given or not when it is %s", (_name, outputCapTokens, servedBy, nowMs, expected) => {
  const request = { outputCapTokens: null, servers: ["a", "b"] };
  expect(mayServe({ keptAtMs: 1_000, outputCapTokens, servedBy }, ON, request, nowMs)).toBe(expected);
});
