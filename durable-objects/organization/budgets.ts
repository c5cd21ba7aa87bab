/** Budgets of a request: the windows that it is tested against, and their counters (contract: Policies, Budget policy). */
import type { Attribution } from "../../src/contract/commands.ts";
import type { PolicyResource } from "../../src/core/access-policy.ts";
import { budgetLimitsOf, coversUse, findBudgets } from "../../src/core/budget.ts";
import type { BudgetLimit, BudgetPolicy, BudgetWindowView } from "../../src/core/budget.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import { tighter } from "../../src/core/limit.ts";
import { bindingLimit, countLimit, decideTakes, evaluate, isTakenOf, roomOf } from "../../src/core/limit-counter.ts";
import type { CountedLimit, EvaluatedLimit, LimitCounter, Take, Use } from "../../src/core/limit-counter.ts";
import type { Nanos } from "../../src/core/money.ts";
import type { CommandContext, PlanContext } from "./context.ts";
import { countingContext, NOTHING, openTake } from "./limits.ts";
import type { Taking } from "./limits.ts";
import { rememberByUse, subjectOf } from "./model-access.ts";
import { resourceOf } from "./model-resource.ts";
import { findSpendCap } from "./oauth-tokens.ts";
import type { Reservation } from "./store/reservations.ts";

/** More than any counter can hold: a soft budget counts and never refuses. */
const UNLIMITED: Nanos = 2n ** 66n;

export interface CountedBudget {
  readonly budget: BudgetLimit;
  readonly limit: CountedLimit;
}

export interface BudgetTaking extends Taking {
  /** What the tightest hard window has left when this is taken. Null: no hard budget matches. */
  readonly budgetRemainingNanos: Nanos | null;
}

/** Tests what the request would hold against every window that matches. Reads only. */
export function planBudgets(
  context: CommandContext,
  attribution: Attribution,
  resources: readonly PolicyResource[],
  use: Use,
): Result<BudgetTaking> {
  const declared = matchingBudgets(context, attribution, resources);
  const cap = findSpendCap(context, attribution.keyId);
  const matching = cap === null ? declared : [...declared, cap];
  return testBudgets(context, countBudgets(context, matching, context.nowMs), use);
}

/** Tests a use against these windows. All must have room. Reads only. */
export function testBudgets(
  context: CommandContext,
  counted: readonly CountedBudget[],
  use: Use,
): Result<BudgetTaking> {
  if (counted.length === 0) return ok({ ...NOTHING, budgetRemainingNanos: null });
  const limits = counted.map(({ limit }) => limit);
  const decision = decideTakes(limits, (key) => context.store.limits.find(key), use);
  if (decision.outcome === "taken") {
    return ok({ ...decision, budgetRemainingNanos: tightestRoom(counted, decision.counters) });
  }
  const resetsAtMs = bindingLimit(decision.evaluated)?.limit.resetsAtMs ?? context.nowMs;
  return fail({
    kind: "budget_exhausted",
    budgets: decision.evaluated.flatMap((evaluated, index) => viewOf(counted[index], evaluated)),
    retryAfterSeconds: Math.ceil((resetsAtMs - context.nowMs) / 1_000),
  });
}

/** How these windows stand, with what a use would take of them. */
export function viewBudgets(
  context: CommandContext,
  counted: readonly CountedBudget[],
  use: Use,
): readonly BudgetWindowView[] {
  return counted.flatMap((each) =>
    viewOf(each, evaluate(each.limit, context.store.limits.find(each.limit.counterKey), use[each.limit.unit])),
  );
}

/** The takes of a request that was let through without asking: its end counts in the windows in which it began. */
export function takeNothingOfBudgets(
  context: CommandContext,
  attribution: Attribution,
  resources: readonly PolicyResource[],
  atMs: number,
): readonly Take[] {
  return countBudgets(context, matchingBudgets(context, attribution, resources), atMs).map(({ limit }) =>
    openTake(context, limit),
  );
}

