/** `kt policy`: gateways' declared configuration. */
import type { Command } from "commander";
import { policyConfigJsonSchema } from "../contract/policy-config/json-schema.ts";
import { lintPolicyConfig } from "../contract/policy-config/lint.ts";
import { lintJson, lintText } from "./lint-report.ts";
import { EXIT, fail, writeJson } from "./outcome.ts";
import { addDeployCommands } from "./policy-deploy.ts";
import { readTextFile } from "./read-text-file.ts";

export function addPolicyCommands(program: Command): void {
  const policy = program.command("policy").description("Check a gateway's policy-config.yaml, push it and look at it.");
  policy
    .command("lint")
    .description(
      "Say what is wrong with a configuration, and where. Exit code 2 when something is; warnings do not count.",
    )
    .requiredOption("--file <path>", "the configuration")
    .option("--json", "one JSON object on the standard output, and nothing else", false)
    .action((options: { readonly file: string; readonly json: boolean }) => {
      const text = readTextFile(options.file);
      if (!text.ok) return fail(text.message);
      const report = lintPolicyConfig(text.value);
      process.stdout.write(options.json ? lintJson(options.file, report) : lintText(options.file, report));
      if (report.errors.length > 0) process.exitCode = EXIT.invalid;
    });
  policy
    .command("schema")
    .description("Print the JSON Schema of policy-config.yaml, for editors.")
    .action(() => {
      writeJson(policyConfigJsonSchema());
    });
  addDeployCommands(policy);
}
