/** Windows of the organization's calendar. */
import type { SettingsFields } from "../records.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();
const windows = new Map<string, readonly [number, number]>();

const LONGEST = { hourly: 2 * HOUR_MS, daily: 26 * HOUR_MS, weekly: 8 * DAY_MS, monthly: 32 * DAY_MS };

export type CalendarWindow = keyof typeof LONGEST;

export type AuditCalendar = Pick<Required<SettingsFields>, "time_zone" | "week_starts_on">;

/** The first instant of the window and of the next one, found by trying: the local clock's label changes there. */
export function windowAround(window: CalendarWindow, atMs: number, calendar: AuditCalendar): readonly [number, number] {
  const label = labelAt(window, atMs, calendar);
  const name = `${calendar.time_zone} ${calendar.week_starts_on} ${window} ${label}`;
  const known = windows.get(name);
  if (known !== undefined) return known;
  const edge = (fromMs: number, toMs: number): number => {
    let inside = fromMs;
    let outside = toMs;
    while (Math.abs(outside - inside) > 1) {
      const middle = Math.floor((inside + outside) / 2);
      if (labelAt(window, middle, calendar) === label) inside = middle;
      else outside = middle;
    }
    return Math.max(inside, outside);
  };
  const found = [edge(atMs, atMs - LONGEST[window]), edge(atMs, atMs + LONGEST[window])] as const;
  windows.set(name, found);
  return found;
}

/** The first of January 1970 was a Thursday: so many days after the week's first. */
const THURSDAY = { monday: 3, sunday: 4, saturday: 5 };

function labelAt(window: CalendarWindow, atMs: number, calendar: AuditCalendar): string {
  const { time_zone: timeZone } = calendar;
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      hourCycle: "h23",
      timeZoneName: "longOffset",
    });
    formats.set(timeZone, format);
  }
  // 2036-01-31, 17 GMT-05:00
  const text = format.format(atMs);
  const day = text.slice(0, 10);
  if (window === "hourly") return text;
  if (window === "daily") return day;
  if (window === "monthly") return text.slice(0, 7);
  const days = Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
  return String(Math.floor((days + THURSDAY[calendar.week_starts_on]) / 7));
}
