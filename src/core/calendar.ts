/**
 * Calendar windows of a time zone: the hour, day, week or month in which an instant lies, as half-open intervals that follow
 * each other without a gap. Hours end early where the zone's clock is put back or forward by less than an hour; days begin
 * at the first instant whose local time is midnight or later (contract: Budget policy, calendar windows).
 */

export const CALENDAR_WINDOWS = ["hourly", "daily", "weekly", "monthly"] as const;
export type CalendarWindow = (typeof CALENDAR_WINDOWS)[number];

export type WeekStart = "monday" | "sunday" | "saturday";

export interface Calendar {
  /** An IANA name. */
  readonly timeZone: string;
  readonly weekStartsOn: WeekStart;
}

/** `startMs` belongs to the window, `endMs` to the next one. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

/** As `Date.getUTCDay` counts. */
const FIRST_DAY: Readonly<Record<WeekStart, number>> = { sunday: 0, monday: 1, saturday: 6 };

/** The last window of each kind and calendar that was asked for: most questions are about now, and zones are costly. */
const lastWindows = new Map<string, Interval>();

/** The window of this kind in which the instant lies. Throws a `RangeError` for a zone that is unknown. */
export function windowAt(window: CalendarWindow, atMs: number, calendar: Calendar): Interval {
  const name = `${window} ${calendar.weekStartsOn} ${calendar.timeZone}`;
  const last = lastWindows.get(name);
  if (last !== undefined && atMs >= last.startMs && atMs < last.endMs) return last;
  const found = findWindow(window, atMs, calendar);
  lastWindows.set(name, found);
  return found;
}

function findWindow(window: CalendarWindow, atMs: number, calendar: Calendar): Interval {
  switch (window) {
    case "hourly":
      return hourAt(atMs, calendar.timeZone);
    case "daily":
      return dateWindowAt(atMs, calendar.timeZone, (day) => [day, day + 1]);
    case "weekly":
      return dateWindowAt(atMs, calendar.timeZone, (day) => {
        const sinceFirst = (new Date(day * DAY_MS).getUTCDay() - FIRST_DAY[calendar.weekStartsOn] + 7) % 7;
        return [day - sinceFirst, day - sinceFirst + 7];
      });
    case "monthly":
      return dateWindowAt(atMs, calendar.timeZone, (day) => {
        const date = new Date(day * DAY_MS);
        const year = date.getUTCFullYear();
        const month = date.getUTCMonth();
        return [Date.UTC(year, month, 1) / DAY_MS, Date.UTC(year, month + 1, 1) / DAY_MS];
      });
  }
}

function hourAt(atMs: number, timeZone: string): Interval {
  const offsetMs = offsetAt(atMs, timeZone);
  const startMs = Math.floor((atMs + offsetMs) / HOUR_MS) * HOUR_MS - offsetMs;
  const endMs = startMs + HOUR_MS;
  return {
    startMs: offsetAt(startMs, timeZone) === offsetMs ? startMs : changeBetween(startMs, atMs, timeZone),
    endMs: offsetAt(endMs - 1, timeZone) === offsetMs ? endMs : changeBetween(atMs, endMs - 1, timeZone),
  };
}

/** A window of whole local dates. `datesOf` gives its first day and the one after its last, as days since 1970. */
function dateWindowAt(
  atMs: number,
  timeZone: string,
  datesOf: (day: number) => readonly [first: number, next: number],
): Interval {
  const localDay = Math.floor((atMs + offsetAt(atMs, timeZone)) / DAY_MS);
  const [first, next] = datesOf(dayAt(atMs, localDay, timeZone));
  return { startMs: startOfDay(first, timeZone), endMs: startOfDay(next, timeZone) };
}

/** Where the clock is put back across midnight, an instant can show the date before the one that has begun already. */
function dayAt(atMs: number, localDay: number, timeZone: string): number {
  return atMs >= startOfDay(localDay + 1, timeZone) ? localDay + 1 : localDay;
}

/** The first instant whose local time is the day's midnight or later. */
function startOfDay(day: number, timeZone: string): number {
  const midnight = day * DAY_MS;
  const before = midnight - offsetAt(midnight - DAY_MS, timeZone);
  const after = midnight - offsetAt(midnight + DAY_MS, timeZone);
  const candidates = [Math.min(before, after), Math.max(before, after)] as const;
  const found = candidates.find((candidate) => candidate + offsetAt(candidate, timeZone) === midnight);
  // Midnight is skipped: the day begins when the clock is put forward.
  return found ?? changeBetween(candidates[0] - 1, candidates[1], timeZone);
}

/** The first instant after `fromMs` and up to `toMs` with another offset than `fromMs` has. */
function changeBetween(fromMs: number, toMs: number, timeZone: string): number {
  const offsetMs = offsetAt(fromMs, timeZone);
  let same = fromMs;
  let other = toMs;
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offsetAt(middle, timeZone) === offsetMs) same = middle;
    else other = middle;
  }
  return other;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Local time minus UTC. */
function offsetAt(atMs: number, timeZone: string): number {
  if (timeZone === "UTC") return 0;
  const fields = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const field = (name: Intl.DateTimeFormatPartTypes): number => fields.get(name) ?? 0;
  const localMs = Date.UTC(
    field("year"),
    field("month") - 1,
    field("day"),
    field("hour"),
    field("minute"),
    field("second"),
  );
  return localMs - Math.floor(atMs / 1_000) * 1_000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}
