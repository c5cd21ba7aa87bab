/** What people must be told of budgets: a percentage once for a window and limit, and once that nothing more goes through. */
import type { BudgetRow } from "../records.ts";
import type { Refusal } from "./admission.ts";
import { budgetWindowOf, isBudgetView, nameOfWindow, WINDOWS } from "./budgeting.ts";
import type { BudgetWindow } from "./budgeting.ts";
import { readCounter } from "./limiting.ts";
import type { AuditReservation, AuditState } from "./state.ts";
import { asDecimal, tell } from "./telling.ts";
import { windowAround } from "./windows.ts";

const DAY_MS = 86_400_000;
const PERCENTAGES = [100n, 80n, 50n];

export interface ToldOfWindow {
  readonly key: string;
  reached: { readonly percentage: bigint; readonly limit: bigint } | null;
  refused: { readonly isRoomGone: boolean; readonly limit: bigint } | null;
  forgetAfterMs: number;
}

interface Watched {
  readonly window: BudgetWindow;
  readonly usedBefore: bigint;
}

/** The windows that an end may raise, before it does. */
export function watchBudgets(state: AuditState, { takes, createdAtMs }: AuditReservation, nowMs: number): Watched[] {
  const watched: Watched[] = [];
  const seen = new Set<BudgetRow>();
  for (const { of } of takes) {
    const budget = state.records.budgets.find(({ id }) => of.startsWith(`${id} `));
    if (budget === undefined || seen.has(budget)) continue;
    seen.add(budget);
    for (const window of WINDOWS) {
      if (budget.windows[window] === undefined) continue;
      for (const { of: name, key } of takes) {
        if (name !== nameOfWindow(budget, window)) continue;
        const found = { ...budgetWindowOf(state, budget, window, createdAtMs, nowMs), key };
        watched.push({ window: found, usedBefore: readCounter(state, key).used });
      }
    }
  }
  return watched;
}

export function tellOfPostedBudgets(
  state: AuditState,
  watched: readonly Watched[],
  { createdAtMs }: AuditReservation,
  nowMs: number,
): void {
  for (const { window, usedBefore } of watched) {
    const { used } = readCounter(state, window.key);
    if (used <= usedBefore) continue;
    const { limit } = window;
    const known = toldOf(state, window.key);
    const percentage = PERCENTAGES.find((each) => used * 100n >= limit * each);
    const isKnown =
      percentage !== undefined &&
      known.reached !== null &&
      known.reached.percentage >= percentage &&
      known.reached.percentage * known.reached.limit >= percentage * limit;
    const isReached = percentage !== undefined && !isKnown;
    const isGone = window.budget.hard && used >= limit && isNewRefusal(known, true, limit);
    if (isReached) {
      known.reached = { percentage, limit };
      tell(state, "budget.threshold_reached", nowMs, {
        ...dataOf(state, window, createdAtMs),
        percentage: Number(percentage),
      });
    }
    if (isGone) tellOfExhaustion(state, window, createdAtMs, nowMs, { isRoomGone: true, requested: null });
    if (isReached || isGone) remember(state, known, window, createdAtMs);
  }
}

/** Every hard window without room, in the order in which the refusal shows them. */
export function tellOfRefusedBudgets(state: AuditState, refusal: Refusal, nowMs: number): void {
  const views = refusal.kind === "budget_exhausted" && Array.isArray(refusal["budgets"]) ? refusal["budgets"] : [];
  for (const view of views.filter(isBudgetView)) {
    const budget = state.records.budgets.find(({ id }) => id === view.policyId);
    const { usedNanos, heldNanos, requestedNanos, limitNanos } = view;
    if (budget?.hard !== true || usedNanos + heldNanos + requestedNanos <= limitNanos) continue;
    const window = budgetWindowOf(state, budget, view.window, nowMs, nowMs);
    const known = toldOf(state, window.key);
    const isRoomGone = requestedNanos <= limitNanos;
    if (!isNewRefusal(known, isRoomGone, limitNanos)) continue;
    tellOfExhaustion(state, window, nowMs, nowMs, { isRoomGone, requested: requestedNanos });
    remember(state, known, window, nowMs);
  }
}

function isNewRefusal({ refused }: ToldOfWindow, isRoomGone: boolean, limit: bigint): boolean {
  return refused === null || refused.limit < limit || (isRoomGone && !refused.isRoomGone);
}

function tellOfExhaustion(
  state: AuditState,
  window: BudgetWindow,
  atMs: number,
  nowMs: number,
  { isRoomGone, requested }: { readonly isRoomGone: boolean; readonly requested: bigint | null },
): void {
  toldOf(state, window.key).refused = { isRoomGone, limit: window.limit };
  tell(state, "budget.exhausted", nowMs, {
    ...dataOf(state, window, atMs),
    held: asDecimal(readCounter(state, window.key).held),
    requested: requested === null ? null : asDecimal(requested),
    reason: isRoomGone ? "no_room" : "request_too_large",
  });
}

function dataOf(state: AuditState, { budget, window, key, limit }: BudgetWindow, atMs: number) {
  const [startMs, endMs] = windowAround(window, atMs, state.settings);
  return {
    policy_id: budget.id,
    name: budget.name,
    scope: budget.scope.type,
    scope_id: budget.scope.id,
    hard: budget.hard,
    window,
    window_start: new Date(startMs).toISOString(),
    resets_at: new Date(endMs).toISOString(),
    limit: asDecimal(limit),
    used: asDecimal(readCounter(state, key).used),
    currency: state.settings.currency,
  };
}

function toldOf(state: AuditState, key: string): ToldOfWindow {
  const known = state.toldOfBudgets.find((told) => told.key === key);
  if (known !== undefined) return known;
  const fresh: ToldOfWindow = { key, reached: null, refused: null, forgetAfterMs: Number.POSITIVE_INFINITY };
  state.toldOfBudgets.push(fresh);
  return fresh;
}

function remember(state: AuditState, told: ToldOfWindow, { window }: BudgetWindow, atMs: number): void {
  told.forgetAfterMs = windowAround(window, atMs, state.settings)[1] + DAY_MS;
}
