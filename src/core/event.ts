/** What the event log says of a model request beside its spend log: how it was decided, by which rules, and what is kept of it. */
import type { MatchedPolicy } from "./access-policy.ts";
import { hasRoom } from "./budget.ts";
import type { Failure } from "./failure.ts";
import type { ZdrMode } from "./zdr.ts";

/**
 * Whether the bodies of a request are kept: `kept`; `off`: the organization does not want it; `strict`: zero data retention
 * forbids it; `elsewhere`: another gateway forwarded the request and never sent its bodies here; `unavailable`: the ledger did
 * not answer, so that nobody could tell.
 */
export const BODY_RULES = ["kept", "off", "strict", "elsewhere", "unavailable"] as const;
export type BodyRule = (typeof BODY_RULES)[number];

/** How many of the policies that matched an event has: the denies, which decide, come first. */
const MAX_MATCHED = 50;

export function matchedOfEvent(matched: readonly MatchedPolicy[]): MatchedPolicy[] {
  return matched.slice(0, MAX_MATCHED);
}

/** Strict zero data retention forbids bodies, whatever the organization's setting says. */
export function bodyRuleOf(request: {
  readonly zdrMode: ZdrMode;
  readonly keepsBodies: boolean;
  readonly forwardedElsewhere: boolean;
}): BodyRule {
  if (request.zdrMode === "strict") return "strict";
  if (request.forwardedElsewhere) return "elsewhere";
  return request.keepsBodies ? "kept" : "off";
}

/** The name of the rule that a refusal follows from; null when its kind says it all. */
export function ruleOfFailure(failure: Failure): string | null {
  switch (failure.kind) {
    case "access_denied":
      return failure.rule ?? failure.limit?.name ?? null;
    case "budget_exhausted":
      return failure.budgets.find((window) => !hasRoom(window))?.name ?? null;
    case "agent_constraint_exceeded":
      return failure.constraints.find(({ fits }) => !fits)?.limit.id ?? null;
    case "rate_limited":
      return failure.scope.name ?? failure.scope.type;
    case "identity_not_allowed":
      return failure.header;
    case "invalid_request":
    case "conflict":
      return failure.code;
    default:
      return null;
  }
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** The UTC day of an instant, as `yyyy-mm-dd`. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, "yyyy-mm-dd".length);
}

/** Events before this instant are due to be removed: those of whole UTC days that are older than the retention. */
export function retentionCutoffMs(nowMs: number, retentionDays: number): number {
  return Math.floor((nowMs - retentionDays * DAY_MS) / DAY_MS) * DAY_MS;
}
