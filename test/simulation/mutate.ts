/**
 * Runs the simulation with each deliberate fault in turn, and prints after how many steps which check noticed it. Fails when
 * one goes unnoticed. `--part 1/2` takes every second fault; `--only <words>` those whose name has the words.
 */
import { parseArgs } from "node:util";
import { MUTATIONS } from "./mutations.ts";
import type { hunt as Hunt } from "./node/hunt.ts";
import { installHooks } from "./node/hooks.ts";

installHooks();

const { values } = parseArgs({
  options: {
    part: { type: "string", default: "1/1" },
    only: { type: "string", default: "" },
    steps: { type: "string" },
  },
});
const [part = 1, parts = 1] = values.part.split("/").map(Number);
const mostSteps = Number(values.steps ?? 40_000);

type Hunter = { readonly hunt: typeof Hunt };

// What differs without a fault proves nothing about any.
const { hunt: huntNothing }: Hunter = await import("./node/hunt.ts");
const clean = await huntNothing(4_000);
if (clean.found !== null) throw clean.found.difference;

let unnoticed = 0;
for (const [index, { name }] of MUTATIONS.entries()) {
  if (index % parts !== part - 1 || !name.includes(values.only)) continue;
  const { hunt }: Hunter = await import(`./node/hunt.ts?fault=${index}`);
  const { steps, found } = await hunt(mostSteps);
  if (found === null) unnoticed += 1;
  const result = found === null ? `NOT NOTICED in ${steps} steps` : `${steps} steps | ${found.difference.check}`;
  process.stdout.write(`| ${name} | ${result} |\n`);
  if (values.only !== "" && found !== null) process.stdout.write(`${found.difference.message}\n`);
}
process.exitCode = unnoticed === 0 ? 0 : 1;
