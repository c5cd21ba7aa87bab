/** Commands that end or renew a reservation: settle (and release), checkpoint, and expiry when nobody came back. */
import { refuse } from "../../src/contract/commands.ts";
import type { CheckpointCommand, CheckpointReply, SettleCommand, SettleReply } from "../../src/contract/commands.ts";
import { fundingOrder } from "../../src/core/attribution.ts";
import { convertUsd, parseExchangeRate } from "../../src/core/exchange.ts";
import type { Failure } from "../../src/core/failure.ts";
import { freeMoney, settleEntry } from "../../src/core/ledger-entry.ts";
import type { WalletAmount } from "../../src/core/ledger-entry.ts";
import { ONE } from "../../src/core/money.ts";
import type { Nanos } from "../../src/core/money.ts";
import { priceUsage } from "../../src/core/pricing.ts";
import { decideEnd, reservationConflict } from "../../src/core/reservation.ts";
import { planRefund, planSettlement } from "../../src/core/settlement.ts";
import type { PayingSource } from "../../src/core/settlement.ts";
import { availableNanos } from "../../src/core/wallet.ts";
import { postEntry } from "./context.ts";
import type { CommandContext } from "./context.ts";
import { hashContent } from "./digest.ts";
import { pricesAt } from "./request-plan.ts";
import { endedRow, lateRow } from "./spend-log-row.ts";
import type { Charge, Outcome } from "./spend-log-row.ts";
import type { Reservation } from "./store/reservations.ts";

/** A hundred million units: more is a broken meter, and must not overflow a balance. */
const MAX_COST_NANOS: Nanos = 10n ** 17n;

/** Stored responses can be continued for thirty days (OpenAI, data controls). */
const RESPONSE_LIFETIME_MS = 30 * 24 * 60 * 60 * 1_000;

/** Posts the cost and frees the rest; see `OrganizationRpc.settle`. */
export function settle(context: CommandContext, command: SettleCommand): SettleReply {
  const reservation = context.store.reservations.find(command.reservationId);
  if (reservation === null) return refuse({ kind: "not_found", what: "reservation" });
  const endSha256 = hashContent([
    command.usage,
    command.costUsdNanos,
    command.usage === null ? null : command.usageSource,
    command.targetId,
    command.responseModel,
  ]);
  const decision = decideEnd(reservation, endSha256);
  if (decision === "conflict") {
    return refuse(reservationConflict(`The reservation was ${reservation.status} before, with other content.`));
  }
  if (decision === "repeat") return endedReply(context, reservation);
  const charge = chargeFor(context, reservation, command);
  if (!isPlausible(charge)) return refuse(IMPLAUSIBLE_COST);
  rememberResponse(context, command);
  const isRelease = command.usage === null && command.costUsdNanos === null;
  const flags = [...command.flags, ...charge.flags, ...(isRelease ? ["no_charge"] : [])];
  const status = isRelease ? "released" : "settled";
  const outcome = { ...command, usageSource: isRelease ? "none" : command.usageSource } as const;
  endReservation(context, reservation, { status, endSha256, outcome, charge: { ...charge, flags } });
  const ended = context.store.reservations.find(command.reservationId);
  return ended === null ? refuse({ kind: "not_found", what: "reservation" }) : endedReply(context, ended);
}

/** Renews the lease; see `OrganizationRpc.checkpoint`. */
export function checkpoint(context: CommandContext, command: CheckpointCommand): CheckpointReply {
  const { store, nowMs, leaseMs } = context;
  const reservation = store.reservations.find(command.reservationId);
  if (reservation === null) return refuse({ kind: "not_found", what: "reservation" });
  if (reservation.status !== "open") return refuse(reservationConflict(`The reservation is ${reservation.status}.`));
  // Priced now, so that what expiry would settle is known to be payable.
  const charge = chargeFor(context, reservation, { usage: command.usage, costUsdNanos: null, targetId: null });
  if (!isPlausible(charge)) return refuse(IMPLAUSIBLE_COST);
  const expiresAtMs = Math.max(reservation.expiresAtMs, nowMs + leaseMs);
  store.reservations.renew(reservation.id, expiresAtMs, command.usage);
  return { outcome: "renewed", expiresAtMs };
}

