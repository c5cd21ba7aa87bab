/** Everything that is checked without running the code. Each step is one tool with its arguments. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_DIR } from "./gateway/project.ts";

interface Step {
  readonly name: string;
  readonly tool: string;
  readonly args: readonly string[];
}

/** One for each folder with its own globals: Worker, Node, Node with tests, both at once, Worker with tests. */
const TYPE_PROJECTS = [
  "tsconfig.json",
  "src/cli/tsconfig.json",
  "src/console/tsconfig.json",
  "scripts/tsconfig.json",
  "test/tsconfig.json",
  "test/simulation/tsconfig.json",
  "test/workers/tsconfig.json",
];

/** Runs every step, prints those that fail, and returns how many did what. */
export function runCheckSteps(): { passed: number; failed: number } {
  const outDir = mkdtempSync(join(tmpdir(), "dry-run-"));
  const steps: readonly Step[] = [
    ...TYPE_PROJECTS.map((project) => ({ name: `types of ${project}`, tool: "tsc", args: ["-p", project] })),
    { name: "lint and import direction", tool: "oxlint", args: ["--type-aware", "--deny-warnings"] },
    { name: "format", tool: "oxfmt", args: ["--check", "."] },
    { name: "generated binding types are up to date", tool: "wrangler", args: ["types", "--check"] },
    { name: "the API reference is up to date", tool: "node", args: ["scripts/generate-api-reference.ts", "--check"] },
    {
      name: "the console's API types are up to date",
      tool: "node",
      args: ["scripts/generate-api-types.ts", "--check"],
    },
    { name: "the console builds, and loads fast", tool: "node", args: ["scripts/build-console.ts"] },
    { name: "the bundle deploys (dry run)", tool: "wrangler", args: ["deploy", "--dry-run", "--outdir", outDir] },
  ];
  const results = steps.map(runStep);
  rmSync(outDir, { recursive: true, force: true });
  return { passed: results.filter(Boolean).length, failed: results.filter((passed) => !passed).length };
}

function runStep({ name, tool, args }: Step): boolean {
  const startedAtMs = Date.now();
  const { status, stdout, stderr, error } = spawnSync(join(PROJECT_DIR, "node_modules/.bin", tool), args, {
    cwd: PROJECT_DIR,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, CI: "true", NO_COLOR: "1" },
    maxBuffer: 64 * 1024 * 1024,
  });
  const passed = status === 0;
  const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(1);
  process.stdout.write(`${passed ? "ok  " : "FAIL"}  ${name} (${seconds} s)\n`);
  if (!passed) process.stdout.write(`${stdout}${stderr}${error?.message ?? ""}\n`);
  return passed;
}
