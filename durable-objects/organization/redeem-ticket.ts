/** Cost tickets that come back: what was frozen is held, by a request of ours or by a gateway elsewhere (contract: Wallets, Tickets). */
import { refuse } from "../../src/contract/commands.ts";
import type {
  Attribution,
  AuthorizeCommand,
  AuthorizeReply,
  Grant,
  PlannedTarget,
  RedeemCommand,
} from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import { chooseSource } from "../../src/core/cascade.ts";
import { checkTicket, isSamePayer } from "../../src/core/cost-ticket.ts";
import { parseExchangeRate } from "../../src/core/exchange.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Failure, Result } from "../../src/core/failure.ts";
import type { Nanos } from "../../src/core/money.ts";
import { planPolicyCap } from "../../src/core/policy-cap.ts";
import type { PolicyCap } from "../../src/core/policy-cap.ts";
import { affordableOutputTokens, quoteHold, UNKNOWN_MODEL_OUTPUT_TOKENS } from "../../src/core/quote.ts";
import { nameTarget } from "../../src/core/target.ts";
import { considerShortage } from "./auto-top-up.ts";
import type { CommandContext } from "./context.ts";
import { hashContent } from "./digest.ts";
import { ticketShortage } from "./issue-ticket.ts";
import { logRefusal } from "./log-refusal.ts";
import { permitModel } from "./model-access.ts";
import { notifyShortage } from "./notify.ts";
import { baseGrant, findRepeat, holdFor, openCascade, remainingAfter } from "./open-reservation.ts";
import { authenticate, cascadeOf } from "./principal.ts";
import { heldPrices, zdrModeOf } from "./request-plan.ts";
import { routeRequest, withRegion } from "./route-request.ts";
import type { Route } from "./route-request.ts";
import { seatMonthOf } from "./seats.ts";
import type { StoredTicket } from "./store/tickets.ts";
import { planTakings } from "./takings.ts";

/** Redeems a ticket for a gateway that has the body's hash but not the body; see `OrganizationRpc.redeemTicket`. */
export function redeemTicket(context: CommandContext, command: RedeemCommand): AuthorizeReply {
  const authenticated = authenticate(context, command.credential, "control_plane");
  if (!authenticated.ok) return refuse(authenticated.failure);
  const key = authenticated.value;
  const startSha256 = hashContent(command);
  const repeat = findRepeat(context, command.reservationId, startSha256);
  if (repeat !== null) return repeat;

  const isBearer = (owner: Attribution): boolean =>
    owner.keyId === key.id || (key.gatewayId !== null && owner.gatewayId === key.gatewayId);
  const ticket = findTicket(context, command.ticketId);
  const checked = checkTicket(ticket, command.requestSha256, isBearer, context.nowMs);
  const isActive = context.directory.organization.status === "active";
  // Of what request a ticket is that cannot be redeemed, nobody knows: no request is refused, and none is logged.
  if (!checked.ok) return refuse(isActive ? checked.failure : { kind: "organization_suspended" });
  const attribution = { ...checked.value.attribution, keyId: key.id };
  const zdrMode = zdrModeOf(context, attribution, "off");
  const { facts } = checked.value;
  const metadata = zdrMode === "strict" ? {} : checked.value.metadata;
  const request = { ...command, facts, metadata, forwardedElsewhere: true, zdrMode };
  const redeemed: Result<Grant> = isActive
    ? redeem(context, key, { ...checked.value, attribution }, request, startSha256)
    : fail({ kind: "organization_suspended" });
  if (redeemed.ok) return { outcome: "authorized", grant: redeemed.value, status: "open" };
  return logRefusal(context, attribution, request, redeemed.failure);
}

function redeem(
  context: CommandContext,
  key: KeyRecord,
  ticket: StoredTicket,
  request: Parameters<typeof reserveTicket>[3],
  startSha256: string,
): Result<Grant> {
  const { attribution, facts } = ticket;
  const { zdrMode } = request;
  const permitted = permitModel(context, key, { attribution, endpoint: facts.endpoint, model: facts.model, zdrMode });
  if (!permitted.ok) return permitted;
  const routed = routeRequest(context, attribution, permitted.value, { facts });
  if (!routed.ok) return routed;
  const within = checkTicketLimits(ticket, routed.value);
  return within.ok ? reserveTicket(context, ticket, routed.value, request, startSha256) : within;
}

/** On model traffic an unusable ticket means a fresh estimate (contract: Wallets). It counts for the key and the run that redeem it. */
export function usableTicket(
  context: CommandContext,
  command: AuthorizeCommand,
  attribution: Attribution,
  route: Pick<Route, "targets" | "limits">,
): StoredTicket | null {
  if (command.ticketId === null) return null;
  const ticket = findTicket(context, command.ticketId);
  const isBearer = (owner: Attribution): boolean => isSamePayer(owner, attribution);
  const checked = checkTicket(ticket, command.requestSha256, isBearer, context.nowMs);
  if (!checked.ok || !checkTicketLimits(checked.value, route).ok) return null;
  return { ...checked.value, attribution };
}

