/** Commands that end a reservation: settle (and release), and expiry when nobody came back. */
import { refuse } from "../../src/contract/commands.ts";
import type { AuthorizeCommand, SettleCommand, SettleReply } from "../../src/contract/commands.ts";
import { invalid } from "../../src/core/failure.ts";
import { freeMoney, settleEntry } from "../../src/core/ledger-entry.ts";
import { formatNanos, MAX_NANOS } from "../../src/core/money.ts";
import { decideEnd, reservationConflict } from "../../src/core/reservation.ts";
import { totalTokens } from "../../src/core/usage.ts";
import { availableNanos } from "../../src/core/wallet.ts";
import { logLine, reportError } from "../../src/platform/log.ts";
import { notifyPostedBudgets, watchBudgets } from "./budget-alerts.ts";
import { takesOfTarget } from "./budgets.ts";
import { chargeFor, IMPLAUSIBLE_COST, isPlausible, NO_CHARGE } from "./charge.ts";
import { postEntry } from "./context.ts";
import type { CommandContext } from "./context.ts";
import { hashContent } from "./digest.ts";
import { allowedEvent } from "./event.ts";
import { endTakes, usedBy } from "./limits.ts";
import { mayKeepModel } from "./model-resource.ts";
import { accountErrorOf, notifyOverdraft } from "./notify.ts";
import { leaveUnposted, planPayment } from "./payment.ts";
import type { Payment } from "./payment.ts";
import { expireLeftover } from "./seats.ts";
import { endedRow, lateRow, unpostedRow, withoutRequestedModel } from "./spend-log-row.ts";
import type { Charge, Outcome } from "./spend-log-row.ts";
import { holdsOf } from "./store/reservations.ts";
import type { Checkpoint, Reservation, ReservationEnding } from "./store/reservations.ts";

/** Stored responses can be continued for thirty days (OpenAI, data controls). */
const RESPONSE_LIFETIME_MS = 30 * 24 * 60 * 60 * 1_000;

/** Posts the cost and frees the rest; see `OrganizationRpc.settle`. */
export function settle(context: CommandContext, command: SettleCommand): SettleReply {
  const reservation = findReservation(context, command);
  if (reservation === null) return refuse({ kind: "not_found", what: "reservation" });
  const endSha256 = hashEnd(command);
  const decision = decideEnd(reservation, endSha256);
  if (decision === "conflict") {
    return refuse(reservationConflict(`The reservation was ${reservation.status} before, with other content.`));
  }
  if (decision === "repeat") return endedReply(context, reservation);
  if (namesOtherTarget(reservation, command)) return refuse(UNKNOWN_TARGET);
  const charge = chargeFor(context, reservation, command);
  if (!isPlausible(charge)) return refuse(IMPLAUSIBLE_COST);
  const payment = planPayment(context, reservation, charge.totalNanos);
  if (payment.unposted === "unpostable" && reservation.plan.unreserved !== true) return refuse(AMOUNT_OUT_OF_RANGE);
  rememberResponse(context, command);
  const isRelease = command.usage === null && command.costUsdNanos === null;
  const flags = [...command.flags, ...charge.flags, ...(isRelease ? ["no_charge"] : [])];
  const status = isRelease ? "released" : "settled";
  const outcome = { ...command, usageSource: isRelease ? "none" : command.usageSource } as const;
  const end: End = { status, endSha256, outcome, charge: { ...charge, flags }, payment };
  return endedReply(context, endReservation(context, reservation, end));
}

/** Ends a request that gets an answer which was kept: nothing is charged, and the log says what that avoided. */
export function endCached(
  context: CommandContext,
  reservation: Reservation,
  kept: NonNullable<AuthorizeCommand["kept"]>,
): void {
  const { usage, responseModel } = kept;
  const targetId = reservation.plan.grant.targets[0]?.id ?? null;
  const charge = chargeFor(context, reservation, { usage, targetId, costUsdNanos: null });
  endReservation(context, reservation, {
    status: "settled",
    endSha256: hashContent("cached"),
    outcome: {
      status: "cached",
      usage: null,
      usageSource: "none",
      targetId: null,
      responseModel,
      attempts: [],
      latencyMs: null,
      upstreamLatencyMs: null,
    },
    charge: { ...NO_CHARGE, avoidedNanos: isPlausible(charge) ? charge.totalNanos : 0n },
    payment: planPayment(context, reservation, 0n),
  });
}

