/** What a model is to policies, budgets and rate limits: one resource under all its names. */
import type { PlannedTarget } from "../../src/contract/commands.ts";
import type { PolicyResource } from "../../src/core/access-policy.ts";
import { isManagedTarget } from "../../src/core/target.ts";
import type { TargetMatch } from "../../src/core/target.ts";
import type { ZdrMode } from "../../src/core/zdr.ts";
import type { PlanContext } from "./context.ts";
import type { DirectoryIndex } from "./directory-index.ts";

export type ResourceTarget = Pick<PlannedTarget, "id" | "provider" | "model" | "aliases" | "price" | "declared">;

/** Of a target that was planned it is known only whether it was a managed one. */
type Naming = Pick<TargetMatch, "isNamed">;

/**
 * Every name that the model has at a target, so that no alias slips past a policy. The tags are those of the price in force;
 * without one the model is what the price book has ever known under its names. A name that neither it nor a configuration has
 * is unlisted where such are let through.
 */
export function resourceOf(
  { priceBook, directory }: DirectoryIndex,
  asked: string,
  target: ResourceTarget,
  { isNamed }: Naming = { isNamed: !isManagedTarget(target.id) },
): PolicyResource {
  const { provider, model, aliases = [], price } = target;
  const known = [model, asked]
    .flatMap((name) => priceBook.candidatesByName.get(name) ?? [])
    .find((each) => each.provider === provider);
  const listed = target.declared === true ? (known ?? null) : (price ?? known ?? null);
  const names = listed === null ? [] : [listed.model, ...listed.aliases];
  const resource = {
    provider,
    models: [...new Set([asked, model, ...aliases, ...names])],
    tags: (price ?? listed)?.tags ?? [],
  };
  const isLetThrough = target.declared === true || directory.settings.allowUnpriced;
  return listed === null && !isNamed && isLetThrough ? { ...resource, unlisted: true } : resource;
}

/** What a request that was planned uses, at each of its targets. */
export function resourcesOf(
  index: DirectoryIndex,
  asked: string,
  targets: readonly ResourceTarget[],
): readonly PolicyResource[] {
  return targets.map((target) => resourceOf(index, asked, target));
}

/**
 * Whether the name that was asked for may be kept. Under strict zero data retention one that neither the price book, a
 * configuration nor a policy has is a text of the caller's own.
 */
export function mayKeepModel({ index }: Pick<PlanContext, "index">, zdrMode: ZdrMode, model: string): boolean {
  if (zdrMode !== "strict" || index.priceBook.candidatesByName.has(model) || index.configuredModels.has(model)) {
    return true;
  }
  return index.directory.accessPolicies.some(({ resources }) => resources.models.includes(model));
}
