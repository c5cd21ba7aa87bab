import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALENDAR_WINDOWS, windowAt } from "../../src/core/calendar.ts";
import type { CalendarWindow, WeekStart } from "../../src/core/calendar.ts";

const at = (text: string): number => Date.parse(text);

function bounds(window: CalendarWindow, instant: string, timeZone: string, weekStartsOn: WeekStart = "monday") {
  const { startMs, endMs } = windowAt(window, at(instant), { timeZone, weekStartsOn });
  return [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
}

describe("the window of an instant", () => {
  it.each<[CalendarWindow, string, string, string, string]>([
    ["hourly", "2026-11-25T10:59:59.999Z", "UTC", "2026-11-25T10:00:00.000Z", "2026-11-25T11:00:00.000Z"],
    ["hourly", "2026-11-25T11:00:00.000Z", "UTC", "2026-11-25T11:00:00.000Z", "2026-11-25T12:00:00.000Z"],
    ["hourly", "2026-11-25T10:45:00.000Z", "Asia/Kolkata", "2026-11-25T10:30:00.000Z", "2026-11-25T11:30:00.000Z"],
    ["daily", "2026-11-24T18:29:59.999Z", "Asia/Kolkata", "2026-11-23T18:30:00.000Z", "2026-11-24T18:30:00.000Z"],
    ["daily", "2026-11-24T18:30:00.000Z", "Asia/Kolkata", "2026-11-24T18:30:00.000Z", "2026-11-25T18:30:00.000Z"],
    ["daily", "2026-11-25T10:30:00.000Z", "Pacific/Auckland", "2026-11-24T11:00:00.000Z", "2026-11-25T11:00:00.000Z"],
    // 23 and 25 hours.
    ["daily", "2026-03-29T12:00:00.000Z", "Europe/Berlin", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"],
    ["daily", "2026-10-25T12:00:00.000Z", "Europe/Berlin", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"],
    // The hour between 02:00 and 03:00 comes twice, and is two windows.
    ["hourly", "2026-10-25T00:30:00.000Z", "Europe/Berlin", "2026-10-25T00:00:00.000Z", "2026-10-25T01:00:00.000Z"],
    ["hourly", "2026-10-25T01:30:00.000Z", "Europe/Berlin", "2026-10-25T01:00:00.000Z", "2026-10-25T02:00:00.000Z"],
    // Lord Howe Island is put back by half an hour at 02:00.
    [
      "hourly",
      "2026-04-04T14:45:00.000Z",
      "Australia/Lord_Howe",
      "2026-04-04T14:00:00.000Z",
      "2026-04-04T15:00:00.000Z",
    ],
    [
      "hourly",
      "2026-04-04T15:15:00.000Z",
      "Australia/Lord_Howe",
      "2026-04-04T15:00:00.000Z",
      "2026-04-04T15:30:00.000Z",
    ],
    // Midnight is skipped in Beirut: the day begins at 01:00.
    ["daily", "2026-03-29T12:00:00.000Z", "Asia/Beirut", "2026-03-28T22:00:00.000Z", "2026-03-29T21:00:00.000Z"],
    ["monthly", "2026-02-14T00:00:00.000Z", "UTC", "2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"],
    ["monthly", "2028-02-29T23:59:59.999Z", "UTC", "2028-02-01T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
    ["monthly", "2026-03-31T22:30:00.000Z", "Europe/Berlin", "2026-03-31T22:00:00.000Z", "2026-04-30T22:00:00.000Z"],
    ["monthly", "2026-12-31T23:59:59.999Z", "America/New_York", "2026-12-01T05:00:00.000Z", "2027-01-01T05:00:00.000Z"],
  ])("%s at %s in %s", (window, instant, timeZone, start, end) => {
    expect(bounds(window, instant, timeZone)).toEqual([start, end]);
  });

  it.each<[WeekStart, string, string]>([
    ["monday", "2026-11-23T00:00:00.000Z", "2026-11-30T00:00:00.000Z"],
    ["sunday", "2026-11-22T00:00:00.000Z", "2026-11-29T00:00:00.000Z"],
    ["saturday", "2026-11-21T00:00:00.000Z", "2026-11-28T00:00:00.000Z"],
  ])("begins the week on %s", (weekStartsOn, start, end) => {
    expect(bounds("weekly", "2026-11-25T12:00:00.000Z", "UTC", weekStartsOn)).toEqual([start, end]);
  });
});

it("tiles time: an instant lies in its window, and windows follow each other without a gap", () => {
  const instant = fc.integer({ min: at("2024-01-01"), max: at("2029-01-01") });
  const calendar = fc.record({
    timeZone: fc.constantFrom(
      "UTC",
      "Asia/Kolkata",
      "Asia/Kathmandu",
      "Australia/Lord_Howe",
      "America/St_Johns",
      "America/Havana",
      "Asia/Beirut",
      "Europe/Berlin",
      "Pacific/Auckland",
      "Pacific/Apia",
      "America/New_York",
    ),
    weekStartsOn: fc.constantFrom<WeekStart[]>("monday", "sunday", "saturday"),
  });
  fc.assert(
    fc.property(fc.constantFrom(...CALENDAR_WINDOWS), instant, calendar, (window, atMs, zone) => {
      const { startMs, endMs } = windowAt(window, atMs, zone);
      expect(startMs).toBeLessThanOrEqual(atMs);
      expect(endMs).toBeGreaterThan(atMs);
      expect(windowAt(window, startMs, zone)).toEqual({ startMs, endMs });
      expect(windowAt(window, endMs - 1, zone)).toEqual({ startMs, endMs });
      expect(windowAt(window, endMs, zone).startMs).toBe(endMs);
      expect(windowAt(window, startMs - 1, zone).endMs).toBe(startMs);
    }),
    { numRuns: 500 },
  );
});
