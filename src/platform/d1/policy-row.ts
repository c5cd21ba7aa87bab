/** Access policies and budgets as rows, and back. Both throw when a row is unreadable. */
import { newAccessPolicySchema, toAccessPolicy } from "../../contract/access-policy.ts";
import { newBudgetSchema, toBudget } from "../../contract/budget.ts";
import type { AccessPolicy } from "../../core/access-policy.ts";
import type { BudgetPolicy } from "../../core/budget.ts";
import type { policies } from "./control-schema.ts";

export type PolicyRow = typeof policies.$inferSelect;

export function accessPolicyOfRow(row: PolicyRow): AccessPolicy {
  return toAccessPolicy(row.id, newAccessPolicySchema.parse(JSON.parse(row.bodyJson)));
}

export function budgetOfRow(row: PolicyRow): BudgetPolicy {
  return toBudget(row.id, newBudgetSchema.parse(JSON.parse(row.bodyJson)));
}
