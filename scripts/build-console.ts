/**
 * Builds the console into dist/console, unless it is there and no older than its sources; fails when the script of the first
 * load is larger than it may be. `npm start` builds it too.
 * Usage: node scripts/run.mjs scripts/build-console.ts
 */
import { buildConsole, measureFirstLoad } from "./console/build.ts";

const MAX_FIRST_LOAD_BYTES = 250_000;

await buildConsole((message) => process.stderr.write(`${message}\n`));
const bytes = await measureFirstLoad();
process.stdout.write(`the console's first load is ${Math.round(bytes / 1_000)} kB of compressed script\n`);
if (bytes > MAX_FIRST_LOAD_BYTES) {
  process.stderr.write(`that is more than ${MAX_FIRST_LOAD_BYTES / 1_000} kB: load something lazily\n`);
  process.exitCode = 1;
}
