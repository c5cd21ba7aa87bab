const FIRST_DELAY_SECONDS = 2;
const MAX_DELAY_SECONDS = 600;

/** Doubles with every attempt, from 2 seconds to 10 minutes. `attempts` counts from 1. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(FIRST_DELAY_SECONDS * 2 ** Math.max(0, attempts - 1), MAX_DELAY_SECONDS);
}
