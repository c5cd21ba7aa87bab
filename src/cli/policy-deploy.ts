/** `kt policy push`, `pull` and `diff`: a file, and what is in force at a gateway. */
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import { z } from "zod";
import { lintPolicyConfig } from "../contract/policy-config/lint.ts";
import { askApi, readAnswer } from "./api.ts";
import type { ApiOptions } from "./api.ts";
import { lintText } from "./lint-report.ts";
import { EXIT, fail, writeJson } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import { printable } from "./printable.ts";
import { questionOf } from "./questions.ts";
import { readTextFile } from "./read-text-file.ts";

interface DeployOptions extends ApiOptions {
  readonly gateway: string;
  readonly json: boolean;
}

interface FileOptions extends DeployOptions {
  readonly file: string;
}

export function addDeployCommands(policy: Command): void {
  addPush(policy);
  addPull(policy);
  addDiff(policy);
}

function deployCommand(policy: Command, name: string, description: string): Command {
  return questionOf(policy, name, description).requiredOption("--gateway <id>", "whose configuration");
}

function pathOf({ gateway }: DeployOptions): string {
  return `/v1/gateways/${encodeURIComponent(gateway)}/config`;
}

const pushedSchema = z.object({
  version: z.number(),
  changed: z.boolean(),
  warnings: z.array(z.object({ code: z.string(), line: z.number(), column: z.number(), message: z.string() })),
});

function addPush(policy: Command): void {
  deployCommand(
    policy,
    "push",
    "Give a gateway its configuration. Exit code 2, and nothing is sent, when it is invalid.",
  )
    .requiredOption("--file <path>", "the configuration")
    .option("--expected-version <number>", "refuse when another version is in force; 0: when there is any", readVersion)
    .action(async (options: FileOptions & { readonly expectedVersion?: string }) => {
      const text = readTextFile(options.file);
      if (!text.ok) return fail(text.message);
      const report = lintPolicyConfig(text.value);
      if (report.errors.length > 0) {
        process.stderr.write(lintText(options.file, report));
        process.exitCode = EXIT.invalid;
        return;
      }
      const query = { expected_version: options.expectedVersion };
      const asked = await askApi(options, { method: "PUT", path: pathOf(options), query, yaml: text.value });
      if (!asked.ok) {
        fail(asked.message);
        if (asked.code === "config_invalid") process.exitCode = EXIT.invalid;
        return;
      }
      if (options.json) return writeJson(asked.value);
      const read = readAnswer(pushedSchema, asked.value);
      if (!read.ok) return fail(read.message);
      const { version, changed, warnings } = read.value;
      for (const { code, line, column, message } of warnings) {
        process.stdout.write(`${options.file}:${line}:${column} ${printable(`${code} ${message}`)}\n`);
      }
      process.stdout.write(`Version ${version} is in force${changed ? "" : " already"}.\n`);
    });
}

function addPull(policy: Command): void {
  deployCommand(policy, "pull", "Print the configuration that is in force at a gateway, as it was pushed.").action(
    async (options: DeployOptions) => {
      const asked = await readInForce(options);
      if (!asked.ok) return fail(asked.message);
      if (options.json) return writeJson(asked.value);
      if (asked.value.yaml === null) return fail("The gateway has no configuration.");
      process.stdout.write(asked.value.yaml);
    },
  );
}

function addDiff(policy: Command): void {
  deployCommand(policy, "diff", "Compare a file with what is in force at a gateway. Exit code 3 when they differ.")
    .requiredOption("--file <path>", "the configuration")
    .action(async (options: FileOptions) => {
      const text = readTextFile(options.file);
      if (!text.ok) return fail(text.message);
      const asked = await readInForce(options);
      if (!asked.ok) return fail(asked.message);
      const { version, yaml } = asked.value;
      // The API keeps no byte order mark.
      const pushed = text.value.replace(/^\u{feff}/u, "");
      const equal = yaml === pushed;
      if (options.json) writeJson({ gateway_id: options.gateway, version, file: options.file, equal });
      else process.stdout.write(equal ? `As version ${version}.\n` : diffLines(yaml ?? "", pushed, version));
      if (!equal) process.exitCode = EXIT.different;
    });
}

const configSchema = z.looseObject({ version: z.number(), yaml: z.string().nullable() });

async function readInForce(options: DeployOptions): Promise<Outcome<z.output<typeof configSchema>>> {
  const asked = await askApi(options, { path: pathOf(options) });
  return asked.ok ? readAnswer(configSchema, asked.value) : asked;
}

/** Everything between the first and the last line that differ: `-` is in force, `+` is in the file. */
function diffLines(inForce: string, file: string, version: number): string {
  const [before, after] = [inForce.split("\n"), file.split("\n")];
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const part = (lines: readonly string[], sign: string): string[] =>
    lines.slice(start, lines.length - end).map((line) => `${sign}${printable(line)}`);
  const head = `Version ${version} (-) and the file (+) differ from line ${start + 1} on:`;
  return [head, ...part(before, "-"), ...part(after, "+"), ""].join("\n");
}

function readVersion(text: string): string {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected the number of a version.");
  return text;
}
