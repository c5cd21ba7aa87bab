/** Interleaved rounds: both sides see the same disturbances of the machine, and neither always goes first. */
import type { Bench, Figures, Scenario } from "./measure.ts";

export interface Round {
  readonly gateway: Figures;
  readonly bare: Figures;
}

/** What a second does not compile, a second second does: what is measured is the steady state of both sides. */
const WARM_UP_ROUNDS = 2;

/** Warms both sides up with rounds that do not count, then runs `rounds` of them. */
export async function runRounds(scenario: Scenario, bench: Bench, rounds: number): Promise<readonly Round[]> {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    await scenario.run(bench.bare);
    await scenario.run(bench.gateway);
  }
  const results: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const gateway = await scenario.run(bench.gateway);
      results.push({ gateway, bare: await scenario.run(bench.bare) });
    } else {
      const bare = await scenario.run(bench.bare);
      results.push({ bare, gateway: await scenario.run(bench.gateway) });
    }
  }
  return results;
}

/** One figure's ratio, gateway to bare, in every round. */
export function ratios(rounds: readonly Round[], figure: string): number[] {
  return rounds.map(({ gateway, bare }) => valueOf(gateway, figure) / valueOf(bare, figure));
}

/** What the gateway adds to one figure, in every round. */
export function differences(rounds: readonly Round[], figure: string): number[] {
  return rounds.map(({ gateway, bare }) => valueOf(gateway, figure) - valueOf(bare, figure));
}

export function valuesOf(rounds: readonly Round[], side: keyof Round, figure: string): number[] {
  return rounds.map((round) => valueOf(round[side], figure));
}

function valueOf(figures: Figures, figure: string): number {
  return figures[figure] ?? Number.NaN;
}
