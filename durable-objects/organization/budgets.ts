/** Budgets of a request: the windows that it is tested against, and their counters (contract: Policies, Budget policy). */
import type { Attribution } from "../../src/contract/commands.ts";
import type { PolicyResource } from "../../src/core/access-policy.ts";
import { budgetLimitsOf, findBudgetLimits } from "../../src/core/budget.ts";
import type { BudgetLimit } from "../../src/core/budget.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { BudgetWindowView, Result } from "../../src/core/failure.ts";
import { tighter } from "../../src/core/limit.ts";
import { bindingLimit, countLimit, decideTakes, roomOf } from "../../src/core/limit-counter.ts";
import type { CountedLimit, EvaluatedLimit, Take, Use } from "../../src/core/limit-counter.ts";
import type { Nanos } from "../../src/core/money.ts";
import type { CommandContext, PlanContext } from "./context.ts";
import { countingContext, NOTHING, openTake } from "./limits.ts";
import type { Taking } from "./limits.ts";
import { subjectOf } from "./model-access.ts";
import type { Reservation } from "./store/reservations.ts";

/** More than any counter can hold: a soft budget counts and never refuses. */
const UNLIMITED: Nanos = 2n ** 66n;

interface CountedBudget {
  readonly budget: BudgetLimit;
  readonly limit: CountedLimit;
}

/** Tests what the request would hold against every window that matches. Reads only. */
export function planBudgets(
  context: CommandContext,
  attribution: Attribution,
  resource: PolicyResource,
  use: Use,
): Result<Taking> {
  const counted = countBudgets(context, attribution, resource, context.nowMs);
  if (counted.length === 0) return ok(NOTHING);
  const limits = counted.map(({ limit }) => limit);
  const decision = decideTakes(limits, (key) => context.store.limits.find(key), use);
  if (decision.outcome === "taken") return ok(decision);
  const resetsAtMs = bindingLimit(decision.evaluated)?.limit.resetsAtMs ?? context.nowMs;
  return fail({
    kind: "budget_exhausted",
    budgets: decision.evaluated.flatMap((evaluated, index) => viewOf(counted[index], evaluated)),
    retryAfterSeconds: Math.ceil((resetsAtMs - context.nowMs) / 1_000),
  });
}

/** The takes of a request that was let through without asking: its end counts in the windows in which it began. */
export function takeNothingOfBudgets(
  context: CommandContext,
  attribution: Attribution,
  resource: PolicyResource,
  atMs: number,
): readonly Take[] {
  return countBudgets(context, attribution, resource, atMs).map(({ limit }) => openTake(context, limit));
}

/** How much more an open reservation can take of its budgets, as they are now. Null: none limits it. */
export function budgetRoom(context: CommandContext, reservation: Reservation): Nanos | null {
  const counting = { ...countingContext(context), nowMs: reservation.createdAtMs };
  const taken = new Set(reservation.takes.map(({ key }) => key));
  const rooms = context.directory.budgets
    .filter(({ id, hard }) => hard && reservation.takes.some(({ limitId }) => limitId === id))
    .flatMap((policy) => budgetLimitsOf(policy, context.nowMs))
    .map((budget) => countBudget(budget, counting))
    .filter(({ limit }) => taken.has(limit.counterKey))
    .map(({ limit }) => roomOf(limit, context.store.limits.find(limit.counterKey)));
  return rooms.reduce<Nanos | null>(tighter, null);
}

function countBudgets(
  context: PlanContext,
  attribution: Attribution,
  resource: PolicyResource,
  atMs: number,
): readonly CountedBudget[] {
  const { budgets } = context.directory;
  if (budgets.length === 0) return [];
  const counting = { ...countingContext(context), nowMs: atMs };
  return findBudgetLimits(budgets, subjectOf(context.index, attribution), resource, atMs).map((budget) =>
    countBudget(budget, counting),
  );
}

function countBudget(budget: BudgetLimit, counting: ReturnType<typeof countingContext>): CountedBudget {
  const { policy, window, limitNanos } = budget;
  const limit = countLimit(
    { id: policy.id, unit: "credits", window, limit: policy.hard ? limitNanos : UNLIMITED },
    { ...counting, runId: null },
  );
  if (limit === null) throw new Error("only the window of a run has no counter");
  return { budget, limit };
}

function viewOf(counted: CountedBudget | undefined, evaluated: EvaluatedLimit): BudgetWindowView[] {
  if (counted === undefined) return [];
  const { policy, window, limitNanos } = counted.budget;
  return [
    {
      policyId: policy.id,
      name: policy.name,
      scope: policy.scope,
      window,
      limitNanos,
      usedNanos: evaluated.used,
      heldNanos: evaluated.held,
      requestedNanos: evaluated.requested,
      resetsAtMs: evaluated.limit.resetsAtMs ?? 0,
    },
  ];
}
