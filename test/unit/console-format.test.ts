import { expect, test } from "vitest";
import { endOfDay, startOfDay } from "../../src/console/parts/days.ts";
import { formatAmount } from "../../src/console/parts/format.ts";

test.each([
  ["0", "$0.00"],
  ["12.5", "$12.50"],
  ["0.000000001", "$0.000000001"],
  ["-0.25", "-$0.25"],
  // As a float it would be 9007199254740993.0.
  ["9007199254740993.123456789", "$9,007,199,254,740,993.123456789"],
])("the amount %s is written %s", (amount, text) => {
  expect(formatAmount(amount, "USD")).toBe(text);
});

test("an amount that is no decimal is an error, never a wrong figure", () => {
  expect(() => formatAmount("1e3", "USD")).toThrow("not a decimal: 1e3");
});

test.each([
  ["2026-11-25", "UTC", "2026-11-25T00:00:00.000Z", "2026-11-26T00:00:00.000Z"],
  ["2026-11-25", "Asia/Kathmandu", "2026-11-24T18:15:00.000Z", "2026-11-25T18:15:00.000Z"],
  // 25 hours: the clocks go back.
  ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"],
  // It begins at one o'clock: midnight is skipped.
  ["2026-09-06", "America/Santiago", "2026-09-06T04:00:00.000Z", "2026-09-07T03:00:00.000Z"],
])("the day %s of %s is %s to %s", (day, zone, from, to) => {
  expect([startOfDay(day, zone), endOfDay(day, zone)]).toEqual([from, to]);
});
