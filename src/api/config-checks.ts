/** What a configuration needs beyond its own text: of the organization that it is for, and of the deployment that it comes to. */
import { eq } from "drizzle-orm";
import { compileTarget } from "../contract/policy-config/compile.ts";
import { readYaml } from "../contract/policy-config/document.ts";
import type { Path } from "../contract/policy-config/document.ts";
import { formatPath, lintPolicyConfig } from "../contract/policy-config/lint.ts";
import type { LintError, LintWarning } from "../contract/policy-config/lint.ts";
import type { PolicyConfig } from "../contract/policy-config/schema.ts";
import type { ConfiguredTarget } from "../core/gateway-config.ts";
import { fail, invalid, ok, type Result } from "../core/failure.ts";
import { declaresForeignPrice } from "../core/prepaid.ts";
import { checkTargets } from "../core/target-address.ts";
import { agents, secrets } from "../platform/d1/control-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { findOrganization } from "./organization-rows.ts";

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
    ...(await findTargetFaults(deps, organizationId, config)),
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

/** What a target may not name under this deployment's rules, and what there is not. */
async function findTargetFaults(deps: ApiDeps, organizationId: string, config: PolicyConfig): Promise<Fault[]> {
  const targets = config.providers.targets.map(compileTarget);
  const stored = targets.some(({ secret }) => secret?.kind === "store")
    ? await deps.db.select({ name: secrets.name }).from(secrets).where(eq(secrets.organizationId, organizationId))
    : [];
  const known = new Set(stored.map(({ name }) => name));
  const unknown = targets.flatMap(({ secret }, index): Fault[] =>
    secret === null || secret.kind === "env" || known.has(secret.name)
      ? []
      : [{ code: "E005", path: refPath(index), message: `there is no secret ${secret.name} in the organization` }],
  );
  const complaints = checkTargets(targets, deps.trust).map(({ path, message }): Fault => ({
    code: path.includes("secret_key_ref") ? "E005" : "E006",
    path,
    message,
  }));
  return [...complaints, ...unknown, ...(await findForeignPrices(deps, organizationId, targets))];
}

/** Of targets that the deployment pays for: where it says so for everybody, or the organization issues no credit. */
async function findForeignPrices(
  deps: ApiDeps,
  organizationId: string,
  targets: readonly ConfiguredTarget[],
): Promise<Fault[]> {
  const message = "prices are declared only for targets with a secret of the organization (secret_key_ref: {store})";
  const faults = targets.flatMap((target, index): Fault[] =>
    declaresForeignPrice(target) ? [{ code: "E006", path: ["providers", "targets", index], message }] : [],
  );
  if (faults.length === 0 || deps.pricesNeedOwnCredentials) return faults;
  const organization = await findOrganization(deps, organizationId);
  return organization.ok && organization.value.issuesCredit ? [] : faults;
}

function refPath(index: number): Path {
  return ["providers", "targets", index, "secret_key_ref", "store"];
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
