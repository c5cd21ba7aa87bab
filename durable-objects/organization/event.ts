/** Builds the event of a request, which travels with the request's row of the spend log. */
import type { EventMessage } from "../../src/contract/event.ts";
import type { MatchedPolicy } from "../../src/core/access-policy.ts";
import { bodyRuleOf, matchedOfEvent } from "../../src/core/event.ts";
import type { BodyRule } from "../../src/core/event.ts";
import type { ZdrMode } from "../../src/core/zdr.ts";
import type { ReservationPlan } from "./store/reservations.ts";

/** Of a request that was let through, however it ended. */
export function allowedEvent({ grant, matched, forwardedElsewhere }: ReservationPlan): EventMessage {
  return {
    decision: "allow",
    matched: matchedOfEvent(matched),
    failure_kind: null,
    failure_rule: null,
    zdr_mode: grant.zdrMode,
    bodies: bodyRuleOf({ zdrMode: grant.zdrMode, keepsBodies: grant.keepsBodies === true, forwardedElsewhere }),
  };
}

export function deniedEvent(request: {
  readonly matched: readonly MatchedPolicy[];
  readonly failureKind: string | null;
  readonly failureRule: string | null;
  readonly zdrMode: ZdrMode;
  readonly bodies: BodyRule;
}): EventMessage {
  return {
    decision: "deny",
    matched: matchedOfEvent(request.matched),
    failure_kind: request.failureKind,
    failure_rule: request.failureRule,
    zdr_mode: request.zdrMode,
    bodies: request.bodies,
  };
}
