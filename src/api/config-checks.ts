/** What a configuration needs beyond its own text: of the organization that it is for, and of the deployment that it comes to. */
import { eq } from "drizzle-orm";
import { readYaml } from "../contract/policy-config/document.ts";
import type { Path } from "../contract/policy-config/document.ts";
import { formatPath, lintPolicyConfig } from "../contract/policy-config/lint.ts";
import type { LintError, LintWarning } from "../contract/policy-config/lint.ts";
import type { PolicyConfig } from "../contract/policy-config/schema.ts";
import { fail, invalid, ok, type Result } from "../core/failure.ts";
import { findUrlProblem } from "../core/webhook-url.ts";
import { agents } from "../platform/d1/control-schema.ts";
import type { ApiDeps } from "./deps.ts";

export interface CheckedConfig {
  readonly config: PolicyConfig;
  readonly warnings: readonly LintWarning[];
}

/** A fault of a value, by where it is. */
interface Fault {
  readonly code: LintError["code"];
  readonly path: Path;
  readonly message: string;
}

/** Refuses with everything that is wrong with it: first of the text alone, then of what it names. Throws when D1 does. */
export async function checkConfig(deps: ApiDeps, organizationId: string, yaml: string): Promise<Result<CheckedConfig>> {
  const { config, errors, warnings } = lintPolicyConfig(yaml);
  if (config === null) return fail(refusalOf(errors));
  const faults = [
    ...config.providers.targets.flatMap((target, index) => findTargetFaults(deps, target, index)),
    ...(await findUnknownAgents(deps, organizationId, config)),
  ];
  if (faults.length === 0) return ok({ config, warnings });
  const document = readYaml(yaml);
  const placed = faults.map(({ code, path, message }) => ({
    code,
    path: formatPath(path),
    ...document.placeOf(path),
    message,
  }));
  return fail(refusalOf(placed.toSorted((a, b) => a.line - b.line || a.column - b.column)));
}

/** The one place where a target is tested by the deployment's rules. */
function findTargetFaults(
  deps: ApiDeps,
  { base_url: baseUrl }: PolicyConfig["providers"]["targets"][number],
  index: number,
): Fault[] {
  if (baseUrl === undefined) return [];
  const path = ["providers", "targets", index, "base_url"];
  const problem = findUrlProblem(baseUrl, deps.allowInsecureTargets) ?? findExtraParts(baseUrl);
  return problem === null ? [] : [{ code: "E006", path, message: problem }];
}

/** What is called is the address with the endpoint's path behind it. */
function findExtraParts(baseUrl: string): string | null {
  return /[?#]/.test(baseUrl) ? "an address must have no query and no fragment" : null;
}

async function findUnknownAgents(deps: ApiDeps, organizationId: string, config: PolicyConfig): Promise<Fault[]> {
  if (config.agents.length === 0) return [];
  const rows = await deps.db.select({ id: agents.id }).from(agents).where(eq(agents.organizationId, organizationId));
  const known = new Set(rows.map(({ id }) => id));
  return config.agents.flatMap(({ id }, index): Fault[] =>
    known.has(id)
      ? []
      : [{ code: "E005", path: ["agents", index, "id"], message: `there is no agent ${id} in the organization` }],
  );
}

function refusalOf(errors: readonly LintError[]) {
  const [first] = errors;
  const where =
    first === undefined ? "" : ` Line ${first.line}: ${first.path === "" ? "" : `${first.path}: `}${first.message}.`;
  const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
  return { ...invalid(null, "config_invalid", `The configuration has ${count}.${where}`), errors };
}