/** Tells a repeat of the command that ended a reservation from another end. */
export function hashEnd(command: SettleCommand): string {
  return hashContent([
    command.usage,
    command.costUsdNanos,
    command.usage === null ? null : command.usageSource,
    command.targetId,
    command.responseModel,
  ]);
}

/**
 * Ends every reservation whose lease is over at an instant: settled at its last checkpoint, released when there is none. Runs
 * before each command, so that what is available never depends on when the alarm comes. One that cannot be ended so takes
 * nobody down.
 */
export function expireDue(context: CommandContext, atMs: number): void {
  for (const reservation of context.store.reservations.listDue(atMs)) {
    try {
      context.transact(() => {
        expire(context, reservation);
      });
    } catch (error) {
      reportError("organization.expiry_failed", error, reservation.requestId);
      context.transact(() => {
        endUnposted(context, reservation);
      });
    }
  }
}

function expire(context: CommandContext, reservation: Reservation): void {
  const outcome = expiryOf(reservation, reservation.checkpoint);
  const charge = chargeFor(context, reservation, { ...outcome, costUsdNanos: null });
  const flags = [...charge.flags, "expired", ...(reservation.checkpoint === null ? ["no_charge"] : [])];
  endReservation(context, reservation, {
    status: "expired",
    endSha256: null,
    outcome,
    charge: { ...charge, flags },
    payment: isPlausible(charge)
      ? planPayment(context, reservation, charge.totalNanos)
      : leaveUnposted(reservation, "unpostable"),
  });
}

/** Frees the hold and says so in the log row: the way out for a reservation whose checkpoint cannot even be priced. */
function endUnposted(context: CommandContext, reservation: Reservation): void {
  endReservation(context, reservation, {
    status: "expired",
    endSha256: null,
    outcome: expiryOf(reservation, null),
    charge: { ...NO_CHARGE, flags: ["expired"] },
    payment: leaveUnposted(reservation, "unpostable"),
  });
}

function expiryOf({ plan }: Reservation, checkpoint: Checkpoint | null): Outcome {
  return {
    status: "expired",
    usage: checkpoint?.usage ?? null,
    usageSource: checkpoint === null ? "none" : "estimated",
    targetId: checkpoint === null ? null : (checkpoint.targetId ?? plan.grant.targets[0]?.id ?? null),
    responseModel: null,
    attempts: [],
    latencyMs: null,
    upstreamLatencyMs: null,
  };
}

/** Our own proxy finds what it made; a gateway elsewhere, what was made for gateways elsewhere. */
export function findReservation(
  { store }: CommandContext,
  { reservationId, forwardedElsewhere }: Pick<SettleCommand, "reservationId" | "forwardedElsewhere">,
): Reservation | null {
  const reservation = store.reservations.find(reservationId);
  return forwardedElsewhere === true && reservation?.plan.forwardedElsewhere !== true ? null : reservation;
}

export const UNKNOWN_TARGET = invalid("target_id", "unknown_target", "The reservation was not made for this target.");

/** A gateway elsewhere names a target that the money was not held for. Our own proxy calls none such, and a cost of it is never refused. */
export function namesOtherTarget(
  { plan }: Reservation,
  { forwardedElsewhere, targetId = null }: { readonly forwardedElsewhere?: true; readonly targetId?: string | null },
): boolean {
  if (forwardedElsewhere !== true || targetId === null) return false;
  return !plan.grant.targets.some(({ id }) => id === targetId);
}

const AMOUNT_OUT_OF_RANGE = invalid(
  null,
  "amount_out_of_range",
  `The wallet would owe more than ${formatNanos(MAX_NANOS)}, the most that can be kept.`,
);

interface End {
  readonly status: "settled" | "released" | "expired";
  readonly endSha256: string | null;
  readonly outcome: Outcome;
  readonly charge: Charge;
  readonly payment: Payment;
}

