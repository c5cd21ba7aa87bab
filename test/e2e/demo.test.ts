/** `npm run demo`, whole: it keeps every promise that it prints, and says so by its exit code. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { PROJECT_DIR } from "../../scripts/gateway/project.ts";

const run = promisify(execFile);

test("the demo keeps all its promises", { timeout: 120_000 }, async () => {
  const { stdout } = await run(process.execPath, [join(PROJECT_DIR, "scripts/demo.ts")], {
    cwd: PROJECT_DIR,
    env: { ...process.env, PORT: "0" },
  });
  expect(stdout).not.toContain("BROKEN");
  expect(stdout.match(/✓/g)?.length).toBe(15);
  expect(stdout.trimEnd()).toMatch(/overspend 0\.00$/);
});
