/** `npm run check`: types, lint, format, generated files, bundle. */
import { runCheckSteps } from "./check-steps.ts";

const { passed, failed } = runCheckSteps();
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
