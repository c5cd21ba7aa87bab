/** What an agent may use at most (contract: Policies, Agents). */
import { CALENDAR_WINDOWS } from "./calendar.ts";

export const AGENT_STATUSES = ["active", "paused", "disabled"] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

export const CONSTRAINT_TYPES = ["credits", "tokens", "requests"] as const;
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
