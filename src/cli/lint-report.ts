/** A lint report, for people and for programs (contract: Names on the wire). */
import { styleText } from "node:util";
import type { LintError, LintReport, LintWarning } from "../contract/policy-config/lint.ts";
import { printable } from "./printable.ts";

/** One JSON object and a line feed. */
export function lintJson(file: string, { pack, chain, errors, warnings }: LintReport): string {
  const valid = errors.length === 0;
  return `${JSON.stringify({ valid, file, pack, chain, policy_count: chain.length, errors, warnings }, null, 2)}\n`;
}

/** Colours only where the standard output is a terminal and `NO_COLOR` is not set: `styleText` looks. */
export function lintText(file: string, { pack, chain, errors, warnings }: LintReport): string {
  const remarks = [
    ...errors.map((error) => remarkText(file, error, styleText("red", error.code), error.suggestion)),
    ...warnings.map((warning) => remarkText(file, warning, styleText("yellow", warning.code))),
  ];
  const name = pack === null ? "" : ` ${printable(`${pack.name} ${pack.version}`)}`;
  const policies = `${chain.length} ${chain.length === 1 ? "policy" : "policies"}`;
  const summary =
    errors.length === 0
      ? `${styleText("green", "OK")}${name}: ${policies}${chain.length === 0 ? "" : ` (${printable(chain.join(", "))})`}`
      : `${styleText("red", "Invalid")}${name}: ${errors.length} ${errors.length === 1 ? "error" : "errors"}`;
  return [...remarks, summary, ""].join("\n");
}

function remarkText(file: string, remark: LintError | LintWarning, code: string, suggestion?: string): string {
  const { line, column, path, message } = remark;
  const where = path === "" ? "" : `${path}: `;
  const hint =
    suggestion === undefined ? "" : remark.code === "E003" ? ` (add ${suggestion})` : ` (did you mean ${suggestion}?)`;
  return `${file}:${line}:${column} ${code} ${printable(`${where}${message}${hint}`)}`;
}
