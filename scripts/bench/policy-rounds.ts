/** Interleaved rounds of the ledger: an organization without policies, and two with many, take turns in going first. */
import { measureLedger, type Bench, type BenchOptions, type LedgerPace } from "./measure.ts";
import type { Matching } from "./plant-policies.ts";

export type PolicyRound = Readonly<Record<"none" | Matching, LedgerPace>>;

const SIDES = ["none", "few", "many"] as const satisfies readonly (keyof PolicyRound)[];

/** The first round warms up and does not count. */
export async function runPolicyRounds(
  bench: Bench,
  options: BenchOptions,
  progress: (step: string) => void,
): Promise<readonly PolicyRound[]> {
  const { control, controlWithPolicies } = bench.keys;
  const keys = { none: control, ...controlWithPolicies };
  const results: PolicyRound[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    progress(`policies ${round}/${options.rounds}`);
    const pace = new Map<keyof PolicyRound, LedgerPace>();
    for (const turn of SIDES.keys()) {
      const side = SIDES[(round + turn) % SIDES.length] ?? "none";
      pace.set(side, await measureLedger(bench, options, keys[side], `policies-${side}-${round}`));
    }
    const [none, few, many] = SIDES.map((side) => pace.get(side));
    if (none === undefined || few === undefined || many === undefined) throw new Error("a side was not measured");
    if (round > 0) results.push({ none, few, many });
  }
  return results;
}
