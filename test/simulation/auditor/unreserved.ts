/** Requests that went out while the object did not answer: they hold nothing, and are paid for afterwards. */
import type { SettleUnreservedCommand, UnreservedRequest } from "../../../src/contract/commands.ts";
import { takeNothingOfAnything } from "./budgeting.ts";
import { endContentOf, endedReply, expectSettle } from "./ending.ts";
import { canonical } from "./expectation.ts";
import { refusedRow } from "./log-rows.ts";
import { localMonth, seatMonthOf } from "./seating.ts";
import type { AuditReservation, AuditState } from "./state.ts";

const HOUR_MS = 3_600_000;

export function expectBegin(state: AuditState, request: UnreservedRequest, nowMs: number): unknown {
  const { expiresAtMs } = state.reservation(request.reservationId) ?? open(state, request, nowMs);
  return { outcome: "renewed", expiresAtMs };
}

export function expectSettleUnreserved(
  state: AuditState,
  { request, settlement }: SettleUnreservedCommand,
  nowMs: number,
): unknown {
  if (state.reservation(request.reservationId) !== null) return expectSettle(state, settlement, nowMs);
  const reservation = open(state, request, nowMs);
  if (request.targets.length > 0) return expectSettle(state, settlement, nowMs);
  // It was refused elsewhere, and never left.
  state.messages.push({
    entry: null,
    row: refusedRow({
      requestId: request.requestId,
      reservationId: request.reservationId,
      attribution: request.attribution,
      endpoint: request.endpoint,
      model: request.requestedModel,
      streamed: request.streamed,
      metadata: request.metadata,
      currency: state.settings.currency,
      exchangeRate: state.exchangeRate(),
      flags: settlement.flags,
      nowMs: request.createdAtMs,
    }),
  });
  reservation.status = "released";
  reservation.endContent = endContentOf(settlement);
  reservation.endedAtMs = nowMs;
  reservation.flags = settlement.flags;
  return endedReply(reservation);
}

function open(state: AuditState, request: UnreservedRequest, nowMs: number): AuditReservation {
  const month = seatMonthOf(state, request.attribution);
  const began = localMonth(request.createdAtMs, state.settings.time_zone);
  const [target] = request.targets;
  const prices = [...state.reservations.map(({ price }) => price), ...state.records.prices];
  const price = prices.find((known) => known !== null && known.id === target?.price?.id) ?? null;
  const purpose = { endpoint: request.endpoint, model: request.requestedModel, price };
  const reservation: AuditReservation = {
    id: request.reservationId,
    requestId: request.requestId,
    startContent: canonical(["unreserved", request.reservationId]),
    takes: takeNothingOfAnything(state, request.attribution, purpose, request.createdAtMs),
    isUnreserved: true,
    attribution: request.attribution,
    wallet: null,
    holds: [],
    currency: request.currency,
    exchangeRate: request.exchangeRate,
    provider: request.endpoint === "anthropic.messages" ? "anthropic" : "openai",
    requestedModel: request.requestedModel,
    isStrict: request.zdrMode === "strict",
    price,
    endpoint: request.endpoint,
    streamed: request.streamed,
    metadata: request.metadata,
    forwardedElsewhere: false,
    createdAtMs: request.createdAtMs,
    seatMonth: month === began ? month : null,
    grant: null,
    status: "open",
    expiresAtMs: nowMs + HOUR_MS,
    settledNanos: 0n,
    endContent: null,
    endedAtMs: 0,
    checkpoint: null,
    flags: [],
    pricingSource: null,
    expiry: null,
  };
  state.reservations.push(reservation);
  return reservation;
}
