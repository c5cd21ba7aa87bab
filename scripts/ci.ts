/** `.ci/run [filter …]`: the checks, then every test (that the filters name) through `npm test`; the last line sums up both. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCheckSteps } from "./check-steps.ts";
import { ensureChromium } from "./chromium.ts";
import { PROJECT_DIR } from "./gateway/project.ts";

interface Sum {
  readonly passed: number;
  readonly failed: number;
}

// Fails here, saying what to do, and not as tests that cannot open a page.
process.stdout.write(`browser: ${ensureChromium()}\n`);
const checks = runCheckSteps();
const tests = runTests();
const failed = checks.failed + tests.failed;
process.stdout.write(`checks: ${checks.passed} passed, ${checks.failed} failed\n`);
process.stdout.write(`tests: ${tests.passed} passed, ${tests.failed} failed\n`);
process.stdout.write(`${checks.passed + tests.passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function runTests(): Sum {
  const reportDir = mkdtempSync(join(tmpdir(), "test-report-"));
  const report = join(reportDir, "report.json");
  const args = [
    "test",
    "--",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ];
  const { status } = spawnSync("npm", args, { cwd: PROJECT_DIR, stdio: ["ignore", "inherit", "inherit"] });
  const sum = readReport(report);
  rmSync(reportDir, { recursive: true });
  // An error outside of any test, or a runner that broke down, is a failure too.
  return status !== 0 && sum.failed === 0 ? { ...sum, failed: 1 } : sum;
}

/** Files that could not even be loaded have no tests, and count as one failure each. */
function readReport(path: string): Sum {
  try {
    const report: {
      numPassedTests: number;
      numFailedTests: number;
      testResults: { status: string; assertionResults: unknown[] }[];
    } = JSON.parse(readFileSync(path, "utf8"));
    const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
    return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
  } catch (error) {
    process.stderr.write(`no test report: ${String(error)}\n`);
    return { passed: 0, failed: 1 };
  }
}
