/** Says what is wrong with a `policy-config.yaml`, where, and what was probably meant (contract: Declarative config). */
import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { matchesPattern } from "../../core/model-pattern.ts";
import { describeIssue } from "../issue-message.ts";
import { valueAt } from "../value-at.ts";
import { readYaml } from "./document.ts";
import type { Path, Place, YamlDocument } from "./document.ts";
import { keysAt } from "./json-schema.ts";
import { isPriced, POLICY_KINDS, policyConfigSchema } from "./schema.ts";
import type { PolicyConfig } from "./schema.ts";

export const MAX_CONFIG_BYTES = 256 * 1_024;

export type ErrorCode = "E001" | "E002" | "E003" | "E004" | "E005" | "E006";
export type WarningCode = "W001" | "W002";

interface Remark<Code> {
  readonly code: Code;
  /** `providers.targets[0].pricing`; empty: the document. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface LintError extends Remark<ErrorCode> {
  readonly suggestion?: string;
}

export type LintWarning = Remark<WarningCode>;

export interface LintReport {
  readonly pack: { readonly name: string; readonly version: string } | null;
  readonly chain: readonly string[];
  readonly errors: readonly LintError[];
  readonly warnings: readonly LintWarning[];
  /** Null when there are errors. */
  readonly config: PolicyConfig | null;
}

/** Reads a whole configuration. Every error is found at once, in the order of the lines. Reads nothing but the text. */
export function lintPolicyConfig(text: string): LintReport {
  if (new TextEncoder().encode(text).byteLength > MAX_CONFIG_BYTES) {
    return report([{ code: "E006", path: "", line: 1, column: 1, message: "expected at most 256 KiB" }]);
  }
  const control = findControlCharacter(text);
  if (control !== null) {
    return report([{ code: "E006", path: "", ...control, message: "a control character, which YAML does not allow" }]);
  }
  const document = readYaml(text);
  if (document.problems.length > 0) {
    return report(
      document.problems.map(({ line, column, message, isReference }) => ({
        code: isReference ? "E005" : "E006",
        path: "",
        line,
        column,
        message,
      })),
    );
  }
  const read = policyConfigSchema.safeParse(document.value, { error: describeIssue });
  const errors = [
    ...(read.success ? [] : read.error.issues.flatMap((issue) => schemaErrors(document, issue))),
    ...missingPolicies(document),
    ...repeatedTargets(document),
    ...brokenReferences(document),
  ].toSorted((a, b) => a.line - b.line || a.column - b.column);
  return {
    pack: packOf(document.value),
    chain: listAt(document.value, ["policies", "chain"]).filter((kind) => typeof kind === "string"),
    errors,
    warnings: unpricedTargets(document),
    config: errors.length === 0 && read.success ? read.data : null,
  };
}

/** Also in comments (YAML 1.2, production 1: c-printable); half a character is none. */
function findControlCharacter(text: string): Place | null {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  const offset = text.isWellFormed() ? text.search(/[\0-\x08\x0B\x0C\x0E-\x1F\x7F]/) : 0;
  if (offset === -1) return null;
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

function report(errors: readonly LintError[]): LintReport {
  return { pack: null, chain: [], errors, warnings: [], config: null };
}

function schemaErrors(document: YamlDocument, issue: z.core.$ZodIssue): LintError[] {
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const isPolicy = path.length === 1 && path[0] === "policy";
      return {
        code: isPolicy ? "E001" : "E002",
        path: formatPath([...path, key]),
        ...document.placeOfKey([...path, key]),
        message: isPolicy ? `there is no policy kind ${show(key)}` : `unknown key ${show(key)}`,
        ...suggest(key, keysAt(path)),
      };
    });
  }
  const place = { path: formatPath(path), ...document.placeOf(path) };
  const value = valueAt(document.value, path);
  if (path[0] === "policies" && path[1] === "chain" && typeof value === "string") {
    return [
      { code: "E001", ...place, message: `there is no policy kind ${show(value)}`, ...suggest(value, POLICY_KINDS) },
    ];
  }
  const options = issue.code === "invalid_value" ? issue.values.filter((option) => typeof option === "string") : [];
  return [
    { code: "E006", ...place, message: issue.message, ...(typeof value === "string" ? suggest(value, options) : {}) },
  ];
}

/** Chain entries of a known kind without their block. */
function missingPolicies(document: YamlDocument): LintError[] {
  const known: readonly unknown[] = POLICY_KINDS;
  return listAt(document.value, ["policies", "chain"]).flatMap((kind, index): LintError[] => {
    if (!known.includes(kind) || valueAt(document.value, ["policy", String(kind)]) !== undefined) return [];
    const path = ["policies", "chain", index];
    return [
      {
        code: "E003",
        path: formatPath(path),
        ...document.placeOf(path),
        message: `${String(kind)} has no block under policy`,
        suggestion: `policy.${String(kind)}: {}`,
      },
    ];
  });
}

