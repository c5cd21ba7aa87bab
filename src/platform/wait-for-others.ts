/**
 * How requests of one isolate wait for each other. What one leaves for another is plain data, and each looks for it by timers of
 * its own: a promise that another request resolves would now and then go on as that other request, and the platform then refuses
 * this one its own streams ("Cannot perform I/O on behalf of a different request"), which a caller sees as a 500.
 */

/** Looked for often at first, when it is likely to be there soon. */
const FIRST_DELAY_MS = 1;
const LAST_DELAY_MS = 16;
const LOOKS_PER_DELAY = 4;

/** Gives true as soon as `isDone` is seen to say so, false when it has not within `atMostMs`. */
export async function waitForOthers(isDone: () => boolean, atMostMs: number): Promise<boolean> {
  let delayMs = FIRST_DELAY_MS;
  let waitedMs = 0;
  for (let looks = 1; !isDone(); looks++) {
    if (waitedMs >= atMostMs) return false;
    const stepMs = Math.min(delayMs, atMostMs - waitedMs);
    // oxlint-disable-next-line no-await-in-loop, no-loop-func -- one look after the other
    await new Promise<void>((resolve) => void setTimeout(resolve, stepMs));
    waitedMs += stepMs;
    if (looks % LOOKS_PER_DELAY === 0) delayMs = Math.min(delayMs * 2, LAST_DELAY_MS);
  }
  return true;
}
