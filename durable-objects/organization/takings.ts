/** Everything that a request takes of its limits: rates, agents' constraints, budgets, in this order (contract: Order of checks). */
import type { Attribution } from "../../src/contract/commands.ts";
import type { PolicyResource } from "../../src/core/access-policy.ts";
import { ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import { tighter } from "../../src/core/limit.ts";
import type { Take, Use } from "../../src/core/limit-counter.ts";
import type { Nanos } from "../../src/core/money.ts";
import type { RateView } from "../../src/core/rate-limit.ts";
import { budgetRoom, planBudgets, takeNothingOfBudgets } from "./budgets.ts";
import type { BudgetTaking } from "./budgets.ts";
import type { CommandContext } from "./context.ts";
import { agentRoom, planAgentConstraints, takeNothingOfAgent } from "./limits.ts";
import { planRates } from "./rates.ts";
import type { Reservation } from "./store/reservations.ts";

export interface Takings extends BudgetTaking {
  /** What it leaves of the rate limits. Undefined: none limits it. */
  readonly rates: RateView | undefined;
}

/** Tests `use`, the most that the request can use, against every limit. Reads only: `take` writes what is allowed. */
export function planTakings(
  context: CommandContext,
  attribution: Attribution,
  resources: readonly PolicyResource[],
  use: Use,
): Result<Takings> {
  const rates = planRates(context, attribution, resources, use.tokens);
  if (!rates.ok) return rates;
  const agent = planAgentConstraints(context, attribution, use);
  if (!agent.ok) return agent;
  const budgets = planBudgets(context, attribution, resources, use);
  if (!budgets.ok) return budgets;
  return ok({
    rates: rates.value,
    takes: [...agent.value.takes, ...budgets.value.takes],
    counters: [...agent.value.counters, ...budgets.value.counters],
    budgetRemainingNanos: budgets.value.budgetRemainingNanos,
  });
}

/** The takes of a request that was let through without asking. */
export function takeNothingAtAll(
  context: CommandContext,
  attribution: Attribution,
  resources: readonly PolicyResource[],
  atMs: number,
): readonly Take[] {
  return [
    ...takeNothingOfAgent(context, attribution, atMs),
    ...takeNothingOfBudgets(context, attribution, resources, atMs),
  ];
}

/** How much more an open reservation can hold within its limits. Null: none limits it. */
export function roomToHold(context: CommandContext, reservation: Reservation): Nanos | null {
  return tighter(agentRoom(context, reservation), budgetRoom(context, reservation));
}