/** How much more an open reservation can take of its budgets, as they are now. Null: none limits it. */
export function budgetRoom(context: CommandContext, reservation: Reservation): Nanos | null {
  const rooms = takenBudgets(context, reservation)
    .filter(({ budget }) => budget.policy.hard)
    .map(({ limit }) => roomOf(limit, context.store.limits.find(limit.counterKey)));
  return rooms.reduce<Nanos | null>(tighter, null);
}

/** The windows of budgets that a reservation has taken from and that are still there, with the limits in force now. */
export function takenBudgets(context: CommandContext, reservation: Reservation): readonly CountedBudget[] {
  const { takes, createdAtMs } = reservation;
  if (takes.length === 0) return [];
  const { currency } = context.directory.settings;
  const counting = { ...countingContext(context), nowMs: createdAtMs };
  return [...new Set(takes.map(({ limitId }) => limitId))]
    .flatMap((id) => findBudget(context, id) ?? [])
    .flatMap((policy) => budgetLimitsOf(policy, context.nowMs))
    .map((budget) => countBudget(budget, counting))
    .flatMap(({ budget, limit }) =>
      takes
        .filter((take) => isTakenOf(take, limit, currency))
        .map(({ key: counterKey }) => ({ budget, limit: { ...limit, counterKey } })),
    );
}

/** The windows of these budgets at an instant, with the limits that are in force then. */
export function countBudgets(
  context: PlanContext,
  budgets: readonly BudgetPolicy[],
  atMs: number,
): readonly CountedBudget[] {
  if (budgets.length === 0) return [];
  const counting = { ...countingContext(context), nowMs: atMs };
  return budgets.flatMap((policy) => budgetLimitsOf(policy, atMs)).map((budget) => countBudget(budget, counting));
}

/** The budgets that speak about one of these uses, remembered: it follows from the directory alone. */
function matchingBudgets(
  { index }: PlanContext,
  attribution: Attribution,
  resources: readonly PolicyResource[],
): readonly BudgetPolicy[] {
  const { budgets } = index.directory;
  if (budgets.length === 0) return budgets;
  const matching = resources.map((resource) =>
    rememberByUse(index.matchingBudgets, attribution, resource, () =>
      findBudgets(budgets, subjectOf(index, attribution), resource),
    ),
  );
  const [first = [], ...others] = matching;
  return others.length === 0 ? first : budgets.filter((budget) => matching.some((some) => some.includes(budget)));
}

/** The takes of a request that count when this target answered: what is a budget of only another one is not spent. */
export function takesOfTarget(
  { index }: PlanContext,
  reservation: Reservation,
  targetId: string | null,
): (take: Take) => boolean {
  const { targets, attribution } = reservation.plan.grant;
  const target = targets.find(({ id }) => id === targetId);
  if (targets.length < 2 || target === undefined) return () => true;
  const resource = resourceOf(index, reservation.plan.requestedModel, target);
  const subject = subjectOf(index, attribution);
  return ({ limitId }) => {
    const budget = index.budgetsById.get(limitId);
    return budget === undefined || coversUse(budget.scope, subject, resource);
  };
}

/** By its id, also the spend cap of an application. */
export function findBudget(context: PlanContext, id: string): BudgetPolicy | null {
  return context.index.budgetsById.get(id) ?? findSpendCap(context, id);
}

function countBudget(budget: BudgetLimit, counting: ReturnType<typeof countingContext>): CountedBudget {
  const { policy, window, limitNanos } = budget;
  const limit = countLimit(
    {
      id: policy.id,
      counterId: policy.counterId,
      unit: "credits",
      window,
      limit: policy.hard ? limitNanos : UNLIMITED,
    },
    { ...counting, runId: null },
  );
  if (limit === null) throw new Error("only the window of a run has no counter");
  return { budget, limit };
}

function tightestRoom(counted: readonly CountedBudget[], counters: readonly LimitCounter[]): Nanos | null {
  return counted
    .map(({ budget, limit }, index) => (budget.policy.hard ? roomOf(limit, counters[index] ?? null) : null))
    .reduce<Nanos | null>(tighter, null);
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
      hard: policy.hard,
      limitNanos,
      usedNanos: evaluated.used,
      heldNanos: evaluated.held,
      requestedNanos: evaluated.requested,
      resetsAtMs: evaluated.limit.resetsAtMs ?? 0,
    },
  ];
}
