/**
 * The ledger simulation in plain Node, in processes of their own: one hundred thousand steps without a difference, and every
 * deliberate fault noticed. `SIM_SEED=17` replays one run; `SIM_STEPS` takes more or fewer steps.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MUTATIONS } from "./mutations.ts";

const { SIM_SEED: seed, SIM_STEPS: steps = "100000" } = process.env;

it("agrees with its auditor at every step", async () => {
  const bounds = seed === undefined ? ["--steps", steps] : ["--seed", seed];
  const { status, output } = await runNode("main.ts", bounds);
  process.stdout.write(output);
  expect(status, output).toBe(0);
}, 600_000);

it("has faults to inject that fit the code", () => {
  const misfits = MUTATIONS.filter(({ file, find }) => {
    const source = readFileSync(join(import.meta.dirname, "../..", file), "utf8");
    return source.split(find).length !== 2;
  });
  expect(misfits).toEqual([]);
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length);
});

it.skipIf(seed !== undefined)(
  "notices every deliberate fault of the ledger",
  async () => {
    const halves = await Promise.all(["1/2", "2/2"].map((part) => runNode("mutate.ts", ["--part", part])));
    const output = halves.map((half) => half.output).join("");
    process.stdout.write(output);
    expect(
      halves.map(({ status }) => status),
      output,
    ).toEqual([0, 0]);
    expect(output.trim().split("\n").length).toBe(MUTATIONS.length);
  },
  900_000,
);

/** Runs a script of this folder on the Node that runs the tests. */
function runNode(script: string, args: readonly string[]): Promise<{ status: number | null; output: string }> {
  const path = join(import.meta.dirname, script);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (text: Buffer): void => {
      output += String(text);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (status) => {
      resolve({ status, output });
    });
  });
}
