/** Runs of the simulation from seeds, and the shortest sequence that still shows what one of them found. */
import { Difference } from "./difference.ts";
import type { Driver } from "./driver.ts";
import { Random } from "./random.ts";
import { Simulation } from "./simulation.ts";
import type { Tally } from "./simulation.ts";
import { makeSteps } from "./story.ts";
import type { Step } from "./step.ts";
import { makeWorld } from "./world.ts";
import type { World } from "./world.ts";

export const ORGANIZATION_ID = "org_simulated";

export type MakeDriver = (world: World) => Driver;

export interface RunReport {
  readonly steps: number;
  readonly tally: Tally;
  /** Null: nothing differed. */
  readonly found: Found | null;
}

export interface Found {
  readonly seed: number;
  readonly difference: Difference;
  /** The steps up to the difference. */
  readonly steps: readonly Step[];
}

export interface RunOptions {
  readonly steps: number;
  readonly isOrderly: boolean;
  readonly organizationId?: string;
}

/** One run: an organization, its steps, and its quiet end. */
export async function runSeed(seed: number, makeDriver: MakeDriver, options: RunOptions): Promise<RunReport> {
  const random = new Random(seed);
  const world = makeWorld(random, options.organizationId ?? ORGANIZATION_ID);
  const steps = makeSteps(random, options.steps, options);
  return runSteps(seed, world, steps, makeDriver);
}

async function runSteps(
  seed: number,
  world: World,
  steps: readonly Step[],
  makeDriver: MakeDriver,
): Promise<RunReport> {
  const driver = makeDriver(world);
  const simulation = new Simulation(driver, world);
  let taken = 0;
  try {
    await simulation.begin();
    for (const step of steps) {
      taken += 1;
      await simulation.take(step);
    }
    await simulation.finish();
    return { steps: taken, tally: simulation.tally, found: null };
  } catch (error) {
    const difference = error instanceof Difference ? error : new Difference("an error", String(stackOf(error)));
    return { steps: taken, tally: simulation.tally, found: { seed, difference, steps: steps.slice(0, taken) } };
  } finally {
    await driver.close();
  }
}

function stackOf(error: unknown): unknown {
  return error instanceof Error ? (error.stack ?? error.message) : error;
}

/** A shorter sequence is worth some time, not all of it. */
const LONGEST_SEARCH_MS = 30_000;

/**
 * Leaves out whatever the same check does without: ever smaller pieces (delta debugging). `tries` bounds the time.
 */
export async function shorten(
  found: Found,
  makeDriver: MakeDriver,
  options: { readonly tries: number; nextOrganizationId?(): string },
): Promise<Found> {
  let shortest = found;
  let tries = 0;
  const startedAtMs = performance.now();
  for (const piece of halves(found.steps.length)) {
    for (let end = shortest.steps.length; end > 0; end = Math.min(end - piece, shortest.steps.length)) {
      tries += 1;
      if (tries > options.tries || performance.now() - startedAtMs > LONGEST_SEARCH_MS) return shortest;
      const steps = [...shortest.steps.slice(0, Math.max(0, end - piece)), ...shortest.steps.slice(end)];
      const world = makeWorld(new Random(found.seed), options.nextOrganizationId?.() ?? ORGANIZATION_ID);
      const report = await runSteps(found.seed, world, steps, makeDriver);
      if (report.found?.difference.check === found.difference.check) shortest = report.found;
    }
  }
  return shortest;
}

/** Half of it, a quarter of it … and 1, twice: what one removal makes needless is removed then. */
function halves(length: number): readonly number[] {
  const pieces: number[] = [];
  for (let piece = Math.ceil(length / 2); piece > 1; piece = Math.ceil(piece / 2)) pieces.push(piece);
  return [...pieces, 1, 1];
}

/** Seed, difference and steps, to be read and to be replayed. `options` are those of the run, for `npm run simulate`. */
export function describe(found: Found, shortest: Found, options = ""): string {
  return [
    `seed ${found.seed}, step ${found.steps.length}: ${found.difference.message}`,
    `replay in plain Node: npm run simulate -- --seed ${found.seed}${options}`,
    `shortest sequence (${shortest.steps.length} steps): ${shortest.difference.message}`,
    ...shortest.steps.map((step, index) => `  ${index + 1}. ${JSON.stringify(step)}`),
  ].join("\n");
}

export function addTally(total: Tally, more: Tally): void {
  for (const [kind, count] of Object.entries(more)) total[kind] = (total[kind] ?? 0) + count;
}
