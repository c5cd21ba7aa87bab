/**
 * Writes src/console/api/schema.d.ts, the types of the console's client, from the same document that `GET /v1/openapi.json`
 * answers. `--check` writes nothing and fails when the file is out of date.
 * Usage: node scripts/run.mjs scripts/generate-api-types.ts [--check]
 */
import { readFile, writeFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PROJECT_DIR } from "./gateway/project.ts";
import { readOpenApi } from "./read-openapi.ts";

const FILE = join(PROJECT_DIR, "src/console/api/schema.d.ts");
interface Operation {
  responses: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Reference {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const HEAD = "// Made from `GET /v1/openapi.json` by `scripts/generate-api-types.ts`; do not edit.\n";

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "typescript" && context.parentURL?.includes("/openapi-typescript/") === true
      ? { url: new URL("./openapi-compiler.ts", import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
const { default: openapiTypes, astToString } = await import("openapi-typescript");

const { values: flags } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const text =
  HEAD + astToString(await openapiTypes(withoutRefusals(await readOpenApi()), { defaultNonNullable: false }));
if (!flags.check) {
  await writeFile(FILE, text);
} else if (text !== (await readFile(FILE, "utf8").catch(() => ""))) {
  process.stderr.write(`${FILE} is out of date: node scripts/run.mjs scripts/generate-api-types.ts\n`);
  process.exitCode = 1;
}

/** The client reads every refusal in one place, and no header of an answer: their types would be most of the file. */
function withoutRefusals(document: string): string {
  const reference: Reference = JSON.parse(document);
  for (const operation of Object.values(reference.paths).flatMap((methods) => Object.values(methods))) {
    const answers = Object.entries(operation.responses).filter(([status]) => Number(status) < 400);
    operation.responses = Object.fromEntries(
      answers.map(([status, { headers: _headers, ...answer }]) => [status, answer]),
    );
  }
  return JSON.stringify(reference);
}
