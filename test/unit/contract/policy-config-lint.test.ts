import { expect, test } from "vitest";
import { lintPolicyConfig, MAX_CONFIG_BYTES } from "../../../src/contract/policy-config/lint.ts";

const HEAD = "pack: {name: shop, version: 1.0.0}\n";
const TAIL = "policies: {chain: [audit-logger]}\npolicy: {audit-logger: {retention_days: 90}}\n";

/** The lines between a head of one line and a valid rest; the first one is line 2. */
function lint(middle: string) {
  return lintPolicyConfig(`${HEAD}${middle}${TAIL}`);
}

const target = (rest: string): string => `providers:\n  targets:\n    - {id: a, provider: openai${rest}}\n`;

test("the documents' own examples are valid", () => {
  const report = lint(`providers:
  routing:
    strategy: ordered
    allow_fallbacks: true
    max_price: {prompt: 0.01, completion: 0.04, request: 0.05}
  targets:
    - id: openai-primary
      provider: openai
      model: gpt-4o-mini
      secret_key_ref: {env: OPENAI_API_KEY}
      pricing: {prompt: 0.15, completion: 0.60}
    - id: openai
      provider: openai
      pricing: {input_price_per_million: 0.006, output_price_per_million: "0.024", input_multiplier: 4.0}
      models:
        - {model_id: gpt-4o, aliases: [smart], pricing: {input_price_per_million: 2.5, output_price_per_million: 10}}
`);
  expect(report.errors).toEqual([]);
  expect(report.warnings).toEqual([]);
  expect(report).toMatchObject({ pack: { name: "shop", version: "1.0.0" }, chain: ["audit-logger"] });
  expect(report.config?.providers.targets[1]?.pricing).toEqual({
    input_price_per_million: 6_000_000n,
    output_price_per_million: 24_000_000n,
    input_multiplier: 4_000_000_000n,
  });
});

interface Row {
  readonly broken: string;
  readonly yaml: string;
  /** The whole of it; without it, the middle of a valid one. */
  readonly whole?: true;
  readonly code: string;
  readonly path: string;
  readonly at: string;
  readonly message: string | RegExp;
  readonly suggestion?: string;
}

