/** The time that previews of prices and rates look back on. */

const DAY_MS = 24 * 60 * 60 * 1_000;
const DAYS = 30;

/** The beginning of a day in UTC, thirty days ago. */
export function recentSinceMs(nowMs: number): number {
  return (Math.floor(nowMs / DAY_MS) - DAYS) * DAY_MS;
}