/**
 * Whether what a ticket froze is within the policies' limits of now, and pays for the targets of now: it slips past nothing that
 * came after it.
 */
function checkTicketLimits(
  ticket: StoredTicket,
  { targets, limits }: Pick<Route, "targets" | "limits">,
): Result<PolicyCap> {
  const { facts, outputCapTokens, exchangeRate } = ticket;
  if (!targets.every((target) => paysFor(ticket, target))) return fail({ kind: "ticket_invalid", reason: "mismatch" });
  const held = heldPrices(targets);
  const rate = parseExchangeRate(exchangeRate);
  const countTokens =
    held === null || rate === null
      ? null
      : (amountNanos: Nanos): number =>
          affordableOutputTokens({ ...held, facts, exchangeRate: rate, bufferBasisPoints: 0, amountNanos });
  const frozenTokens =
    outputCapTokens ?? facts.outputCapTokens ?? held?.price.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  return planPolicyCap({ ...facts, outputCapTokens: frozenTokens }, limits, false, countTokens);
}

/** Where the request was not to go, or at another declared price, the frozen amount must be as much as would be held. */
function paysFor({ targets, facts, outputCapTokens, ...ticket }: StoredTicket, target: PlannedTarget): boolean {
  const { price } = target;
  const rate = parseExchangeRate(ticket.exchangeRate);
  if (price === null || rate === null || targets.some((frozen) => isSameOffer(frozen, target))) return true;
  const { holdNanos } = quoteHold({
    price,
    facts: withRegion(facts, [target]),
    bufferBasisPoints: ticket.bufferBasisPoints,
    exchangeRate: rate,
    outputCapTokens: outputCapTokens ?? facts.outputCapTokens ?? price.maxOutputTokens ?? UNKNOWN_MODEL_OUTPUT_TOKENS,
  });
  return holdNanos <= ticket.holdNanos;
}

/** A price of the price book may have changed meanwhile: that is what a ticket is for. */
function isSameOffer(frozen: PlannedTarget, target: PlannedTarget): boolean {
  if (nameTarget(frozen) !== nameTarget(target) || frozen.declared !== target.declared) return false;
  return target.declared !== true || hashContent(frozen.price) === hashContent(target.price);
}

/** A ticket in a currency that the wallets no longer have cannot be redeemed. */
function findTicket(context: CommandContext, ticketId: string): StoredTicket | null {
  const ticket = context.store.tickets.find(ticketId);
  return ticket === null || ticket.currency !== context.directory.settings.currency ? null : ticket;
}

/**
 * Holds a ticket's frozen amount at its frozen exchange rate; while the money is short the same ticket is given again. The
 * request is settled at the price of now: a ticket freezes what is held, not what tomorrow's tokens cost.
 */
export function reserveTicket(
  context: CommandContext,
  ticket: StoredTicket,
  { targets, resources, matched }: Pick<Route, "targets" | "resources" | "matched">,
  command: Pick<AuthorizeCommand, "requestId" | "reservationId" | "forwardedElsewhere" | "zdrMode">,
  startSha256: string,
): Result<Grant> {
  const use = { credits: ticket.holdNanos, tokens: ticket.coveredTokens, requests: 1n };
  const taking = planTakings(context, ticket.attribution, resources, use);
  if (!taking.ok) return taking;
  const source = chooseSource(openCascade(context, ticket.attribution), ticket.holdNanos);
  if (source === null) return fail(refuseForFunds(context, ticket, command.reservationId));
  const grant = holdFor(context, source, taking.value, startSha256, {
    endpoint: ticket.facts.endpoint,
    streamed: ticket.facts.streamed,
    requestedModel: ticket.facts.model,
    metadata: command.zdrMode === "strict" ? {} : ticket.metadata,
    matched,
    forwardedElsewhere: command.forwardedElsewhere,
    seatMonth: seatMonthOf(context, ticket.attribution),
    coveredTokens: Number(ticket.coveredTokens),
    grant: {
      ...baseGrant(context, command, ticket.attribution),
      ...remainingAfter(taking.value),
      currency: ticket.currency,
      exchangeRate: ticket.exchangeRate,
      targets,
      heldNanos: ticket.holdNanos,
      outputCapTokens: ticket.outputCapTokens,
      clamped: false,
      ticketId: ticket.id,
    },
  });
  context.store.tickets.redeem(ticket.id, grant.reservationId);
  return ok(grant);
}

/** The refusal with its ticket; people are told of a low wallet that could not pay. */
export function refuseForFunds(context: CommandContext, ticket: StoredTicket, reservationId: string): Failure {
  notifyShortage(context, cascadeOf(context, ticket.attribution), ticket.holdNanos, reservationId);
  considerShortage(context, cascadeOf(context, ticket.attribution), ticket.holdNanos);
  return ticketShortage(context, ticket);
}
