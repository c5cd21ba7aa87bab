/**
 * Writes docs/api.md from the same document that `GET /v1/openapi.json` answers. `--check` writes nothing and fails when the
 * file is out of date.
 * Usage: node scripts/run.mjs scripts/generate-api-reference.ts [--check]
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PROJECT_DIR } from "./gateway/project.ts";
import { readOpenApi } from "./read-openapi.ts";

const FILE = join(PROJECT_DIR, "docs/api.md");

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly example?: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface Reference {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const { values: flags } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const reference: Reference = JSON.parse(await readOpenApi());
const text = writeReference(reference);
if (!flags.check) {
  await writeFile(FILE, text);
} else if (text !== (await readFile(FILE, "utf8").catch(() => ""))) {
  process.stderr.write("docs/api.md is out of date: node scripts/run.mjs scripts/generate-api-reference.ts\n");
  process.exitCode = 1;
}

function writeReference({ info, paths, components }: Reference): string {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  const tags = [...new Set(routes.flatMap(({ operation }) => operation.tags))];
  const sections = tags.map((tag) => {
    const own = routes.filter(({ operation }) => operation.tags.includes(tag));
    return [`## ${tag}`, ...own.map(({ name, operation }) => writeRoute(name, operation))].join("\n\n");
  });
  const objects = Object.entries(components.schemas)
    .toSorted(([a], [b]) => a.localeCompare(b, "en"))
    .map(([name, schema]) => writeObject(name, schema));
  const head = [
    "# API reference",
    "Made from `GET /v1/openapi.json` by `scripts/generate-api-reference.ts`; do not edit. Model traffic follows the providers' own references.",
    info.description,
    "A page is `{data, has_more, next_cursor}`; `next_cursor` is the `cursor` of the next one.",
  ];
  return `${[...head, ...sections, "## Objects", ...objects].join("\n\n")}\n`;
}

function writeRoute(name: string, operation: Operation): string {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const [status = "200"] = Object.keys(responses);
  const refusals = Object.keys(responses).slice(1);
  const answer = schemaOf(responses[status]);
  const body = schemaOf(requestBody);
  const bullets = [
    ...parameters.map(writeParameter),
    ...(body === undefined ? textBody(requestBody) : [`- body: ${typeOf(body)}`]),
    `- answers ${status}${answer === undefined ? "" : `: ${typeOf(answer)}`}`,
    ...(refusals.length === 0 ? [] : [`- refuses with ${refusals.join(", ")}`]),
  ];
  const prose = description === undefined || description === "" ? [] : [description];
  return [`### \`${name}\``, `**${summary}.**`, ...prose, bullets.join("\n")].join("\n\n");
}

function writeParameter({ name, in: place, required = false, description, schema }: Parameter): string {
  const optional = required ? "" : ", optional";
  return `- ${place} \`${name}\`: ${typeOf(schema)}${optional}${description === undefined ? "" : `. ${description}`}`;
}

function writeObject(name: string, schema: Schema): string {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([field, value]) => {
    const notes = [
      required.has(field) ? "" : "optional",
      value.default === undefined ? "" : `default \`${JSON.stringify(value.default)}\``,
      value.description ?? "",
    ];
    return `| \`${field}\` | ${cell(typeOf(value))} | ${cell(notes.filter((note) => note !== "").join("; "))} |`;
  });
  const table = rows.length === 0 ? [typeOf(schema)] : [["| field | type | |", "|---|---|---|", ...rows].join("\n")];
  const example =
    schema.example === undefined ? [] : [`\`\`\`json\n${JSON.stringify(schema.example, null, 2)}\n\`\`\``];
  const prose = schema.description === undefined ? [] : [schema.description];
  return [`### ${name}`, ...prose, ...table, ...example].join("\n\n");
}

/** A body that is not JSON has only its media types. */
function textBody(content: Content | undefined): string[] {
  const types = Object.keys(content?.content ?? {}).map((type) => `\`${type}\``);
  return types.length === 0 ? [] : [`- body: ${types.join(" or ")}`];
}

function schemaOf(content: Content | undefined): Schema | undefined {
  return content?.content?.["application/json"]?.schema;
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(", ");
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(" or ");
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  const rows = schema.properties?.["data"]?.items;
  if (rows !== undefined) return `page of ${typeOf(rows)}`;
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties)
      .map(([field, value]) => `\`${field}\` ${typeOf(value)}`)
      .join(", ");
  }
  return [schema.type ?? "any"].flat().join(" or ");
}

/** A pipe would end the cell. */
function cell(markdown: string): string {
  return markdown.replaceAll("|", "\\|").replaceAll("\n", " ");
}
