/** Access policies as rows, and back. */
import {
  policyLimitsSchema,
  policyResourcesSchema,
  policySubjectsSchema,
  toAccessPolicy,
  type NewAccessPolicy,
} from "../../contract/access-policy.ts";
import type { AccessPolicy } from "../../core/access-policy.ts";
import { formatNanos } from "../../core/money.ts";
import type { accessPolicies } from "./control-schema.ts";

export type AccessPolicyRow = typeof accessPolicies.$inferSelect;

/** The columns that a wire body fills. */
export function accessPolicyColumns(
  body: NewAccessPolicy,
): Pick<AccessPolicyRow, "name" | "effect" | "enabled" | "subjectsJson" | "resourcesJson" | "limitsJson"> {
  const { max_cost_per_request: maxCostNanos, ...limits } = body.limits;
  return {
    name: body.name,
    effect: body.effect,
    enabled: body.enabled,
    subjectsJson: JSON.stringify(body.subjects),
    resourcesJson: JSON.stringify(body.resources),
    limitsJson: JSON.stringify({
      ...limits,
      max_cost_per_request: maxCostNanos === null ? null : formatNanos(maxCostNanos),
    }),
  };
}

/** The wire body of a row. Throws when a column is unreadable. */
export function accessPolicyBody(row: AccessPolicyRow): NewAccessPolicy {
  return {
    name: row.name,
    effect: row.effect,
    enabled: row.enabled,
    subjects: policySubjectsSchema.parse(JSON.parse(row.subjectsJson)),
    resources: policyResourcesSchema.parse(JSON.parse(row.resourcesJson)),
    limits: policyLimitsSchema.parse(JSON.parse(row.limitsJson)),
  };
}

export function accessPolicyOfRow(row: AccessPolicyRow): AccessPolicy {
  return toAccessPolicy(row.id, accessPolicyBody(row));
}
