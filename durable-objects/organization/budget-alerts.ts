/** What people are told of budgets: by the transaction that posts, or that refuses (docs/webhooks.md). */
import { decidePostingAlert, decideRefusalAlert } from "../../src/core/budget-alert.ts";
import type { BudgetAlertDecision } from "../../src/core/budget-alert.ts";
import { hasRoom } from "../../src/core/budget.ts";
import { windowAt } from "../../src/core/calendar.ts";
import type { BudgetWindowView } from "../../src/core/budget.ts";
import type { Failure } from "../../src/core/failure.ts";
import { formatNanos } from "../../src/core/money.ts";
import type { Nanos } from "../../src/core/money.ts";
import { formatTime } from "../../src/contract/amount.ts";
import { countBudgets, findBudget, takenBudgets } from "./budgets.ts";
import type { CountedBudget } from "./budgets.ts";
import type { CommandContext } from "./context.ts";
import { countingContext } from "./limits.ts";
import { notify } from "./notify.ts";
import type { Reservation } from "./store/reservations.ts";

/** A window that an end may raise, with what it had used before. */
export interface WatchedBudget extends CountedBudget {
  readonly usedNanos: Nanos;
}

/** The windows in which the end of a reservation will count; to be asked before it counts. */
export function watchBudgets(context: CommandContext, reservation: Reservation): readonly WatchedBudget[] {
  return takenBudgets(context, reservation).map((counted) => ({
    ...counted,
    usedNanos: usedOf(context, counted),
  }));
}

/** Tells of the percentages that the end has reached, and of hard budgets that it has used up. */
export function notifyPostedBudgets(
  context: CommandContext,
  watched: readonly WatchedBudget[],
  reservation: Reservation,
): void {
  for (const each of watched) {
    const usedNanos = usedOf(context, each);
    if (usedNanos <= each.usedNanos) continue;
    const { hard, alertPercentages } = each.budget.policy;
    const window = { limitNanos: each.budget.limitNanos, hard, alertPercentages };
    const decision = decidePostingAlert(window, usedNanos, context.store.budgetAlerts.find(each.limit.counterKey));
    tell(context, each, decision, { atMs: reservation.createdAtMs, requestedNanos: null });
  }
}

/** Tells of the hard budgets that have refused a request, once for a window. */
export function notifyRefusedBudgets(context: CommandContext, failure: Failure): void {
  if (failure.kind !== "budget_exhausted") return;
  for (const view of failure.budgets) {
    const counted = hasRoom(view) ? undefined : findWindow(context, view);
    if (counted === undefined) continue;
    const told = context.store.budgetAlerts.find(counted.limit.counterKey);
    const decision = decideRefusalAlert(view.limitNanos, view.requestedNanos, told);
    tell(context, counted, decision, { atMs: context.nowMs, requestedNanos: view.requestedNanos });
  }
}

function findWindow(context: CommandContext, view: BudgetWindowView): CountedBudget | undefined {
  const policy = findBudget(context, view.policyId);
  if (policy === null) return undefined;
  return countBudgets(context, [policy], context.nowMs).find(({ budget }) => budget.window === view.window);
}

function usedOf({ store }: CommandContext, { limit }: CountedBudget): Nanos {
  return store.limits.find(limit.counterKey)?.used ?? 0n;
}

function tell(
  context: CommandContext,
  counted: CountedBudget,
  { percentage, exhaustion, told }: BudgetAlertDecision,
  event: { readonly atMs: number; readonly requestedNanos: Nanos | null },
): void {
  if (percentage === null && exhaustion === null) return;
  const { limit } = counted;
  const limitText = formatNanos(counted.budget.limitNanos);
  const data = dataOf(context, counted, event.atMs);
  if (percentage !== null) {
    const cause = [limit.counterKey, limitText, String(percentage)];
    notify(context, "budget.threshold_reached", cause, { ...data, percentage });
  }
  if (exhaustion !== null) {
    const { requestedNanos } = event;
    notify(context, "budget.exhausted", [limit.counterKey, limitText, exhaustion], {
      ...data,
      held: formatNanos(context.store.limits.find(limit.counterKey)?.held ?? 0n),
      requested: requestedNanos === null ? null : formatNanos(requestedNanos),
      reason: exhaustion,
    });
  }
  context.store.budgetAlerts.save(limit.counterKey, told, limit.forgetAfterMs ?? context.nowMs);
}

function dataOf(context: CommandContext, counted: CountedBudget, atMs: number) {
  const { policy, window, limitNanos } = counted.budget;
  const { calendar, currency } = countingContext(context);
  const { startMs, endMs } = windowAt(window, atMs, calendar);
  return {
    policy_id: policy.id,
    name: policy.name,
    scope: policy.scope.type,
    scope_id: policy.scope.id,
    hard: policy.hard,
    window,
    window_start: formatTime(startMs),
    resets_at: formatTime(endMs),
    limit: formatNanos(limitNanos),
    used: formatNanos(usedOf(context, counted)),
    currency,
  };
}
