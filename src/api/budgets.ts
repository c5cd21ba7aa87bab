/** `/v1/unified-access/budgets`: how much may be spent in a window, and how the windows stand. */
import {
  budgetPatchSchema,
  budgetSchema,
  budgetToWire,
  findBudgetFault,
  newBudgetSchema,
  toBudget,
  type BudgetPatch,
  type NewBudget,
} from "../contract/budget.ts";
import { budgetOfRow } from "../platform/d1/policy-row.ts";
import { addBudgetQuestionRoutes } from "./budget-questions.ts";
import type { ApiDeps } from "./deps.ts";
import { addPolicyRoutes, type PolicyKind } from "./policies.ts";
import type { Api } from "./route.ts";

const TAG = "Budgets";

const BUDGET: PolicyKind<NewBudget, BudgetPatch, typeof budgetSchema> = {
  kind: "budget",
  path: "budgets",
  prefix: "bud",
  noun: "a budget",
  audited: "budget",
  plural: "budgets",
  tag: TAG,
  description:
    "Calendar windows in the organization's time zone. Every budget that matches a request must have room for what it holds, else it is refused with 429 before anything is held. A new budget counts from now; a changed one keeps what was used.",
  newSchema: newBudgetSchema,
  patchSchema: budgetPatchSchema,
  shownSchema: budgetSchema,
  merge: (before, patch) => ({
    name: patch.name ?? before.name,
    scope: patch.scope ?? before.scope,
    windows: patch.windows ?? before.windows,
    hard: patch.hard ?? before.hard,
    alert_percentages: patch.alert_percentages ?? before.alert_percentages,
    override: patch.override === undefined ? before.override : patch.override,
  }),
  findFault: findBudgetFault,
  toJson: (body) => {
    const { id: _id, created_at: _createdAt, ...wire } = budgetToWire(toBudget("", body), 0);
    return JSON.stringify(wire);
  },
  toWire: (row) => budgetToWire(budgetOfRow(row), row.createdAtMs),
};

export function addBudgetRoutes(api: Api, deps: ApiDeps): void {
  // Before the routes with an id, which would take the names for one.
  addBudgetQuestionRoutes(api, deps);
  addPolicyRoutes(api, deps, BUDGET);
}