function repeatedTargets(document: YamlDocument): LintError[] {
  const seen = new Map<unknown, number>();
  return targetsOf(document).flatMap((target, index): LintError[] => {
    const id = valueAt(target, ["id"]);
    const first = seen.get(id);
    if (id === undefined) return [];
    if (first === undefined) {
      seen.set(id, index);
      return [];
    }
    const path = ["providers", "targets", index, "id"];
    const message = `the id of ${formatPath(["providers", "targets", first])} again`;
    return [{ code: "E004", path: formatPath(path), ...document.placeOf(path), message }];
  });
}

/** References to secrets that name none or two, names that mean two models, allowed models that nobody serves. */
function brokenReferences(document: YamlDocument): LintError[] {
  const broken = (path: Path, message: string): LintError => ({
    code: "E005",
    path: formatPath(path),
    ...document.placeOf(path),
    message,
  });
  const targets = targetsOf(document);
  const ofTargets = targets.flatMap((target, index): LintError[] => {
    const path = ["providers", "targets", index];
    const secret = valueAt(target, ["secret_key_ref"]);
    const named = ["env", "store"].filter((kind) => valueAt(secret, [kind]) !== undefined);
    const isBroken = typeof secret === "object" && secret !== null && named.length !== 1;
    const ofSecret = isBroken ? [broken([...path, "secret_key_ref"], "expected a name under env or under store")] : [];
    return [...ofSecret, ...ambiguousNames(target).map((each) => broken([...path, ...each.path], each.message))];
  });
  if (valueAt(document.value, ["unified_access", "enabled"]) !== false) return ofTargets;
  const served = targets.flatMap((target) => namesOf(target));
  const servesAny = targets.some((target) => namesOf(target).length === 0);
  const ofModels = listAt(document.value, ["unified_access", "allowed_models"]).flatMap((pattern, index) =>
    servesAny || typeof pattern !== "string" || served.some(({ name }) => matchesPattern(pattern, name))
      ? []
      : [broken(["unified_access", "allowed_models", index], `no target serves ${show(pattern)}`)],
  );
  return [...ofTargets, ...ofModels];
}

interface ModelName {
  readonly name: string;
  readonly modelId: string;
  /** Within the target. */
  readonly path: Path;
}

function ambiguousNames(target: unknown): { readonly path: Path; readonly message: string }[] {
  const modelOf = new Map<string, string>();
  return namesOf(target).flatMap(({ name, modelId, path }) => {
    const other = modelOf.get(name);
    modelOf.set(name, other ?? modelId);
    if (other === undefined || other === modelId) return [];
    return [{ path, message: `${show(name)} means ${other} already` }];
  });
}

/** Names by which callers reach the models of a target; empty: by any. */
function namesOf(target: unknown): ModelName[] {
  const single = valueAt(target, ["model"]);
  const models = listAt(target, ["models"]).flatMap((model, index): ModelName[] => {
    const modelId = valueAt(model, ["model_id"]);
    if (typeof modelId !== "string") return [];
    const path = ["models", index];
    const aliases = listAt(model, ["aliases"]).flatMap((alias, position) =>
      typeof alias === "string" ? [{ name: alias, modelId, path: [...path, "aliases", position] }] : [],
    );
    return [{ name: modelId, modelId, path: [...path, "model_id"] }, ...aliases];
  });
  return typeof single === "string" ? [{ name: single, modelId: single, path: ["model"] }, ...models] : models;
}

/** Price ceilings bind only what has a price: all targets without one are W001, some of them W002 each. */
function unpricedTargets(document: YamlDocument): LintWarning[] {
  const ceilings = ["providers", "routing", "max_price"];
  if (valueAt(document.value, ceilings) === undefined) return [];
  const unpriced = targetsOf(document).flatMap((target, index) => (declaresPrice(target) ? [] : [index]));
  if (unpriced.length === targetsOf(document).length) {
    const message = "no target declares pricing: the ceiling binds only models that the price book has";
    return [{ code: "W001", path: formatPath(ceilings), ...document.placeOfKey(ceilings), message }];
  }
  return unpriced.map((index) => {
    const path = ["providers", "targets", index];
    const message = "declares no pricing: max_price binds it only as far as the price book has its models";
    return { code: "W002", path: formatPath(path), ...document.placeOf(path), message };
  });
}

function declaresPrice(target: unknown): boolean {
  if (isPriced(valueAt(target, ["pricing"]))) return true;
  const models = listAt(target, ["models"]);
  return models.length > 0 && models.every((model) => isPriced(valueAt(model, ["pricing"])));
}

function targetsOf({ value }: YamlDocument): readonly unknown[] {
  return listAt(value, ["providers", "targets"]);
}

function packOf(value: unknown): LintReport["pack"] {
  const name = valueAt(value, ["pack", "name"]);
  const version = valueAt(value, ["pack", "version"]);
  return typeof name === "string" && typeof version === "string" ? { name, version } : null;
}

function listAt(value: unknown, path: Path): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** As far as a third of the letters, two at least. */
function suggest(given: string, known: readonly string[]): { readonly suggestion?: string } {
  if (known.length === 0 || given.length > 64) return {};
  const nearest = closest(given, [...known]);
  return distance(given, nearest) <= Math.max(2, Math.floor(nearest.length / 3)) ? { suggestion: nearest } : {};
}

export function formatPath(path: Path): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

function show(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
