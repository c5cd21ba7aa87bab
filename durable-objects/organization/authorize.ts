/** Commands that hold money before a request leaves: authorize, and redeem a ticket. */
import { refuse } from "../../src/contract/commands.ts";
import type {
  Attribution,
  AuthorizeCommand,
  AuthorizeReply,
  Grant,
  RedeemCommand,
} from "../../src/contract/commands.ts";
import type { KeyRecord } from "../../src/contract/directory.ts";
import { bestFunded, chooseSource } from "../../src/core/cascade.ts";
import { checkTicket, isSamePayer } from "../../src/core/cost-ticket.ts";
import { fail, ok } from "../../src/core/failure.ts";
import type { Failure, Result } from "../../src/core/failure.ts";
import { holdMoney } from "../../src/core/ledger-entry.ts";
import { decideStart, reservationConflict } from "../../src/core/reservation.ts";
import { mayServe } from "../../src/core/response-cache.ts";
import type { CacheSettings } from "../../src/core/response-cache.ts";
import { availableNanos } from "../../src/core/wallet.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import { notifyRefusedBudgets } from "./budget-alerts.ts";
import type { BudgetTaking } from "./budgets.ts";
import type { CommandContext } from "./context.ts";
import { hashContent } from "./digest.ts";
import { issueTicket, ticketShortage } from "./issue-ticket.ts";
import { take } from "./limits.ts";
import { checkMetadata, loggableMetadata } from "./metadata.ts";
import { permitModel } from "./model-access.ts";
import type { ModelPermit } from "./model-access.ts";
import { notifyShortage } from "./notify.ts";
import { attribute, authenticate, cascadeOf, ownAttribution } from "./principal.ts";
import { cacheOf, planRequest, zdrModeOf } from "./request-plan.ts";
import { seatMonthOf } from "./seats.ts";
import { endCached } from "./settle.ts";
import { refusedRow } from "./spend-log-row.ts";
import type { ReservationPlan } from "./store/reservations.ts";
import type { StoredTicket } from "./store/tickets.ts";
import { FULL_WALLETS } from "./store/wallets.ts";
import { planTakings } from "./takings.ts";
import type { Takings } from "./takings.ts";

/** Decides a request and holds its money; see `OrganizationRpc.authorize`. */
export function authorize(context: CommandContext, command: AuthorizeCommand): AuthorizeReply {
  const authenticated = authenticate(
    context,
    command.credential,
    command.forwardedElsewhere ? "control_plane" : "model_traffic",
  );
  if (!authenticated.ok) return refuse(authenticated.failure);
  const key = authenticated.value;
  const startSha256 = hashContent(command);
  const repeat = findRepeat(context, command.reservationId, startSha256);
  if (repeat !== null) return repeat;

  const attributed = attribute(context, key, command.asserted);
  const attribution = attributed.ok ? attributed.value : ownAttribution(key);
  const kept = withoutTraces(context, attribution, command);
  const reserved = attributed.ok ? reserve(context, key, attribution, kept, startSha256) : attributed;
  if (reserved.ok) {
    const grant = reserved.value;
    return { outcome: "authorized", grant, status: grant.servedFromCache === true ? "settled" : "open" };
  }
  logRefusal(context, attribution, kept, reserved.failure);
  return refuse(reserved.failure);
}

/** The command under the mode that is in force: strict zero data retention keeps nothing that the caller wrote. */
function withoutTraces(context: CommandContext, attribution: Attribution, command: AuthorizeCommand): AuthorizeCommand {
  const zdrMode = zdrModeOf(context, attribution, command.zdrMode);
  return { ...command, zdrMode, metadata: zdrMode === "strict" ? {} : command.metadata };
}

/** Redeems a ticket for a gateway that has the body's hash but not the body; see `OrganizationRpc.redeemTicket`. */
export function redeemTicket(context: CommandContext, command: RedeemCommand): AuthorizeReply {
  const authenticated = authenticate(context, command.credential, "control_plane");
  if (!authenticated.ok) return refuse(authenticated.failure);
  const key = authenticated.value;
  const startSha256 = hashContent(command);
  const repeat = findRepeat(context, command.reservationId, startSha256);
  if (repeat !== null) return repeat;
  if (context.directory.organization.status !== "active") return refuse({ kind: "organization_suspended" });

  const isBearer = (owner: Attribution): boolean =>
    owner.keyId === key.id || (key.gatewayId !== null && owner.gatewayId === key.gatewayId);
  const ticket = findTicket(context, command.ticketId);
  const checked = checkTicket(ticket, command.requestSha256, isBearer, context.nowMs);
  if (!checked.ok) return refuse(checked.failure);
  const { facts } = checked.value;
  const permitted = permitModel(context, key, checked.value.attribution, facts.endpoint, facts.model);
  if (!permitted.ok) return refuse(permitted.failure);
  const redeemed = reserveTicket(
    context,
    checked.value,
    permitted.value,
    {
      ...command,
      forwardedElsewhere: true,
      zdrMode: zdrModeOf(context, checked.value.attribution, "off"),
    },
    startSha256,
  );
  if (redeemed.ok) return { outcome: "authorized", grant: redeemed.value, status: "open" };
  notifyRefusedBudgets(context, redeemed.failure);
  return refuse(redeemed.failure);
}

