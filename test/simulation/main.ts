/**
 * `npm run simulate [-- --seconds N | --steps N | --seed N]`: the ledger simulation in plain Node. `--length` is that of a run;
 * `--orderly` leaves out the faults that only plain Node has, and gives the runs of the real runtime's test; `--tally` counts
 * what happened.
 */
import { parseArgs } from "node:util";
import { installHooks } from "./node/hooks.ts";

installHooks();

const { values } = parseArgs({
  options: {
    seconds: { type: "string" },
    steps: { type: "string" },
    seed: { type: "string" },
    length: { type: "string" },
    orderly: { type: "boolean" },
    tally: { type: "boolean" },
  },
});

const { simulate } = await import("./node/simulate.ts");
const isFine = await simulate({
  seconds: values.seconds === undefined ? null : Number(values.seconds),
  steps: Number(values.steps ?? 20_000),
  seed: values.seed === undefined ? null : Number(values.seed),
  length: Number(values.length ?? 400),
  isOrderly: values.orderly ?? false,
  showsTally: values.tally ?? false,
});
process.exitCode = isFine ? 0 : 1;