const ROWS: readonly Row[] = [
  {
    broken: "an unknown kind in the chain",
    whole: true,
    yaml: `${HEAD}policies:\n  chain:\n    - audit-loger\npolicy: {}\n`,
    code: "E001",
    path: "policies.chain[0]",
    at: "4:7",
    message: 'there is no policy kind "audit-loger"',
    suggestion: "audit-logger",
  },
  {
    broken: "an unknown kind with a block",
    whole: true,
    yaml: `${HEAD}policies: {chain: []}\npolicy:\n  prompt-injection: {}\n`,
    code: "E001",
    path: "policy.prompt-injection",
    at: "4:3",
    message: 'there is no policy kind "prompt-injection"',
  },
  {
    broken: "an unknown section",
    yaml: "provider: {}\n",
    code: "E002",
    path: "provider",
    at: "2:1",
    message: 'unknown key "provider"',
    suggestion: "providers",
  },
  {
    broken: "an unknown key of a target",
    yaml: target(", modle: gpt-4o"),
    code: "E002",
    path: "providers.targets[0].modle",
    at: "4:33",
    message: 'unknown key "modle"',
    suggestion: "model",
  },
  {
    broken: "an unknown key of a policy",
    whole: true,
    yaml: `${HEAD}policies: {chain: [audit-logger]}\npolicy:\n  audit-logger:\n    retention_day: 5\n`,
    code: "E002",
    path: "policy.audit-logger.retention_day",
    at: "5:5",
    message: 'unknown key "retention_day"',
    suggestion: "retention_days",
  },
  {
    broken: "an unknown key that is like nothing",
    yaml: target(", pricing: {prompt: 1, completion: 1, surcharge_for_fun: 1}"),
    code: "E002",
    path: "providers.targets[0].pricing.surcharge_for_fun",
    at: "4:69",
    message: 'unknown key "surcharge_for_fun"',
  },
  {
    broken: "a chain entry without its block",
    whole: true,
    yaml: `${HEAD}policies: {chain: [audit-logger]}\n`,
    code: "E003",
    path: "policies.chain[0]",
    at: "2:20",
    message: "audit-logger has no block under policy",
    suggestion: "policy.audit-logger: {}",
  },
  {
    broken: "a target id twice",
    yaml: "providers:\n  targets:\n    - {id: a, provider: openai}\n    - {id: a, provider: anthropic}\n",
    code: "E004",
    path: "providers.targets[1].id",
    at: "5:12",
    message: "the id of providers.targets[0] again",
  },
  {
    broken: "a secret without a name",
    yaml: target(", secret_key_ref: {}"),
    code: "E005",
    path: "providers.targets[0].secret_key_ref",
    at: "4:49",
    message: "expected a name under env or under store",
  },
  {
    broken: "a secret in two places",
    yaml: target(", secret_key_ref: {env: A, store: b}"),
    code: "E005",
    path: "providers.targets[0].secret_key_ref",
    at: "4:49",
    message: "expected a name under env or under store",
  },
  {
    broken: "an alias of two models",
    yaml: target(", models: [{model_id: x, aliases: [fast]}, {model_id: y, aliases: [fast]}]"),
    code: "E005",
    path: "providers.targets[0].models[1].aliases[0]",
    at: "4:98",
    message: '"fast" means x already',
  },
  {
    broken: "an allowed model that nobody serves",
    yaml: `${target(", model: gpt-4o")}unified_access: {enabled: false, allowed_models: [gpt-4o, claude*]}\n`,
    code: "E005",
    path: "unified_access.allowed_models[1]",
    at: "5:59",
    message: 'no target serves "claude*"',
  },
  {
    broken: "a YAML alias without an anchor",
    yaml: "cache: *shared\n",
    code: "E005",
    path: "",
    at: "2:8",
    message: "there is no anchor &shared above",
  },
  {
    broken: "a value of another type",
    yaml: "cache: {enabled: maybe}\n",
    code: "E006",
    path: "cache.enabled",
    at: "2:18",
    message: "expected true or false",
  },
  {
    broken: "a strategy that is not there",
    yaml: "providers:\n  routing: {strategy: cheapest}\n",
    code: "E006",
    path: "providers.routing.strategy",
    at: "3:23",
    message: 'expected "ordered" or "lowest_price" or "lowest_latency" or "round_robin"',
  },
  {
    broken: "a provider with a slip",
    yaml: "providers:\n  targets: [{id: a, provider: opanai}]\n",
    code: "E006",
    path: "providers.targets[0].provider",
    at: "3:31",
    message: 'expected "openai" or "anthropic"',
    suggestion: "openai",
  },
  {
    broken: "no pack",
    whole: true,
    yaml: "policies: {chain: []}\n",
    code: "E006",
    path: "pack",
    at: "1:1",
    message: "expected an object",
  },
  {
    broken: "half a price",
    yaml: target(", pricing: {prompt: 1}"),
    code: "E006",
    path: "providers.targets[0].pricing",
    at: "4:42",
    message: "expected output_price_per_million",
  },
  {
    broken: "a price by both of its names",
    yaml: target(", pricing: {prompt: 1, input_price_per_million: 1, completion: 2}"),
    code: "E006",
    path: "providers.targets[0].pricing.prompt",
    at: "4:51",
    message: "is input_price_per_million by its older name; give one of them",
  },
  {
    broken: "a price that is one per token",
    yaml: target(", pricing: {prompt: 2500, completion: 1}"),
    code: "E006",
    path: "providers.targets[0].pricing.prompt",
    at: "4:51",
    message: "expected at most 1000: prices are USD per million tokens",
  },
  {
    broken: "a ceiling of nothing",
    yaml: "providers:\n  routing: {max_price: {}}\n",
    code: "E006",
    path: "providers.routing.max_price",
    at: "3:24",
    message: "expected prompt, completion or request",
  },
  {
    broken: "an address of another kind",
    yaml: target(", base_url: file:///etc/passwd"),
    code: "E006",
    path: "providers.targets[0].base_url",
    at: "4:43",
    message: "expected an http or https address",
  },
  {
    broken: "a name that is the gateway's own",
    yaml: "providers:\n  targets: [{id: managed-openai, provider: openai}]\n",
    code: "E006",
    path: "providers.targets[0].id",
    at: "3:18",
    message: "ids that begin with managed- are the gateway's own",
  },
  {
    broken: "a log that forgets",
    whole: true,
    yaml: `${HEAD}policies: {chain: [audit-logger]}\npolicy: {audit-logger: {immutable: false}}\n`,
    code: "E006",
    path: "policy.audit-logger.immutable",
    at: "3:36",
    message: "expected true",
  },
  {
    broken: "a key that is given twice",
    yaml: "cache: {enabled: true}\ncache: {enabled: false}\n",
    code: "E006",
    path: "",
    at: "3:1",
    message: /unique/i,
  },
  { broken: "nothing", whole: true, yaml: "", code: "E006", path: "", at: "1:1", message: "expected an object" },
  {
    broken: "two documents",
    yaml: "---\n",
    code: "E006",
    path: "",
    at: "2:1",
    message: "expected one document",
  },
  {
    broken: "no YAML",
    whole: true,
    yaml: "pack: [\n",
    code: "E006",
    path: "",
    at: "2:1",
    message: /./,
  },
  {
    broken: "a file that is too long",
    whole: true,
    yaml: `# ${"x".repeat(MAX_CONFIG_BYTES)}`,
    code: "E006",
    path: "",
    at: "1:1",
    message: "expected at most 256 KiB",
  },
];

