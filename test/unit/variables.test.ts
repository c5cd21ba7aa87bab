/** Every variable that the Worker reads is described, has its place in the configuration, and reaches the local gateway. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readVariables } from "../../scripts/gateway/variables.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** Of the schema in src/env.ts, without the bindings, which are `z.custom`. */
const declared = Array.from(
  read("src/env.ts").matchAll(/^ {2}([A-Z][A-Z_]+): (?!z\.custom)/gm),
  ([, name]) => name ?? "",
);
const variables = [...declared, "OPENAI_API_KEY", "ANTHROPIC_API_KEY"];

/** Those of `names` that `text` does not have. */
const lackingIn = (text: string, pattern: (name: string) => RegExp) =>
  variables.filter((name) => !pattern(name).test(text));

test("the variables of src/env.ts are found", () => {
  expect(declared.length).toBeGreaterThan(20);
  expect(declared).toContain("PLATFORM_ADMIN_TOKEN");
  expect(declared).not.toContain("ABUSE_LIMIT");
});

test("README describes each of them in its table", () => {
  expect(lackingIn(read("README.md"), (name) => new RegExp(`^\\|.*\`${name}\`.*\\|$`, "m"))).toEqual([]);
});

test("each is a variable of wrangler.toml or a secret of .dev.vars.example", () => {
  const places = `${read("wrangler.toml")}\n${read(".dev.vars.example")}`;
  expect(lackingIn(places, (name) => new RegExp(`^${name} ?=`, "m"))).toEqual([]);
});

test("wrangler.toml names each secret of .dev.vars.example", () => {
  const secrets = Array.from(read(".dev.vars.example").matchAll(/^([A-Z_]+)=/gm), ([, name]) => name ?? "");
  const comments = Array.from(read("wrangler.toml").matchAll(/^#.*$/gm), ([line]) => line).join("\n");
  expect(secrets.filter((name) => !comments.includes(name))).toEqual([]);
});

test("npm start passes each on from the environment", () => {
  const environment = Object.fromEntries(variables.map((name) => [name, "1"]));
  expect(readVariables(environment)).toEqual(environment);
});
