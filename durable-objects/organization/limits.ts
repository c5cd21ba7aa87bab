/** The constraints of a request's agent; and the counters that a reservation takes from and gives back to, of whatever limit. */
import type { Attribution } from "../../src/contract/commands.ts";
import type { AgentRecord } from "../../src/contract/directory.ts";
import { AGENT_ID_PREFIX, countConstraint, countConstraints, inactiveRule } from "../../src/core/agent-constraint.ts";
import type { CountingContext, UsageConstraint } from "../../src/core/agent-constraint.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import { tighter } from "../../src/core/limit.ts";
import { countUse, decideTakes, endTake, isTakenOf, NO_USE, roomOf } from "../../src/core/limit-counter.ts";
import type { CountedLimit, LimitCounter, Take, Use } from "../../src/core/limit-counter.ts";
import type { Nanos } from "../../src/core/money.ts";
import { totalTokens } from "../../src/core/usage.ts";
import type { Usage } from "../../src/core/usage.ts";
import type { CommandContext, PlanContext } from "./context.ts";
import type { Reservation } from "./store/reservations.ts";

/** Where a caller names the run that a request belongs to. */
const RUN_HEADER = "X-Agent-Run-Id";

/** What a request takes when it is made. */
export interface Taking {
  readonly takes: readonly Take[];
  readonly counters: readonly LimitCounter[];
}

export const NOTHING: Taking = { takes: [], counters: [] };

/** The agent that a request names. Null: none, or one that only the caller knows; it is attributed and not limited. */
export function findAgent({ index }: PlanContext, { agentId }: Attribution): Result<AgentRecord | null> {
  if (agentId === null) return ok(null);
  const agent = index.agentsById.get(agentId) ?? null;
  if (agent === null && agentId.startsWith(AGENT_ID_PREFIX)) {
    return fail({ kind: "identity_not_allowed", header: "X-Agent-Id", unknownAgentId: agentId });
  }
  return ok(agent);
}

/** Refuses the model to an agent that is paused or disabled. */
export function checkAgentStatus(context: PlanContext, attribution: Attribution, model: string): Result<null> {
  const agent = findAgent(context, attribution);
  if (!agent.ok) return agent;
  const rule = agent.value === null ? null : inactiveRule(agent.value);
  return rule === null ? ok(null) : fail({ kind: "access_denied", rule, model });
}

/** An agent's own constraints, and those that the configuration of a gateway sets for it. */
export function constraintsOf(
  index: PlanContext["index"],
  agent: AgentRecord,
  gatewayId: string | null,
): readonly UsageConstraint[] {
  const config = gatewayId === null ? null : (index.gatewaysById.get(gatewayId)?.config ?? null);
  const ofGateway = config?.agentConstraints.find(({ agentId }) => agentId === agent.id)?.constraints ?? [];
  return ofGateway.length === 0 ? agent.constraints : [...agent.constraints, ...ofGateway];
}

/** Of the agent that a request named, also when it is gone since. */
function constraintsOfRequest(index: PlanContext["index"], { agentId, gatewayId }: Attribution) {
  const agent = agentId === null ? undefined : index.agentsById.get(agentId);
  return agent === undefined ? [] : constraintsOf(index, agent, gatewayId);
}

/** The constraints of the request's agent, with their counters of now; refused when it must name its run, and does not. */
export function countAgentConstraints(context: PlanContext, attribution: Attribution): Result<readonly CountedLimit[]> {
  const agent = findAgent(context, attribution);
  if (!agent.ok) return agent;
  if (agent.value === null) return ok([]);
  const constraints = constraintsOf(context.index, agent.value, attribution.gatewayId);
  if (constraints.length === 0) return ok([]);
  const limited = { ...agent.value, constraints };
  return countConstraints(limited, attribution.agentRunId, countingContext(context), RUN_HEADER);
}

/** Tests the most that the request can use against every constraint of its agent. Reads only: `take` writes what is allowed. */
export function planAgentConstraints(context: CommandContext, attribution: Attribution, use: Use): Result<Taking> {
  const limits = countAgentConstraints(context, attribution);
  if (!limits.ok) return limits;
  if (limits.value.length === 0) return ok(NOTHING);
  const decision = decideTakes(limits.value, (key) => context.store.limits.find(key), use);
  if (decision.outcome === "taken") return ok(decision);
  const { index, directory } = context;
  const id = attribution.agentId ?? "";
  return fail({
    kind: "agent_constraint_exceeded",
    agent: { id, name: index.agentsById.get(id)?.name ?? id },
    runId: attribution.agentRunId,
    currency: directory.settings.currency,
    constraints: decision.evaluated,
  });
}

