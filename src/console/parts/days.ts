/** Where the days of a zone begin and end. */
import { parseDate } from "@internationalized/date";

/** Where a day of a zone begins, as the API wants it. */
export function startOfDay(day: string, timeZone: string): string {
  return parseDate(day).toDate(timeZone).toISOString();
}

/** Where the day after it begins: ranges are exclusive at their end. */
export function endOfDay(day: string, timeZone: string): string {
  return parseDate(day).add({ days: 1 }).toDate(timeZone).toISOString();
}
