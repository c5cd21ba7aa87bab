/** Budgets: in which windows a request counts, what they leave, and what a refusal tells. */
import type { Attribution } from "../../../src/core/attribution.ts";
import type { BudgetRow, PriceRow } from "../records.ts";
import type { Decided } from "./admission.ts";
import { creditRoom, keepCounter, leastRoom, readCounter, takeNothing, testLimits } from "./limiting.ts";
import type { AuditTake, AuditUse } from "./limiting.ts";
import type { AuditReservation, AuditState } from "./state.ts";
import { findEver } from "./tariff.ts";
import { windowAround } from "./windows.ts";

const DAY_MS = 86_400_000;
export const WINDOWS = ["hourly", "daily", "weekly", "monthly"] as const;

/** What the money is for. Null: the model has no price. */
export interface Purpose {
  readonly endpoint: string;
  readonly model: string;
  readonly price: PriceRow | null;
}

export interface BudgetWindow {
  readonly budget: BudgetRow;
  readonly window: (typeof WINDOWS)[number];
  readonly key: string;
  readonly limit: bigint;
  readonly endMs: number;
}

/** First what the agent may use, then every budget that speaks about the request. */
export function testEverything(
  state: AuditState,
  who: Attribution,
  purpose: Purpose,
  use: AuditUse,
  nowMs: number,
): Decided<{ take(): AuditTake[] }> {
  const limits = testLimits(state, who, use, nowMs);
  if ("refusal" in limits) return limits;
  const windows = windowsFor(state, who, purpose, nowMs);
  let freeAtMs: number | null = null;
  for (const { budget, key, limit, endMs } of windows) {
    const { used, held } = readCounter(state, key);
    if (budget.hard && used + held + use.credits > limit) freeAtMs = Math.max(freeAtMs ?? 0, endMs);
  }
  if (freeAtMs !== null) {
    const budgets = windows.map((window) => seen(state, window, use.credits));
    return {
      refusal: { kind: "budget_exhausted", budgets, retryAfterSeconds: Math.ceil((freeAtMs - nowMs) / 1_000) },
    };
  }
  const take = (): AuditTake[] => [
    ...limits.value.take(),
    ...windows.map((window) => takeOf(state, window, use.credits)),
  ];
  return { value: { take } };
}

/** What nobody asked: its end counts in the windows in which it began. */
export function takeNothingOfAnything(
  state: AuditState,
  who: Attribution,
  purpose: Purpose,
  atMs: number,
): AuditTake[] {
  const windows = windowsFor(state, who, purpose, atMs);
  return [...takeNothing(state, who, atMs), ...windows.map((window) => takeOf(state, window, 0n))];
}

/** How much more an open reservation may hold; null: as much as there is. A budget that it did not meet does not bind it. */
export function roomToHold(state: AuditState, reservation: AuditReservation, nowMs: number): bigint | null {
  let least = creditRoom(state, reservation);
  for (const budget of state.records.budgets) {
    if (!budget.hard) continue;
    for (const window of WINDOWS) {
      if (budget.windows[window] === undefined) continue;
      least = leastRoom(state, reservation, nameOfWindow(budget, window), limitNow(budget, window, nowMs), least);
    }
  }
  return least;
}

export function nameOfWindow({ id }: BudgetRow, window: BudgetWindow["window"]): string {
  return `${id} ${window}`;
}

function windowsFor(state: AuditState, who: Attribution, purpose: Purpose, atMs: number): readonly BudgetWindow[] {
  const spoken = state.records.budgets.filter((budget) => speaksOf(state, budget, who, purpose));
  return spoken.flatMap((budget) => windowsOf(state, budget, atMs));
}

function speaksOf(state: AuditState, { scope }: BudgetRow, who: Attribution, purpose: Purpose): boolean {
  const { endpoint, model, price } = purpose;
  const provider = endpoint === "anthropic.messages" ? "anthropic" : "openai";
  const listing = price ?? findEver(state.records.prices, model, provider);
  const owners = {
    team: who.teamId,
    user: who.userId,
    service_user: who.serviceUserId,
    agent: who.agentId,
    key: who.keyId,
  };
  if (scope.type === "organization") return true;
  if (scope.type === "model") {
    const names = listing === null ? [model] : [model, listing.fields.model, ...(listing.fields.aliases ?? [])];
    const wanted = scope.id ?? "";
    const isPrefix = wanted.endsWith("*");
    return names.some((name) => (isPrefix ? name.startsWith(wanted.slice(0, -1)) : name === wanted));
  }
  if (scope.type === "tag") {
    const key = state.records.keys.find(({ id }) => id === who.keyId);
    const team = state.records.teams.find(({ id }) => id === who.teamId);
    const tags = [...(key?.tags ?? []), ...(team?.tags ?? []), ...(listing?.fields.tags ?? [])];
    return tags.some((tag) => tag === scope.id);
  }
  return owners[scope.type] === scope.id;
}

function windowsOf(state: AuditState, budget: BudgetRow, atMs: number): readonly BudgetWindow[] {
  const limited = WINDOWS.filter((window) => budget.windows[window] !== undefined);
  return limited.map((window) => budgetWindowOf(state, budget, window, atMs, atMs));
}

/** The window around an instant, with the limit of another one. */
export function budgetWindowOf(
  state: AuditState,
  budget: BudgetRow,
  window: BudgetWindow["window"],
  atMs: number,
  limitAtMs: number,
): BudgetWindow {
  const [startMs, endMs] = windowAround(window, atMs, state.settings);
  const key = `${budget.id}|credits.${state.settings.currency}|${window}|${startMs}`;
  return { budget, window, key, limit: limitNow(budget, window, limitAtMs), endMs };
}

/** An override stands for every window, until it is over. */
function limitNow(budget: BudgetRow, window: BudgetWindow["window"], nowMs: number): bigint {
  const { override } = budget;
  if (override !== null && override.untilMs > nowMs) return override.amountNanos;
  return budget.windows[window] ?? 0n;
}

function takeOf(state: AuditState, { budget, window, key, endMs }: BudgetWindow, amount: bigint): AuditTake {
  keepCounter(state, key, endMs + DAY_MS).held += amount;
  return { of: nameOfWindow(budget, window), key, unit: "credits", held: amount };
}

/** One window as a refusal shows it. */
interface BudgetView {
  readonly policyId: string;
  readonly window: BudgetWindow["window"];
  readonly limitNanos: bigint;
  readonly usedNanos: bigint;
  readonly heldNanos: bigint;
  readonly requestedNanos: bigint;
}

export function isBudgetView(value: unknown): value is BudgetView {
  return typeof value === "object" && value !== null && "policyId" in value && "requestedNanos" in value;
}

function seen(state: AuditState, { budget, window, key, limit, endMs }: BudgetWindow, requestedNanos: bigint) {
  const { used, held } = readCounter(state, key);
  return {
    policyId: budget.id,
    name: budget.name,
    scope: budget.scope,
    hard: budget.hard,
    window,
    limitNanos: limit,
    usedNanos: used,
    heldNanos: held,
    requestedNanos,
    resetsAtMs: endMs,
  };
}
