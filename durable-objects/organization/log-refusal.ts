/** What is kept of a request that an authenticated caller was refused: one row, its event, and what people are told. */
import { refuse } from "../../src/contract/commands.ts";
import type { Attribution, AuthorizeCommand, LoggedRefusal } from "../../src/contract/commands.ts";
import { ruleOfFailure } from "../../src/core/event.ts";
import type { Failure } from "../../src/core/failure.ts";
import { notifyRefusedBudgets } from "./budget-alerts.ts";
import type { CommandContext } from "./context.ts";
import { deniedEvent } from "./event.ts";
import { loggableMetadata } from "./metadata.ts";
import { matchedPolicies } from "./model-access.ts";
import { bodyRule } from "./open-reservation.ts";
import { refusedRow } from "./spend-log-row.ts";

/** `request` has the mode of zero data retention that is in force, and of the caller's text what that leaves. */
export function logRefusal(
  context: CommandContext,
  attribution: Attribution,
  request: Pick<
    AuthorizeCommand,
    "requestId" | "reservationId" | "facts" | "metadata" | "zdrMode" | "forwardedElsewhere"
  >,
  failure: Failure,
): LoggedRefusal {
  const row = refusedRow(context, {
    requestId: request.requestId,
    reservationId: request.reservationId,
    attribution,
    endpoint: request.facts.endpoint,
    requestedModel: request.facts.model,
    zdrMode: request.zdrMode,
    streamed: request.facts.streamed,
    metadata: loggableMetadata(request.metadata),
    flags: [failure.kind],
  });
  const { endpoint, model } = request.facts;
  const bodies = bodyRule(context, request);
  const event = deniedEvent({
    matched: matchedPolicies(context, { attribution, endpoint, model }),
    failureKind: failure.kind,
    failureRule: ruleOfFailure(failure),
    zdrMode: request.zdrMode,
    bodies,
  });
  context.store.outbox.add({ entry: null, spend_log: row, event });
  notifyRefusedBudgets(context, failure);
  return bodies === "kept" ? { ...refuse(failure), keepsBodiesAtMs: context.nowMs } : refuse(failure);
}
