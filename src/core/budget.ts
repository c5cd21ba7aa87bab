/**
 * Budget policies: how much may be spent in an hour, a day, a week or a month of the organization's calendar, by whom or on
 * what. Everything that matches must pass; a request that is refused holds and counts nothing (contract: Policies, Budget policy).
 */
import { CALENDAR_WINDOWS } from "./calendar.ts";
import type { CalendarWindow } from "./calendar.ts";
import { matchesPattern } from "./model-pattern.ts";
import type { PolicyResource, PolicySubject } from "./access-policy.ts";
import type { Nanos } from "./money.ts";

export const BUDGET_SCOPES = ["organization", "team", "user", "service_user", "agent", "key", "model", "tag"] as const;
export type BudgetScopeType = (typeof BUDGET_SCOPES)[number];

export interface BudgetScope {
  readonly type: BudgetScopeType;
  /** Null only for `organization`. A model is an exact name or `prefix*`, a tag is `name:value`. */
  readonly id: string | null;
}

export interface BudgetPolicy {
  readonly id: string;
  /** Budgets with the same one count together, each against its own amount. Absent: it counts alone. */
  readonly counterId?: string;
  readonly name: string;
  readonly scope: BudgetScope;
  /** At least one. Amounts are nano-units of the organization's currency. */
  readonly windows: Readonly<Partial<Record<CalendarWindow, Nanos>>>;
  /** False: it only counts. */
  readonly hard: boolean;
  /** Whole percentages of a window's limit at which people are told, rising. */
  readonly alertPercentages: readonly number[];
  /** Until that instant it stands in the place of every window's limit. */
  readonly override: { readonly amountNanos: Nanos; readonly untilMs: number } | null;
}

/** One window of a budget that a request is tested against. */
export interface BudgetLimit {
  readonly policy: BudgetPolicy;
  readonly window: CalendarWindow;
  readonly limitNanos: Nanos;
}

/** One evaluated window of a budget policy. Amounts are nano-units of the organization's currency. */
export interface BudgetWindowView {
  readonly policyId: string;
  readonly name: string;
  readonly scope: BudgetScope;
  readonly window: CalendarWindow;
  /** False: it only counts, and has refused nothing. */
  readonly hard: boolean;
  readonly limitNanos: Nanos;
  readonly usedNanos: Nanos;
  readonly heldNanos: Nanos;
  readonly requestedNanos: Nanos;
  readonly resetsAtMs: number;
}

/** Every budget that speaks about this use, in their order. It depends on no instant. */
export function findBudgets(
  policies: readonly BudgetPolicy[],
  subject: PolicySubject,
  resource: PolicyResource,
): readonly BudgetPolicy[] {
  return policies.filter((policy) => coversUse(policy.scope, subject, resource));
}

/** The windows of one budget, with the limits that are in force, shortest window first. */
export function budgetLimitsOf(policy: BudgetPolicy, nowMs: number): readonly BudgetLimit[] {
  return CALENDAR_WINDOWS.flatMap((window) => {
    const limitNanos = policy.windows[window];
    return limitNanos === undefined ? [] : [{ policy, window, limitNanos: limitInForce(policy, limitNanos, nowMs) }];
  });
}

/** Whether a budget of this scope counts the use. */
export function coversUse({ type, id }: BudgetScope, subject: PolicySubject, resource: PolicyResource): boolean {
  switch (type) {
    case "organization":
      return true;
    case "team":
      return subject.teamId === id;
    case "user":
      return subject.userId === id;
    case "service_user":
      return subject.serviceUserId === id;
    case "agent":
      return subject.agentId === id;
    case "key":
      return subject.keyId === id;
    case "model":
      return id !== null && resource.models.some((model) => matchesPattern(id, model));
    case "tag":
      return id !== null && (subject.tags.includes(id) || resource.tags.includes(id));
  }
}

/** What the window leaves; zero when it is exceeded. */
export function remainingOf({ limitNanos, usedNanos, heldNanos }: BudgetWindowView): Nanos {
  const leftNanos = limitNanos - usedNanos - heldNanos;
  return leftNanos < 0n ? 0n : leftNanos;
}

/** Whether the window lets it through: all of it has room, or the budget only counts. */
export function hasRoom({ hard, limitNanos, usedNanos, heldNanos, requestedNanos }: BudgetWindowView): boolean {
  return !hard || usedNanos + heldNanos + requestedNanos <= limitNanos;
}

/** The hard window with the least remaining, of several the one that lasts longest. Null: none is hard. */
export function tightestOf(windows: readonly BudgetWindowView[]): BudgetWindowView | null {
  return windows
    .filter(({ hard }) => hard)
    .reduce<BudgetWindowView | null>((tightest, each) => {
      if (tightest === null) return each;
      const [least, leftNanos] = [remainingOf(tightest), remainingOf(each)];
      if (leftNanos !== least) return leftNanos < least ? each : tightest;
      return each.resetsAtMs > tightest.resetsAtMs ? each : tightest;
    }, null);
}

function limitInForce({ override }: BudgetPolicy, limitNanos: Nanos, nowMs: number): Nanos {
  return override !== null && nowMs < override.untilMs ? override.amountNanos : limitNanos;
}