/**
 * Ends every reservation whose lease is over: settled at its last checkpoint, released when there is none. Runs before each
 * command, so that what is available never depends on when the alarm comes.
 */
export function expireDue(context: CommandContext): void {
  for (const reservation of context.store.reservations.listDue(context.nowMs)) {
    const outcome: Outcome = {
      status: "expired",
      usage: reservation.checkpoint,
      usageSource: reservation.checkpoint === null ? "none" : "estimated",
      targetId: reservation.checkpoint === null ? null : (reservation.plan.grant.targets[0]?.id ?? null),
      responseModel: null,
      attempts: [],
      latencyMs: null,
      upstreamLatencyMs: null,
    };
    const charge = chargeFor(context, reservation, { ...outcome, costUsdNanos: null });
    const flags = [...charge.flags, "expired", ...(reservation.checkpoint === null ? ["no_charge"] : [])];
    endReservation(context, reservation, {
      status: "expired",
      endSha256: null,
      outcome,
      charge: { ...charge, flags },
    });
  }
}

const IMPLAUSIBLE_COST: Failure = {
  kind: "invalid_request",
  param: "usage",
  code: "implausible_cost",
  message: "The cost is negative, or more than any request can cost.",
};

function isPlausible({ totalNanos }: Charge): boolean {
  return totalNanos >= 0n && totalNanos <= MAX_COST_NANOS;
}

const NO_CHARGE: Charge = { totalNanos: 0n, parts: [], pricingSource: null, flags: [] };

/** Prices what was used, at the prices and the exchange rate of the moment when the money was held. */
function chargeFor(
  context: CommandContext,
  reservation: Reservation,
  used: Pick<SettleCommand, "usage" | "costUsdNanos" | "targetId">,
): Charge {
  const { grant } = reservation.plan;
  const rate = parseExchangeRate(reservation.exchangeRate) ?? ONE;
  if (used.costUsdNanos !== null) {
    return {
      totalNanos: convertUsd(used.costUsdNanos, rate),
      parts: [],
      pricingSource: "upstream",
      flags: ["cost_given"],
    };
  }
  const target = grant.targets.find(({ id }) => id === used.targetId) ?? grant.targets[0];
  if (used.usage === null || target === undefined) return NO_CHARGE;
  if (target.price === null) return unpriced(used.usage.flags);
  const prices = pricesAt(context, target, reservation.createdAtMs);
  const priced = priceUsage(used.usage, prices, { exchangeRate: rate });
  if (priced.outcome === "unpriced") return unpriced(used.usage.flags);
  return {
    totalNanos: priced.totalNanos,
    parts: priced.parts,
    pricingSource: "wallet_catalog",
    flags: [...used.usage.flags, ...priced.flags],
  };
}

function unpriced(flags: readonly string[]): Charge {
  return { ...NO_CHARGE, flags: [...flags, "unpriced"] };
}

interface End {
  readonly status: "settled" | "released" | "expired";
  readonly endSha256: string | null;
  readonly outcome: Outcome;
  readonly charge: Charge;
}

/** Frees the hold, posts the cost, writes the entry and the log row, and ends the reservation: all or nothing. */
function endReservation(context: CommandContext, reservation: Reservation, end: End): void {
  const { store, nowMs } = context;
  const late = reservation.status === "expired";
  const payment = late ? payLate(context, reservation, end.charge) : payFromHold(context, reservation, end.charge);
  const flags = [
    ...end.charge.flags,
    ...(late ? ["late"] : []),
    ...(payment.overrun ? ["overrun"] : []),
    ...(payment.overdrawn ? ["overdraft"] : []),
  ];
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
  const whole = endedRow(store.organizationId, reservation, end.outcome, { ...end.charge, flags });
  const spendLog = late && reservation.ending !== null ? lateRow(whole, reservation.ending.spendLog) : whole;
  store.outbox.add({ entry, spend_log: spendLog });
  const { totalNanos, pricingSource } = end.charge;
  const releasedNanos = totalNanos >= reservation.heldNanos ? 0n : reservation.heldNanos - totalNanos;
  store.reservations.end(reservation.id, {
    status: end.status,
    settledNanos: totalNanos,
    endSha256: end.endSha256,
    endedAtMs: nowMs,
    ending: { releasedNanos, flags: [...new Set(flags)], pricingSource, debits: payment.debits, spendLog: whole },
  });
}

