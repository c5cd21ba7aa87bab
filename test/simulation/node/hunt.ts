/** Runs from one seed to the next until something differs. */
import { runSeed } from "../run.ts";
import type { Found } from "../run.ts";
import { makeNodeDriver } from "./make-node-driver.ts";

/** `steps` counts those of the runs before, too. */
export async function hunt(mostSteps: number): Promise<{ readonly steps: number; readonly found: Found | null }> {
  let steps = 0;
  for (let seed = 1; steps < mostSteps; seed += 1) {
    const report = await runSeed(seed, makeNodeDriver, { steps: 400, isOrderly: false });
    steps += report.steps;
    if (report.found !== null) return { steps, found: report.found };
  }
  return { steps, found: null };
}
