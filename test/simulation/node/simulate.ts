/** Many runs one after the other, until steps or time are used up or something differs. */
import { addTally, describe, runSeed, shorten } from "../run.ts";
import type { Tally } from "../simulation.ts";
import { makeNodeDriver } from "./make-node-driver.ts";

const FIRST_SEED = 1;

export interface SimulateOptions {
  /** Null: `steps` bounds it. */
  readonly seconds: number | null;
  readonly steps: number;
  /** Null: as many as it takes, from 1. */
  readonly seed: number | null;
  /** Steps of a run. */
  readonly length: number;
  readonly isOrderly: boolean;
  readonly showsTally: boolean;
}

/** False: something differed, and was printed. */
export async function simulate(options: SimulateOptions): Promise<boolean> {
  const { seconds, steps, seed, length, isOrderly } = options;
  const startedAtMs = performance.now();
  const elapsedSeconds = (): number => (performance.now() - startedAtMs) / 1_000;
  const tally: Tally = {};
  let taken = 0;
  let runs = 0;
  const isOver = (): boolean =>
    seed === null ? (seconds === null ? taken >= steps : elapsedSeconds() >= seconds) : runs > 0;
  while (!isOver()) {
    const report = await runSeed(seed ?? FIRST_SEED + runs, makeNodeDriver, { steps: length, isOrderly });
    runs += 1;
    taken += report.steps;
    addTally(tally, report.tally);
    if (report.found !== null) {
      const shortest = await shorten(report.found, makeNodeDriver, { tries: 400 });
      process.stdout.write(`${describe(report.found, shortest)}\n`);
      return false;
    }
  }
  const perSecond = Math.round(taken / elapsedSeconds());
  process.stdout.write(
    `${taken} steps in ${runs} runs, ${elapsedSeconds().toFixed(1)} s, ${perSecond} steps/s, no difference\n`,
  );
  if (options.showsTally) {
    for (const [kind, count] of Object.entries(tally).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      process.stdout.write(`  ${kind}: ${count}\n`);
  }
  return true;
}
