/**
 * `npm run bench [-- --seconds 1 --concurrency 32 --rounds 7 --only name --write]`: the gateway with everything on against a
 * Worker that only forwards. Prints the figures; `--write` also puts them into docs/benchmark.md, with `--only` its tables
 * alone. Fails on any answer that is not the expected one, never on a figure.
 */
import { parseArgs } from "node:util";
import { runLedgerRounds } from "./ledger-rounds.ts";
import { scenariosOf, type BenchOptions } from "./measure.ts";
import { runPolicyRounds } from "./policy-rounds.ts";
import { formatReport } from "./report.ts";
import { runRounds, type Round } from "./rounds.ts";
import { startBench } from "./start-bench.ts";
import { writeBenchmarkPage } from "./write-page.ts";

const { values: flags } = parseArgs({
  options: {
    seconds: { type: "string", default: "1" },
    concurrency: { type: "string", default: "32" },
    rounds: { type: "string", default: "7" },
    only: { type: "string", default: "" },
    write: { type: "boolean", default: false },
  },
});
const options: BenchOptions = {
  seconds: readPositive("seconds", flags.seconds),
  concurrency: readPositive("concurrency", flags.concurrency),
  rounds: readPositive("rounds", flags.rounds),
};

progress("starting");
const bench = await startBench();
try {
  const rounds = new Map<string, readonly Round[]>();
  for (const scenario of scenariosOf(bench, options).filter(({ name }) => name.startsWith(flags.only))) {
    progress(scenario.name);
    rounds.set(scenario.name, await runRounds(scenario, bench, options.rounds));
  }
  const ledger = "ledger".startsWith(flags.only) ? await runLedgerRounds(bench, options, progress) : [];
  const policies = "policies".startsWith(flags.only) ? await runPolicyRounds(bench, options, progress) : [];
  const report = formatReport({ rounds, ledger, policies });
  process.stdout.write(`\n${report}`);
  if (flags.write) await writeBenchmarkPage(report, options, flags.only === "");
} finally {
  await bench.stop();
}
process.exit();

function readPositive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a positive number`);
  return name === "seconds" ? value : Math.ceil(value);
}

function progress(step: string): void {
  process.stderr.write(`… ${step}\n`);
}