interface Payment {
  readonly debits: readonly WalletAmount[];
  readonly overrun: boolean;
  readonly overdrawn: boolean;
}

function payFromHold(context: CommandContext, reservation: Reservation, charge: Charge): Payment {
  const { store } = context;
  const { walletId, heldNanos } = reservation;
  const holder = walletId === null ? null : store.wallets.find(walletId);
  if (holder !== null) store.wallets.save(freeMoney(holder, heldNanos));
  return pay(context, reservation, charge.totalNanos, heldNanos);
}

/** After expiry nothing is held any more: the difference to what expiry posted is paid, or given back. */
function payLate(context: CommandContext, reservation: Reservation, charge: Charge): Payment {
  const { settledNanos } = reservation;
  const { totalNanos } = charge;
  if (totalNanos >= settledNanos) {
    const payment = pay(context, reservation, totalNanos - settledNanos, 0n);
    return { ...payment, overrun: totalNanos > reservation.heldNanos };
  }
  const debits = planRefund(reservation.ending?.debits ?? [], settledNanos - totalNanos);
  return { debits, overrun: false, overdrawn: false };
}

/** From the wallet that held the money, then up the cascade; what nobody can pay overdraws the organization's wallet. */
function pay(context: CommandContext, reservation: Reservation, costNanos: Nanos, heldNanos: Nanos): Payment {
  if (costNanos === 0n) return { debits: [], overrun: false, overdrawn: false };
  const [first, ...rest] = payersOf(context, reservation);
  if (first === undefined) throw new Error("the organization's wallet always pays last");
  const plan = planSettlement(costNanos, heldNanos, [first, ...rest]);
  return { debits: plan.debits, overrun: plan.overrun, overdrawn: plan.overdraftNanos > 0n };
}

function payersOf(context: CommandContext, reservation: Reservation): PayingSource[] {
  const { store } = context;
  const order = fundingOrder(reservation.plan.grant.attribution, store.organizationId);
  const holder = order.findIndex((owner) => owner.scope === reservation.walletScope);
  return order.slice(Math.max(holder, 0)).map((owner) => {
    store.wallets.open(owner);
    const wallet = store.wallets.of(owner);
    return { walletId: wallet.id, availableNanos: availableNanos(wallet) };
  });
}

function rememberResponse(context: CommandContext, command: SettleCommand): void {
  if (command.responseId === null || command.usage === null) return;
  const totalTokens = command.usage.passes.reduce(
    (sum, pass) => Object.values(pass.tokens).reduce((part, tokens) => part + tokens, sum),
    0,
  );
  context.store.responses.remember(command.responseId, totalTokens, context.nowMs + RESPONSE_LIFETIME_MS);
}

/** The answer for the end that is stored, so that a repeat gets the same one. Only what is available may have changed. */
function endedReply(context: CommandContext, reservation: Reservation): SettleReply {
  const wallet = reservation.walletId === null ? null : context.store.wallets.find(reservation.walletId);
  return {
    outcome: "ended",
    status: reservation.status === "released" ? "released" : "settled",
    settledNanos: reservation.settledNanos,
    releasedNanos: reservation.ending?.releasedNanos ?? 0n,
    currency: reservation.currency,
    wallet: wallet === null ? null : { id: wallet.id, scope: wallet.scope, availableNanos: availableNanos(wallet) },
    flags: reservation.ending?.flags ?? [],
    pricingSource: reservation.ending?.pricingSource ?? null,
  };
}