/** Takes what was allowed, in the same transaction. Gives the takes for the reservation. */
export function take(context: CommandContext, taking: Taking): readonly Take[] {
  for (const counter of taking.counters) context.store.limits.save(counter);
  return taking.takes;
}

/**
 * The takes of a request that was let through without asking: nothing is held of its agent's constraints, and its end
 * counts in them, in the windows in which it began.
 */
export function takeNothingOfAgent(context: CommandContext, attribution: Attribution, atMs: number): readonly Take[] {
  const counting = { ...countingContext(context), nowMs: atMs };
  return constraintsOfRequest(context.index, attribution).flatMap((constraint) => {
    const limit = countConstraint(constraint, attribution.agentRunId, counting);
    return limit === null ? [] : [openTake(context, limit)];
  });
}

/** A take of nothing, with the counter in which its end will count. */
export function openTake({ store }: CommandContext, limit: CountedLimit): Take {
  store.limits.save(countUse(limit, store.limits.find(limit.counterKey), 0n));
  return { limitId: limit.id, unit: limit.unit, key: limit.counterKey, held: 0n };
}

/** How much more an open reservation can take of its agent's credits, as their constraints are now. Null: none limits it. */
export function agentRoom(context: CommandContext, reservation: Reservation): Nanos | null {
  const { attribution } = reservation.plan.grant;
  const credits = constraintsOfRequest(context.index, attribution).filter(({ type }) => type === "credits");
  return credits
    .flatMap(({ id, window, limit }) => roomsLeft(context, reservation, { id, unit: "credits", window, limit }))
    .reduce<Nanos | null>(tighter, null);
}

/** What a limit leaves of the counters that the reservation took from. One that it did not meet leaves it alone. */
export function roomsLeft(
  { store, directory }: CommandContext,
  reservation: Reservation,
  limit: Pick<CountedLimit, "id" | "unit" | "window" | "limit">,
): readonly Nanos[] {
  return reservation.takes
    .filter((each) => isTakenOf(each, limit, directory.settings.currency))
    .map(({ key }) => roomOf(limit, store.limits.find(key)));
}

/** Takes more of the counters of credits, for a hold that has grown. Gives all takes as they are then; null: unchanged. */
export function takeMore(
  { store }: CommandContext,
  reservation: Reservation,
  addedNanos: Nanos,
): readonly Take[] | null {
  if (addedNanos === 0n || reservation.takes.length === 0) return null;
  return reservation.takes.map((each) => {
    const counter = each.unit === "credits" ? store.limits.find(each.key) : null;
    if (counter === null) return each;
    store.limits.save({ ...counter, held: counter.held + addedNanos });
    return { ...each, held: each.held + addedNanos };
  });
}

/**
 * Puts what a reservation has really used in the place of what it had taken, in the very counters that it took from; nothing where
 * it does not count. A counter that is forgotten already is that of a window that nobody can ask for.
 */
export function endTakes(
  { store }: CommandContext,
  reservation: Reservation,
  used: Use,
  countsAt: (targetId: string | null) => (take: Take) => boolean,
  targetId: string | null,
): void {
  const expiry = reservation.ending?.expiry ?? null;
  const countsIn = countsAt(targetId);
  const countedIn = countsAt(expiry?.spendLog.provider_target_id ?? null);
  for (const each of reservation.takes) {
    const counter = store.limits.find(each.key);
    const counted = expiry === null ? null : countedIn(each) ? expiry.counted : NO_USE;
    if (counter !== null) store.limits.save(endTake(counter, each, countsIn(each) ? used : NO_USE, counted));
  }
}

/**
 * What an ended request counts as. When only its cost is known its tokens are those that it took: what is not told must not
 * make a limit larger.
 */
export function usedBy(
  reservation: Reservation,
  ended: { readonly isCharged: boolean; readonly usage: Usage | null; readonly settledNanos: bigint },
): Use {
  if (!ended.isCharged) return NO_USE;
  return {
    credits: ended.settledNanos,
    tokens: ended.usage === null ? BigInt(reservation.plan.coveredTokens) : BigInt(totalTokens(ended.usage)),
    requests: 1n,
  };
}

export function countingContext({ directory, nowMs }: PlanContext): CountingContext {
  const { timeZone, weekStartsOn, currency } = directory.settings;
  return { nowMs, calendar: { timeZone, weekStartsOn }, currency };
}
