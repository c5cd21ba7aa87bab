/** What an agent may use at most (contract: Policies, Agents). */
import { CALENDAR_WINDOWS } from "./calendar.ts";
import type { Calendar } from "./calendar.ts";
import { fail, invalid, ok } from "./failure.ts";
import type { Failure, Result } from "./failure.ts";
import { countLimit, USE_UNITS } from "./limit-counter.ts";
import type { CountedLimit } from "./limit-counter.ts";

export const AGENT_STATUSES = ["active", "paused", "disabled"] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

export const CONSTRAINT_TYPES = USE_UNITS;
export type ConstraintType = (typeof CONSTRAINT_TYPES)[number];

/** `total` never resets; `run` counts for each `X-Agent-Run-Id`; the others are calendar windows. */
export const CONSTRAINT_WINDOWS = ["total", "run", ...CALENDAR_WINDOWS] as const;
export type ConstraintWindow = (typeof CONSTRAINT_WINDOWS)[number];

export interface UsageConstraint {
  readonly id: string;
  readonly type: ConstraintType;
  readonly window: ConstraintWindow;
  /** Nano-units of the organization's currency for `credits`, else a count. */
  readonly limit: bigint;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly constraints: readonly UsageConstraint[];
}

/** Ids of this form are ours: one that is no agent is a mistake, never a name that a caller chose. */
export const AGENT_ID_PREFIX = "agt_";

/** What a constraint counts with at an instant. */
export interface CountingContext {
  readonly nowMs: number;
  readonly calendar: Calendar;
  readonly currency: string;
}

/** The counter of a constraint. Null: it counts for each run, and no run is named. */
export function countConstraint(
  { type, ...constraint }: UsageConstraint,
  runId: string | null,
  context: CountingContext,
): CountedLimit | null {
  return countLimit({ ...constraint, unit: type }, { ...context, runId });
}

/**
 * The counters of all constraints of an agent. Without a run, an agent that is limited by run would escape its limit:
 * `invalid_request`, naming `runField`, which is where the caller should have named it.
 */
export function countConstraints(
  agent: Agent,
  runId: string | null,
  context: CountingContext,
  runField: string,
): Result<readonly CountedLimit[]> {
  const counted: CountedLimit[] = [];
  for (const constraint of agent.constraints) {
    const limit = countConstraint(constraint, runId, context);
    if (limit === null) return fail(runMissing(agent, constraint, runField));
    counted.push(limit);
  }
  return ok(counted);
}

function runMissing(agent: Agent, constraint: UsageConstraint, runField: string): Failure {
  const message =
    `The agent "${agent.name}" has a limit of ${constraint.type} per run (${constraint.id}), so its requests must say which ` +
    `run they belong to. Send ${runField}, the same for all requests of a run.`;
  return invalid(runField, "missing_required_parameter", message);
}

/** Why an agent may not be used now: the name of the rule. Null: it may. */
export function inactiveRule({ name, status }: Agent): string | null {
  return status === "active" ? null : `agent ${name} (${status})`;
}