/** The first answer to a command that made a reservation, a refusal for another command, or null for a new one. */
function findRepeat(context: CommandContext, reservationId: string, startSha256: string): AuthorizeReply | null {
  const existing = context.store.reservations.find(reservationId);
  switch (decideStart(existing, startSha256)) {
    case "start":
      return null;
    case "repeat":
      return existing === null ? null : { outcome: "authorized", grant: existing.plan.grant, status: existing.status };
    case "conflict":
      return refuse(reservationConflict("This request id was used before with other content."));
  }
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
  const { target, resource, facts, exchangeRate, money, use } = planned.value;
  const request = { ...requestOf(context, command, attribution), coveredTokens: Number(use.tokens) };
  const base = { ...baseGrant(context, command, attribution), exchangeRate, targets: [target] };

  const ticket = money.outcome === "nothing_to_hold" ? null : usableTicket(context, command, attribution);
  if (ticket !== null) return reserveTicket(context, ticket, { target, resource }, command, startSha256);
  const taking = planTakings(context, attribution, resource, use);
  if (!taking.ok) return taking;
  const remaining = remainingAfter(taking.value);
  if (money.outcome === "nothing_to_hold") {
    const best = bestFunded(cascadeOf(context, attribution));
    const grant: Grant = {
      ...base,
      ...remaining,
      wallet: null,
      heldNanos: 0n,
      availableNanos: best === null ? 0n : availableNanos(best),
      outputCapTokens: money.outputCapTokens,
      clamped: false,
      ticketId: null,
    };
    return ok(open(context, { grant, ...request }, taking.value, startSha256));
  }

  const source = chooseSource(openCascade(context, attribution), money.holdNanos);
  if (source === null) {
    const issued = issueTicket(context, command, attribution, { target, resource, facts, exchangeRate, money, use });
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

/**
 * Gives an answer that was kept, to whoever may send the request and whatever is left in the wallets. It counts as a request of
 * no tokens, and its reservation ends at once. Null: the answer may not be given, and the request goes its usual way.
 */
function serveKept(
  context: CommandContext,
  key: KeyRecord,
  attribution: Attribution,
  command: AuthorizeCommand,
  startSha256: string,
): Result<Grant> | null {
  const cache = cacheOf(context, attribution, command.zdrMode);
  if (command.kept === undefined || cache === null) return null;
  // With funds without end, so that they lower no cap.
  const unguarded = { ...context, store: { ...context.store, wallets: FULL_WALLETS } };
  const planned = planRequest(unguarded, key, attribution, command);
  if (!planned.ok) return planned;
  const { target, resource, exchangeRate, money } = planned.value;
  if (!mayServe(command.kept, cache, money.outputCapTokens, context.nowMs)) return null;
  const taking = planTakings(context, attribution, resource, { credits: 0n, tokens: 0n, requests: 1n });
  if (!taking.ok) return taking;
  const best = bestFunded(cascadeOf(context, attribution));
  const grant: Grant = {
    ...baseGrant(context, command, attribution),
    ...remainingAfter(taking.value),
    exchangeRate,
    targets: [target],
    wallet: null,
    heldNanos: 0n,
    availableNanos: best === null ? 0n : availableNanos(best),
    outputCapTokens: money.outputCapTokens,
    clamped: false,
    ticketId: null,
    servedFromCache: true,
  };
  const plan = { grant, ...requestOf(context, command, attribution), coveredTokens: 0 };
  const opened = open(context, plan, taking.value, startSha256);
  const reservation = context.store.reservations.find(opened.reservationId);
  if (reservation === null) throw new Error("a reservation that was just written is there");
  endCached(context, reservation, command.kept);
  return ok(opened);
}

/** On model traffic an unusable ticket means a fresh estimate (contract: Wallets). It counts in the run that redeems it. */
function usableTicket(
  context: CommandContext,
  command: AuthorizeCommand,
  attribution: Attribution,
): StoredTicket | null {
  if (command.ticketId === null) return null;
  const ticket = findTicket(context, command.ticketId);
  const isBearer = (owner: Attribution): boolean => isSamePayer(owner, attribution);
  const checked = checkTicket(ticket, command.requestSha256, isBearer, context.nowMs);
  if (!checked.ok) return null;
  const { agentRunId } = attribution;
  return { ...checked.value, attribution: { ...checked.value.attribution, agentRunId } };
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
function reserveTicket(
  context: CommandContext,
  ticket: StoredTicket,
  { target, resource }: Pick<ModelPermit, "target" | "resource">,
  command: Pick<AuthorizeCommand, "requestId" | "reservationId" | "forwardedElsewhere" | "zdrMode">,
  startSha256: string,
): Result<Grant> {
  const use = { credits: ticket.holdNanos, tokens: ticket.coveredTokens, requests: 1n };
  const taking = planTakings(context, ticket.attribution, resource, use);
  if (!taking.ok) return taking;
  const source = chooseSource(openCascade(context, ticket.attribution), ticket.holdNanos);
  if (source === null) return fail(refuseForFunds(context, ticket, command.reservationId));
  const grant = holdFor(context, source, taking.value, startSha256, {
    endpoint: ticket.facts.endpoint,
    streamed: ticket.facts.streamed,
    requestedModel: ticket.facts.model,
    metadata: ticket.metadata,
    forwardedElsewhere: command.forwardedElsewhere,
    seatMonth: seatMonthOf(context, ticket.attribution),
    coveredTokens: Number(ticket.coveredTokens),
    grant: {
      ...baseGrant(context, command, ticket.attribution),
      ...remainingAfter(taking.value),
      currency: ticket.currency,
      exchangeRate: ticket.exchangeRate,
      targets: [target],
      heldNanos: ticket.holdNanos,
      outputCapTokens: ticket.outputCapTokens,
      clamped: false,
      ticketId: ticket.id,
    },
  });
  context.store.tickets.redeem(ticket.id, grant.reservationId);
  return ok(grant);
}

function refuseForFunds(context: CommandContext, ticket: StoredTicket, reservationId: string): Failure {
  notifyShortage(context, cascadeOf(context, ticket.attribution), ticket.holdNanos, reservationId);
  return ticketShortage(context, ticket);
}

/** Moves the hold into the wallet, takes from the limits and writes the reservation. */
function holdFor(
  context: CommandContext,
  source: Wallet,
  taking: Takings,
  startSha256: string,
  plan: Omit<ReservationPlan, "grant"> & { readonly grant: Omit<Grant, "wallet" | "availableNanos"> },
): Grant {
  const { store } = context;
  const held = holdMoney(source, plan.grant.heldNanos);
  store.wallets.save(held);
  const grant: Grant = {
    ...plan.grant,
    wallet: { id: held.id, scope: held.scope },
    availableNanos: availableNanos(held),
  };
  return open(context, { ...plan, grant }, taking, startSha256);
}

/** Writes the reservation with what it takes of the limits. */
function open(context: CommandContext, plan: ReservationPlan, taking: Takings, startSha256: string): Grant {
  const { rates } = taking;
  const grant = rates === undefined ? plan.grant : { ...plan.grant, rates };
  const opened = { ...plan, grant };
  context.store.reservations.insert(opened, take(context, taking), startSha256);
  context.store.recent.enter(opened);
  return grant;
}

/** The cascade, with a stored wallet for an owner that is seen for the first time (contract: Identity). */
function openCascade(context: CommandContext, attribution: Attribution): Wallet[] {
  const cascade = cascadeOf(context, attribution);
  for (const wallet of cascade) context.store.wallets.open(wallet);
  return cascade;
}

function remainingAfter({ budgetRemainingNanos }: BudgetTaking): Pick<Grant, "budgetRemainingNanos"> {
  return budgetRemainingNanos === null ? {} : { budgetRemainingNanos };
}

function baseGrant(
  context: CommandContext,
  command: Pick<AuthorizeCommand, "requestId" | "reservationId" | "zdrMode">,
  attribution: Attribution,
) {
  const { directory, nowMs, leaseMs } = context;
  return {
    reservationId: command.reservationId,
    requestId: command.requestId,
    attribution,
    currency: directory.settings.currency,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + leaseMs,
    leaseMs,
    onClientDisconnect: directory.settings.onClientDisconnect,
    onHoldExhausted: directory.settings.onHoldExhausted,
    zdrMode: command.zdrMode,
    ...keeping(cacheOf(context, attribution, command.zdrMode)),
  };
}

function keeping(cache: CacheSettings | null): Pick<Grant, "cacheTtlSeconds"> {
  return cache === null ? {} : { cacheTtlSeconds: cache.ttlSeconds };
}

function requestOf(
  context: CommandContext,
  command: AuthorizeCommand,
  attribution: Attribution,
): Omit<ReservationPlan, "grant" | "coveredTokens"> {
  const { endpoint, streamed, model } = command.facts;
  const { metadata, forwardedElsewhere } = command;
  const seatMonth = seatMonthOf(context, attribution);
  return { endpoint, streamed, requestedModel: model, metadata, forwardedElsewhere, seatMonth };
}

function logRefusal(
  context: CommandContext,
  attribution: Attribution,
  command: AuthorizeCommand,
  failure: Failure,
): void {
  const row = refusedRow(context, {
    requestId: command.requestId,
    reservationId: command.reservationId,
    attribution,
    endpoint: command.facts.endpoint,
    requestedModel: command.facts.model,
    streamed: command.facts.streamed,
    metadata: loggableMetadata(command.metadata),
    flags: [failure.kind],
  });
  context.store.outbox.add({ entry: null, spend_log: row });
  notifyRefusedBudgets(context, failure);
}
