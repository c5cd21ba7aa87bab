/** The processor time of a process, from /proc: unlike a wall clock, it does not see what else the machine does. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Linux reports in ticks of 1/100 s, whatever the kernel's own (USER_HZ, proc(5)). */
const TICK_MS = 10;

/** User and system time so far; null where there is no /proc. */
export function readCpuMs(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before the last parenthesis may hold spaces; utime and stime are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return null;
  }
}

const MOST_MS = 8_000;

/**
 * Waits until a process has nothing left to do, but at least `leastMs`. What the gateway does behind its answers must not run
 * in the other side's round.
 */
export async function waitUntilQuiet(pid: number, leastMs: number): Promise<void> {
  await sleep(leastMs);
  let before = readCpuMs(pid);
  for (let waitedMs = leastMs; waitedMs < MOST_MS; waitedMs += 100) {
    await sleep(100);
    const now = readCpuMs(pid);
    if (now === null || before === null || now - before < TICK_MS) return;
    before = now;
  }
}
