/** What a step makes of a budget. */
import type { Change } from "./records.ts";
import { BUDGET_SCOPES } from "./step.ts";
import type { BudgetStep } from "./step.ts";

/** Longer windows have room for more. */
const WINDOWS = [
  ["hourly", 1n],
  ["daily", 2n],
  ["weekly", 3n],
  ["monthly", 4n],
] as const;

/** Limits are of whole holds, so that what just fits comes about. Budgets that count everybody's spend have room for more. */
export function budgetChange(step: BudgetStep, holdNanos: bigint, nowMs: number): Change {
  const name = `budget-${step.id}`;
  if (step.isDeleted) return { of: "budget", name, to: null };
  const scope = BUDGET_SCOPES[step.scope % BUDGET_SCOPES.length] ?? BUDGET_SCOPES[0];
  const wide = scope.type === "organization" || scope.id === "key_gateway" ? 4n : 1n;
  const chosen = WINDOWS.filter((_, bit) => Math.floor(step.windows / 2 ** bit) % 2 === 1);
  const limitOf = (holds: number): bigint => holdNanos * BigInt(holds) + BigInt(step.nanos);
  const { override } = step;
  return {
    of: "budget",
    name,
    to: {
      scope,
      windows: Object.fromEntries(chosen.map(([window, times]) => [window, limitOf(step.holds) * times * wide])),
      hard: step.hard,
      override: override === null ? null : { amountNanos: limitOf(override.holds), untilMs: nowMs + override.ms },
    },
  };
}
