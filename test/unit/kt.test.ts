import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runKt, type Ended } from "../support/kt.ts";

const folder = mkdtempSync(join(tmpdir(), "kt-"));
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = "pack: {name: shop, version: 1.0.0}\npolicies: {chain: [audit-logger]}\npolicy: {audit-logger: {}}\n";
writeFileSync(join(folder, "good.yaml"), GOOD);
writeFileSync(
  join(folder, "hostile.yaml"),
  '"a\\x1b[31m": 1\n? [a, b]\n: c\npack: {name: "b\\x1b]0;", version: "1"}\npolicies: {chain: []}\n',
);
writeFileSync(join(folder, "bad.yaml"), `${GOOD}provider: {}\n`);

const run = async (...args: readonly string[]): Promise<Ended> => runKt(folder, args);

test("a valid file: 0, its pack and its policies, without colours where nobody looks", async () => {
  expect(await run("policy", "lint", "--file", "good.yaml")).toEqual({
    status: 0,
    stdout: "OK shop 1.0.0: 1 policy (audit-logger)\n",
    stderr: "",
  });
});

test("an invalid file: 2, and every error with its place", async () => {
  expect(await run("policy", "lint", "--file", "bad.yaml")).toEqual({
    status: 2,
    stdout:
      'bad.yaml:4:1 E002 provider: unknown key "provider" (did you mean providers?)\nInvalid shop 1.0.0: 1 error\n',
    stderr: "",
  });
});

test("what a file says moves no cursor", async () => {
  const { status, stdout, stderr } = await run("policy", "lint", "--file", "hostile.yaml");
  expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
  expect(stdout.split("\n").every((line) => !/\p{C}/u.test(line))).toBe(true);
  expect(stdout).toContain("Invalid b\u{fffd}]0; 1: 2 errors");
});

test("--json prints JSON alone", async () => {
  const { status, stdout, stderr } = await run("policy", "lint", "--json", "--file", "bad.yaml");
  expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({
    valid: false,
    file: "bad.yaml",
    pack: { name: "shop", version: "1.0.0" },
    chain: ["audit-logger"],
    policy_count: 1,
    errors: [
      {
        code: "E002",
        path: "provider",
        line: 4,
        column: 1,
        message: 'unknown key "provider"',
        suggestion: "providers",
      },
    ],
    warnings: [],
  });
});

test.each([
  ["a file that is not there", ["policy", "lint", "--file", "none.yaml"], "none.yaml cannot be read: ENOENT.\n"],
  ["a command that is not there", ["polcy"], /unknown command 'polcy'\n\(Did you mean policy\?\)/],
  ["no file", ["policy", "lint"], /required option '--file <path>' not specified/],
])("%s: 1, and the reason on the standard error", async (_name, args, reason) => {
  const { status, stdout, stderr } = await run(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(reason);
});

test("the schema for editors is JSON Schema, and knows what the linter knows", async () => {
  const { status, stdout } = await run("policy", "schema");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    required: ["pack", "policies"],
    additionalProperties: false,
    properties: { providers: { properties: { targets: { type: "array" } } } },
  });
});
