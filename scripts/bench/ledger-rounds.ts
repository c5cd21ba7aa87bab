/** Interleaved rounds of the ledger alone: an organization with a past, and one without, take turns in going first. */
import { measureLedger, type Bench, type BenchOptions } from "./measure.ts";

/** Pairs of reserve and settle, a second. */
export interface LedgerRound {
  readonly young: number;
  readonly old: number;
}

/** The first round warms up and does not count. */
export async function runLedgerRounds(
  bench: Bench,
  options: BenchOptions,
  progress: (step: string) => void,
): Promise<readonly LedgerRound[]> {
  const { control, controlWithPast } = bench.keys;
  const results: LedgerRound[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    progress(`ledger ${round}/${options.rounds}`);
    const measure = async (key: string, side: string): Promise<number> =>
      (await measureLedger(bench, options, key, `${side}-${round}`)).perSecond;
    const measureYoung = async (): Promise<number> => measure(control, "young");
    const measureOld = async (): Promise<number> => measure(controlWithPast, "old");
    const isOldFirst = round % 2 === 1;
    const first = isOldFirst ? await measureOld() : await measureYoung();
    const second = isOldFirst ? await measureYoung() : await measureOld();
    if (round > 0) results.push(isOldFirst ? { old: first, young: second } : { young: first, old: second });
  }
  return results;
}