test.each(ROWS)("$code: $broken", ({ yaml, whole, code, path, at, message, suggestion }) => {
  const report = whole === true ? lintPolicyConfig(yaml) : lint(yaml);
  const [line, column] = at.split(":").map(Number);
  const expected = {
    code,
    path,
    line,
    column,
    message: typeof message === "string" ? message : expect.stringMatching(message),
  };
  expect(report.errors).toEqual([suggestion === undefined ? expected : { ...expected, suggestion }]);
  expect(report.config).toBeNull();
});

test("what unfolds to more than it says is refused", () => {
  const bomb = Array.from({ length: 12 }, (_, level) => `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`);
  const text = ["a0: &a0 [x]", ...bomb.slice(1), HEAD].join("\n");
  expect(lintPolicyConfig(text).errors.map(({ code }) => code)).toEqual(["E006"]);
});

test("thousands of unknown keys each have their place", () => {
  const keys = Array.from({ length: 8_000 }, (_, index) => `k${index}: 1`);
  const { errors } = lintPolicyConfig([...keys, HEAD].join("\n"));
  const unknown = errors.filter(({ code }) => code === "E002");
  expect(unknown.map(({ line }) => line)).toEqual(keys.map((_, index) => index + 1));
});

test("every error is told at once, in the order of the lines", () => {
  const report = lint(`cach: {}\n${target(", model: 7, secret_key_ref: {}")}`);
  expect(report.errors.map(({ code, line }) => `${code} ${line}`)).toEqual(["E002 2", "E006 5", "E005 5"]);
});

test.each([
  ["a ceiling without any price", target(""), ["W001 providers.routing.max_price 3:13"]],
  [
    "one target without a price",
    "providers:\n  targets:\n    - {id: a, provider: openai, pricing: {prompt: 1, completion: 2}}\n    - {id: b, provider: openai}\n",
    ["W002 providers.targets[1] 6:7"],
  ],
  ["prices of every model", target(", models: [{model_id: x, pricing: {prompt: 1, completion: 2}}]"), []],
])("warns of %s, and the file is valid", (_name, targets, warnings) => {
  const report = lint(targets.replace("providers:\n", "providers:\n  routing: {max_price: {request: 0.05}}\n"));
  expect(report.errors).toEqual([]);
  expect(report.config).not.toBeNull();
  expect(report.warnings.map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`)).toEqual(warnings);
});

test.each(["\0", "\u0007", "\u007f"])("a control character is refused, also in a comment: %j", (character) => {
  expect(lint(`# one${character}\n`).errors).toEqual([
    { code: "E006", path: "", line: 2, column: 6, message: "a control character, which YAML does not allow" },
  ]);
  expect(lint("# tab\t and carriage return\r\n").errors).toEqual([]);
});
