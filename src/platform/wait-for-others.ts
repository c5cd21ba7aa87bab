/**
 * How requests of one isolate wait for each other. What one leaves for another is plain data, and each looks for it by timers of
 * its own: a promise that another request resolves would now and then go on as that other request, and the platform then refuses
 * this one its own streams ("Cannot perform I/O on behalf of a different request"), which a caller sees as a 500.
 */

/** When to look: each look is a timer, and a timer of every request costs what little work does. */
export interface Looks {
  /** Before it nobody expects what is waited for. */
  readonly firstAfterMs: number;
  /** From then on; it doubles after every fourth look, up to `atMostEveryMs`. */
  readonly everyMs: number;
  readonly atMostEveryMs: number;
  /** Then it is given up. */
  readonly untilMs: number;
}

const LOOKS_PER_PACE = 4;

/** Gives true as soon as `isDone` is seen to say so, false when it has not within `untilMs`. */
export async function waitForOthers(isDone: () => boolean, looks: Looks): Promise<boolean> {
  let paceMs = looks.everyMs;
  let waitedMs = 0;
  for (let count = 0; !isDone(); count++) {
    if (waitedMs >= looks.untilMs) return false;
    if (count > 1 && (count - 1) % LOOKS_PER_PACE === 0) paceMs = Math.min(paceMs * 2, looks.atMostEveryMs);
    const stepMs = Math.min(count === 0 ? looks.firstAfterMs : paceMs, looks.untilMs - waitedMs);
    // oxlint-disable-next-line no-await-in-loop, no-loop-func -- one look after the other
    await new Promise<void>((resolve) => void setTimeout(resolve, stepMs));
    waitedMs += stepMs;
  }
  return true;
}
