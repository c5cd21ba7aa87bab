import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "import-direction-"));
cpSync(join(root, ".oxlintrc.json"), join(project, ".oxlintrc.json"));
afterAll(() => rmSync(project, { recursive: true }));

/** What oxlint, with the project's own rules, says about one import in a file at `path`. */
function lint(path: string, specifier: string): string {
  const file = join(project, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `import { thing } from "${specifier}";\nexport const other = thing;\n`);
  try {
    execFileSync(join(root, "node_modules/.bin/oxlint"), [path], { cwd: project, encoding: "utf8" });
    return "";
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
  }
}

test.each([
  ["src/core/a.ts", "../contract/b.ts"],
  ["src/core/a.ts", "zod"],
  ["src/core/a.ts", "node:crypto"],
  ["src/contract/a.ts", "../provider/b.ts"],
  ["src/provider/a.ts", "../proxy/b.ts"],
  ["src/proxy/a.ts", "../platform/b.ts"],
  ["src/api/deep/a.ts", "../../proxy/b.ts"],
  ["src/queue/a.ts", "../api/b.ts"],
  ["src/platform/a.ts", "../../durable-objects/organization/b.ts"],
  ["src/proxy/a.ts", "../index.ts"],
  ["durable-objects/organization/a.ts", "../../src/proxy/b.ts"],
  ["src/console/pages/a.tsx", "../../core/b.ts"],
  ["src/console/parts/a.ts", "../../contract/b.ts"],
])("%s must not import %s", (path, specifier) => {
  expect(lint(path, specifier)).toContain("no-restricted-imports");
});

test.each([
  ["src/core/a.ts", "./b.ts"],
  ["src/contract/a.ts", "../core/b.ts"],
  ["src/contract/a.ts", "zod"],
  ["src/proxy/a.ts", "../provider/b.ts"],
  ["durable-objects/organization/a.ts", "../../src/core/b.ts"],
  ["src/index.ts", "./proxy/b.ts"],
  ["src/console/pages/keys/a.tsx", "../../api/b.ts"],
])("%s may import %s", (path, specifier) => {
  expect(lint(path, specifier)).toBe("");
});

test("cycles are errors", () => {
  lint("src/core/ring-a.ts", "./ring-b.ts");
  expect(lint("src/core/ring-b.ts", "./ring-a.ts")).toContain("no-cycle");
});
