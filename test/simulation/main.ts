/** `npm run simulate [-- --seconds N | --steps N] [--seed N]`: the ledger simulation in plain Node. */
import { parseArgs } from "node:util";
import { installHooks } from "./node/hooks.ts";

installHooks();

const { values } = parseArgs({
  options: {
    seconds: { type: "string" },
    steps: { type: "string" },
    seed: { type: "string" },
    tally: { type: "boolean" },
  },
});

const { simulate } = await import("./node/simulate.ts");
const isFine = await simulate({
  seconds: values.seconds === undefined ? null : Number(values.seconds),
  steps: Number(values.steps ?? 20_000),
  seed: values.seed === undefined ? null : Number(values.seed),
  showsTally: values.tally ?? false,
});
process.exitCode = isFine ? 0 : 1;