/** Frees the hold and the takes, posts the cost, writes entry and log row, and ends the reservation: all or nothing. */
function endReservation(context: CommandContext, reservation: Reservation, end: End): Reservation {
  const { store, nowMs } = context;
  const { status, endSha256, payment } = end;
  const late = reservation.status === "expired";
  if (!late) freeHold(context, reservation);
  const unreserved = reservation.plan.unreserved === true ? ["unreserved"] : [];
  const flags = [...unreserved, ...end.charge.flags, ...(late ? ["late"] : []), ...payment.flags];
  const movement = settleEntry(payment.debits);
  const entry =
    movement === null
      ? null
      : postEntry(context, movement, {
          reservationId: reservation.id,
          requestId: reservation.requestId,
          actor: reservation.plan.grant.attribution.keyId ?? "gateway",
          note: null,
          flags,
        });
  const expired = reservation.ending?.expiry ?? null;
  const charged = reservation.walletId === null ? withPayer(store, reservation, payment) : reservation;
  const keepsModel = mayKeepModel(context, reservation.plan.grant.zdrMode, reservation.plan.requestedModel);
  const row = endedRow(store.organizationId, charged, end.outcome, { ...end.charge, flags });
  const priced = keepsModel ? row : withoutRequestedModel(row, end.outcome);
  const whole = payment.unposted === null ? priced : unpostedRow(priced, expired?.spendLog ?? null);
  logUnposted(reservation, end);
  const outboxNumber = store.outbox.add({
    entry,
    spend_log: expired === null ? whole : lateRow(whole, expired.spendLog),
    ...(expired === null ? { event: allowedEvent(reservation.plan) } : {}),
    ...accountErrorOf(context, reservation, { flags, attempts: end.outcome.attempts }),
  });
  notifyOverdraft(context, reservation, payment);
  expireLeftover(context, reservation, payment.debits);
  const { settledNanos } = payment;
  const isCharged = status === "settled" || end.outcome.usage !== null;
  const watched = watchBudgets(context, reservation);
  const counted = usedBy(reservation, { isCharged, usage: end.outcome.usage, settledNanos });
  endTakes(context, reservation, counted, (id) => takesOfTarget(context, reservation, id), end.outcome.targetId);
  const usedTokens = Number(counted.tokens);
  store.recent.end(reservation.id, usedTokens);
  notifyPostedBudgets(context, watched, reservation);
  const ending: ReservationEnding = {
    flags: whole.flags,
    pricingSource: end.charge.pricingSource,
    usedTokens,
    expiry: status === "expired" ? { debits: payment.debits, counted, spendLog: whole } : null,
  };
  store.reservations.end(reservation.id, { status, settledNanos, endSha256, endedAtMs: nowMs, ending, outboxNumber });
  if (!keepsModel) store.reservations.forgetModel(reservation.id);
  return { ...reservation, status, settledNanos, endSha256, ending };
}

/** Where nothing was held, the row names the first wallet that was debited. */
function withPayer({ wallets }: CommandContext["store"], reservation: Reservation, { debits }: Payment): Reservation {
  const payer = debits[0] === undefined ? null : wallets.find(debits[0].walletId);
  return payer === null ? reservation : { ...reservation, walletId: payer.id, walletScope: payer.scope };
}

/** Gives back to each wallet what it held. */
function freeHold({ store }: CommandContext, reservation: Reservation): void {
  for (const { walletId, amountNanos } of holdsOf(reservation)) {
    const holder = store.wallets.find(walletId);
    if (holder !== null) store.wallets.save(freeMoney(holder, amountNanos));
  }
}

/** A cost that no wallet bears is for a person to look at. */
function logUnposted(reservation: Reservation, { charge, payment }: End): void {
  if (payment.unposted === null) return;
  logLine({
    event: "organization.cost_unposted",
    reason: payment.unposted,
    reservation_id: reservation.id,
    request_id: reservation.requestId,
    cost_nanos: charge.totalNanos.toString(),
    posted_nanos: payment.settledNanos.toString(),
    currency: reservation.currency,
  });
}

function rememberResponse(context: CommandContext, command: SettleCommand): void {
  if (command.responseId === null || command.usage === null) return;
  const expiresAtMs = context.nowMs + RESPONSE_LIFETIME_MS;
  context.store.responses.remember(command.responseId, totalTokens(command.usage), expiresAtMs);
}

/** The answer for the end that is stored, so that a repeat gets the same one. Only what is available may have changed. */
export function endedReply(context: CommandContext, reservation: Reservation): SettleReply {
  const { heldNanos, settledNanos } = reservation;
  const wallet = reservation.walletId === null ? null : context.store.wallets.find(reservation.walletId);
  return {
    outcome: "ended",
    status: reservation.status === "released" ? "released" : "settled",
    settledNanos,
    releasedNanos: settledNanos < heldNanos ? heldNanos - settledNanos : 0n,
    currency: reservation.currency,
    wallet: wallet === null ? null : { id: wallet.id, scope: wallet.scope, availableNanos: availableNanos(wallet) },
    flags: reservation.ending?.flags ?? [],
    pricingSource: reservation.ending?.pricingSource ?? null,
  };
}
