/** Decides a request and holds its money before it leaves. */
import { refuse } from "../../src/contract/commands.ts";
import type { Attribution, AuthorizeCommand, AuthorizeReply, Grant } from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import { chooseSource } from "../../src/core/cascade.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Result } from "../../src/core/failure.ts";
import type { CommandContext } from "./context.ts";
import { hashContent } from "./digest.ts";
import { issueTicket } from "./issue-ticket.ts";
import { logRefusal } from "./log-refusal.ts";
import { checkMetadata } from "./metadata.ts";
import { gatewayOf } from "./model-access.ts";
import {
  baseGrant,
  findRepeat,
  holdFor,
  openCascade,
  openReservation,
  remainingAfter,
  requestOf,
} from "./open-reservation.ts";
import { attribute, authenticate, bestAvailableNanos, ownAttribution } from "./principal.ts";
import { refuseForFunds, reserveTicket, usableTicket } from "./redeem-ticket.ts";
import { planRequest, zdrModeOf } from "./request-plan.ts";
import { serveKept } from "./serve-kept.ts";
import { planTakings } from "./takings.ts";

/** Decides a request and holds its money; see `OrganizationRpc.authorize`. */
export function authorize(context: CommandContext, command: AuthorizeCommand): AuthorizeReply {
  const authenticated = authenticate(
    context,
    command.credential,
    command.forwardedElsewhere ? "control_plane" : "model_traffic",
  );
  if (!authenticated.ok) return refuse(authenticated.failure);
  const key = authenticated.value;
  const startSha256 = hashContent({ ...command, health: undefined });
  const repeat = findRepeat(context, command.reservationId, startSha256);
  if (repeat !== null) return repeat;

  const attributed = attribute(context, key, command.asserted);
  const attribution = attributed.ok ? attributed.value : ownAttribution(key);
  const kept = withoutTraces(context, attribution, command);
  const reserved = attributed.ok ? reserve(context, key, attribution, kept, startSha256) : attributed;
  if (reserved.ok) {
    const grant = reserved.value;
    passTurn(context, attribution, command.facts.model);
    return { outcome: "authorized", grant, status: grant.servedFromCache === true ? "settled" : "open" };
  }
  return logRefusal(context, attribution, kept, reserved.failure);
}

/** The next request of the model goes to the next target, where the gateway takes turns. */
function passTurn(context: CommandContext, attribution: Attribution, model: string): void {
  const gateway = gatewayOf(context, attribution);
  if (gateway?.config?.strategy === "round_robin") context.store.rotation.advance(gateway.id, model);
}

/** The command under the mode that is in force: strict zero data retention keeps nothing that the caller wrote. */
function withoutTraces(context: CommandContext, attribution: Attribution, command: AuthorizeCommand): AuthorizeCommand {
  const zdrMode = zdrModeOf(context, attribution, command.zdrMode);
  return { ...command, zdrMode, metadata: zdrMode === "strict" ? {} : command.metadata };
}

function reserve(
  context: CommandContext,
  key: KeyRecord,
  attribution: Attribution,
  command: AuthorizeCommand,
  startSha256: string,
): Result<Grant> {
  const tooLarge = checkMetadata(command.metadata);
  if (tooLarge !== null) return fail(tooLarge);
  const served = command.kept === undefined ? null : serveKept(context, key, attribution, command, startSha256);
  if (served !== null) return served;
  const planned = planRequest(context, key, attribution, command);
  if (!planned.ok) return planned;
  const { targets, resources, matched, exchangeRate, money, use } = planned.value;
  const request = { ...requestOf(context, command, attribution), matched, coveredTokens: Number(use.tokens) };
  const base = { ...baseGrant(context, command, attribution), exchangeRate, targets };

  const ticket =
    money.outcome === "nothing_to_hold" ? null : usableTicket(context, command, attribution, planned.value);
  if (ticket !== null) return reserveTicket(context, ticket, planned.value, command, startSha256);
  const taking = planTakings(context, attribution, resources, use);
  if (!taking.ok) return taking;
  const remaining = remainingAfter(taking.value);
  if (money.outcome === "nothing_to_hold") {
    const grant: Grant = {
      ...base,
      ...remaining,
      wallet: null,
      heldNanos: 0n,
      availableNanos: bestAvailableNanos(context, attribution),
      outputCapTokens: money.outputCapTokens,
      clamped: money.clamped,
      ticketId: null,
    };
    return ok(openReservation(context, { grant, ...request }, taking.value, startSha256));
  }

  const source = chooseSource(openCascade(context, attribution), money.holdNanos);
  if (source === null) {
    const issued = issueTicket(context, command, attribution, { ...planned.value, money });
    return fail(refuseForFunds(context, issued, command.reservationId));
  }
  return ok(
    holdFor(context, source, taking.value, startSha256, {
      ...request,
      grant: {
        ...base,
        ...remaining,
        heldNanos: money.holdNanos,
        outputCapTokens: money.outputCapTokens,
        clamped: money.clamped,
        ticketId: null,
      },
    }),
  );
}
