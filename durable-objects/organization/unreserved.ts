/**
 * Requests that were decided without this object, because it did not answer: begin and settle, once it does. Both name the
 * reservation that `authorize` was asked for, so that one which was made after all is found, and one that was not can never
 * be made later.
 */
import type {
  BeginReply,
  SettleReply,
  SettleUnreservedCommand,
  UnreservedRequest,
} from "../../src/contract/commands.ts";
import { providerOf } from "../../src/core/access.ts";
import { seatMonthAt } from "../../src/core/seat.ts";
import { managedTarget } from "../../src/core/target.ts";
import type { CommandContext } from "./context.ts";
import { hashContent } from "./digest.ts";
import { deniedEvent } from "./event.ts";
import { resourcesOf } from "./model-resource.ts";
import type { ResourceTarget } from "./model-resource.ts";
import { seatMonthOf } from "./seats.ts";
import { endedReply, hashEnd, settle } from "./settle.ts";
import { refusedRow } from "./spend-log-row.ts";
import type { ReservationPlan } from "./store/reservations.ts";
import { takeNothingAtAll } from "./takings.ts";

/**
 * Nothing is held meanwhile, so there is time: the end may be waiting in a queue, between two attempts, for up to ten minutes,
 * and should not come late.
 */
const LEASE_MS = 60 * 60 * 1_000;

/** See `OrganizationRpc.beginUnreserved`. */
export function beginUnreserved(context: CommandContext, request: UnreservedRequest): BeginReply {
  const { reservations } = context.store;
  if (reservations.find(request.reservationId) === null) open(context, request);
  const expiresAtMs = reservations.find(request.reservationId)?.expiresAtMs ?? context.nowMs;
  return { outcome: "renewed", expiresAtMs };
}

/** See `OrganizationRpc.settleUnreserved`. */
export function settleUnreserved(context: CommandContext, command: SettleUnreservedCommand): SettleReply {
  const { request, settlement } = command;
  if (context.store.reservations.find(request.reservationId) === null) {
    if (request.targets.length === 0) return endRefused(context, command);
    open(context, request);
  }
  return settle(context, settlement);
}

/** An open reservation without a hold. Its start is of another content than `authorize`: one that comes late is refused. */
function open(context: CommandContext, request: UnreservedRequest): void {
  const resources = resourcesOf(context.index, request.requestedModel, targetsOf(request));
  const takes = takeNothingAtAll(context, request.attribution, resources, request.createdAtMs);
  context.store.reservations.insert(planOf(context, request), takes, startOf(request));
}

/** One that was refused had no target: it counts as what the managed one would have served. */
function targetsOf({ targets, endpoint, requestedModel }: UnreservedRequest): readonly ResourceTarget[] {
  if (targets.length > 0) return targets;
  return [{ ...managedTarget(providerOf(endpoint), requestedModel), price: null }];
}

function startOf(request: UnreservedRequest): string {
  return hashContent(["unreserved", request.reservationId]);
}

/** A request that was refused: its row says so, and its reservation is ended before it could ever hold anything. */
function endRefused(context: CommandContext, { request, settlement }: SettleUnreservedCommand): SettleReply {
  const { store, nowMs } = context;
  const row = refusedRow(context, { ...request, flags: settlement.flags });
  const event = deniedEvent({
    matched: request.matched,
    failureKind: settlement.flags[0] ?? null,
    failureRule: null,
    zdrMode: request.zdrMode,
    bodies: request.zdrMode === "strict" ? "strict" : "unavailable",
  });
  const outboxNumber = store.outbox.add({
    entry: null,
    spend_log: { ...row, created_at_ms: request.createdAtMs },
    event,
  });
  open(context, request);
  store.reservations.end(request.reservationId, {
    status: "released",
    settledNanos: 0n,
    endSha256: hashEnd(settlement),
    endedAtMs: nowMs,
    ending: { flags: row.flags, pricingSource: null, usedTokens: 0, expiry: null },
    outboxNumber,
  });
  const ended = store.reservations.find(request.reservationId);
  if (ended === null) throw new Error("a reservation that was just written is there");
  return endedReply(context, ended);
}

/** The seat credit of now pays only when the request began in its month. */
function seatMonthAtStart(context: CommandContext, { attribution, createdAtMs }: UnreservedRequest): string | null {
  const month = seatMonthOf(context, attribution);
  return month === seatMonthAt(createdAtMs, context.directory.settings).name ? month : null;
}

function planOf(context: CommandContext, request: UnreservedRequest): ReservationPlan {
  const { endpoint, streamed, requestedModel, metadata, matched, ...frozen } = request;
  return {
    endpoint,
    streamed,
    requestedModel,
    metadata,
    matched,
    forwardedElsewhere: false,
    seatMonth: seatMonthAtStart(context, request),
    coveredTokens: 0,
    unreserved: true,
    grant: {
      ...frozen,
      wallet: null,
      heldNanos: 0n,
      availableNanos: 0n,
      expiresAtMs: context.nowMs + LEASE_MS,
      leaseMs: context.leaseMs,
      outputCapTokens: null,
      clamped: false,
      onClientDisconnect: "abort",
      onHoldExhausted: "finish",
      ticketId: null,
    },
  };
}
