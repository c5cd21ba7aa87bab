/** What `settle`, `checkpoint` and the end of a lease must do: who pays what, and what is logged. */
import type { CheckpointCommand, SettleCommand } from "../../../src/contract/commands.ts";
import type { Usage } from "../../../src/core/usage.ts";
import type { PriceFields } from "../records.ts";
import { free } from "./books.ts";
import type { AuditWallet, Movement } from "./books.ts";
import { canonical, WalletId } from "./expectation.ts";
import { decimal, nearest, times, whole } from "./fractions.ts";
import { endedRow, lateRow, NO_COLUMNS, unpostedRow } from "./log-rows.ts";
import type { Charge, Outcome } from "./log-rows.ts";
import { expectLeftover, seatStillPays } from "./seating.ts";
import type { AuditReservation, AuditState } from "./state.ts";
import { accountError, postAndTell, tellOfOverdraft } from "./telling.ts";
import { billFor, BUCKETS, findListing, isNamed } from "./tariff.ts";

/** More is a broken meter. */
const MOST_PLAUSIBLE = 100_000_000n * 1_000_000_000n;
const THIRTY_DAYS_MS = 30 * 86_400_000;

export function expectSettle(state: AuditState, command: SettleCommand, nowMs: number): unknown {
  const reservation = findReservation(state, command);
  if (reservation === null) return refused("not_found", { what: "reservation" });
  const content = canonical([
    command.usage,
    command.costUsdNanos,
    command.usage === null ? null : command.usageSource,
    command.targetId,
    command.responseModel,
  ]);
  if (reservation.endContent !== null) {
    return reservation.endContent === content
      ? endedReply(reservation)
      : refused("conflict", { code: "reservation_conflict" });
  }
  const charge = chargeOf(state, reservation, command.usage, command.costUsdNanos);
  if (!isPlausible(charge)) return refused("invalid_request", { code: "implausible_cost" });
  const payment = planPayment(state, reservation, charge.totalNanos);
  if (payment.unposted === "unpostable") return refused("invalid_request", { code: "amount_out_of_range" });
  rememberResponse(state, command, nowMs);
  const isRelease = command.usage === null && command.costUsdNanos === null;
  endReservation(state, reservation, {
    status: isRelease ? "released" : "settled",
    content,
    outcome: { ...command, usageSource: isRelease ? "none" : command.usageSource },
    charge,
    flags: [...command.flags, ...charge.flags, ...(isRelease ? ["no_charge"] : [])],
    payment,
    nowMs,
  });
  return endedReply(reservation);
}

export function expectCheckpoint(state: AuditState, command: CheckpointCommand, nowMs: number): unknown {
  const reservation = findReservation(state, command);
  if (reservation === null) return refused("not_found", { what: "reservation" });
  if (reservation.status !== "open") return refused("conflict", { code: "reservation_conflict" });
  const { totalNanos } = chargeOf(state, reservation, command.usage, null);
  if (totalNanos < 0n || totalNanos > MOST_PLAUSIBLE) return refused("invalid_request", { code: "implausible_cost" });
  reservation.expiresAtMs = Math.max(reservation.expiresAtMs, nowMs + state.leaseMs);
  // What was used never falls: one that comes late takes nothing back.
  const known = chargeOf(state, reservation, reservation.checkpoint, null).totalNanos;
  if (command.usage !== null && totalNanos >= known) reservation.checkpoint = command.usage;
  return { outcome: "renewed", expiresAtMs: reservation.expiresAtMs };
}

/** What is over at an instant ends: the oldest lease first, and of equals the one that was made first. */
export function expectExpiries(state: AuditState, atMs: number, nowMs: number): void {
  const due = state.open().filter(({ expiresAtMs }) => expiresAtMs <= atMs);
  for (const reservation of due.toSorted((a, b) => a.expiresAtMs - b.expiresAtMs)) {
    const usage = reservation.checkpoint;
    const charge = chargeOf(state, reservation, usage, null);
    endReservation(state, reservation, {
      status: "expired",
      content: null,
      outcome: {
        status: "expired",
        usage,
        usageSource: usage === null ? "none" : "estimated",
        targetId: usage === null ? null : `managed-${reservation.provider}`,
        responseModel: null,
      },
      charge,
      flags: [...charge.flags, "expired", ...(usage === null ? ["no_charge"] : [])],
      payment: isPlausible(charge)
        ? planPayment(state, reservation, charge.totalNanos)
        : nothingPosted(reservation, "unpostable"),
      nowMs,
    });
  }
}

function refused(kind: string, members: object): unknown {
  return { outcome: "refused", failure: { kind, ...members } };
}

/** A gateway elsewhere ends only what was made through the gateway API. */
function findReservation(
  state: AuditState,
  { reservationId, forwardedElsewhere }: Pick<SettleCommand, "reservationId" | "forwardedElsewhere">,
): AuditReservation | null {
  const reservation = state.reservation(reservationId);
  return forwardedElsewhere === true && reservation?.forwardedElsewhere !== true ? null : reservation;
}

function isPlausible({ totalNanos }: Charge): boolean {
  return totalNanos >= 0n && totalNanos <= MOST_PLAUSIBLE;
}

const NO_CHARGE: Charge = { totalNanos: 0n, columns: NO_COLUMNS, hasParts: true, source: null, flags: [] };

/** At the prices and the rate of when the money was held. */
function chargeOf(
  state: AuditState,
  reservation: AuditReservation,
  usage: Usage | null,
  costUsdNanos: bigint | null,
): Charge {
  const rate = decimal(reservation.exchangeRate);
  if (costUsdNanos !== null) {
    if (costUsdNanos < 0n) return { ...NO_CHARGE, totalNanos: -1n };
    const totalNanos = nearest(times(whole(costUsdNanos), rate));
    return { ...NO_CHARGE, totalNanos, hasParts: false, source: "upstream", flags: ["cost_given"] };
  }
  if (usage === null) return NO_CHARGE;
  const own = reservation.price;
  if (own === null) return { ...NO_CHARGE, flags: [...usage.flags, "unpriced"] };
  const priceOf = (model: string | null): PriceFields | null => {
    if (model === null || isNamed(own, model)) return own.fields;
    return findListing(state.records.prices, model, reservation.provider, reservation.createdAtMs)?.fields ?? null;
  };
  const bill = billFor(usage, priceOf, rate);
  if (bill === null) return { ...NO_CHARGE, flags: [...usage.flags, "unpriced"] };
  const { totalNanos, columns, flags } = bill;
  return { totalNanos, columns, hasParts: true, source: "wallet_catalog", flags: [...usage.flags, ...flags] };
}

interface Payment {
  readonly debits: readonly (readonly [name: string, amount: bigint])[];
  readonly settledNanos: bigint;
  readonly flags: readonly string[];
  readonly unposted: string | null;
}

function nothingPosted({ settledNanos }: AuditReservation, unposted: string): Payment {
  return { debits: [], settledNanos, flags: [unposted], unposted };
}

function planPayment(state: AuditState, reservation: AuditReservation, totalNanos: bigint): Payment {
  const due = totalNanos - reservation.settledNanos;
  const flags = due >= 0n && totalNanos > reservation.heldNanos ? ["overrun"] : [];
  if (due === 0n) return { debits: [], settledNanos: totalNanos, flags, unposted: null };
  if (reservation.currency !== state.settings.currency) return nothingPosted(reservation, "currency_changed");
  const debits = due > 0n ? payFrom(state, reservation, due, flags) : giveBack(reservation, -due);
  return state.books.fits(movementOf(debits))
    ? { debits, settledNanos: totalNanos, flags, unposted: null }
    : nothingPosted(reservation, "unpostable");
}

/** The holder first, then up; what nobody has left is a debt of the organization. */
function payFrom(
  state: AuditState,
  reservation: AuditReservation,
  due: bigint,
  flags: string[],
): (readonly [string, bigint])[] {
  const payers = payersOf(state, reservation);
  for (const [payer] of payers) payer.isStored = true;
  const debits: [string, bigint][] = [];
  let left = due;
  for (const [payer, own, others] of payers) {
    const room = others > 0n ? own + others : own;
    const paid = room < left ? room : left;
    if (paid > 0n) debits.push([payer.name, paid]);
    if (paid > 0n) left -= paid;
  }
  if (left === 0n) return debits;
  flags.push("overdraft");
  const organization = state.organizationWallet().name;
  const last = debits.at(-1);
  if (last !== undefined && last[0] === organization) last[1] += left;
  else debits.push([organization, left]);
  return debits;
}

const SCOPES = ["seat", "user", "team", "organization"];

/** Who pays: what each has of its own hold, and what else it has. The holder is first, whatever has become of its owner. */
function payersOf(
  state: AuditState,
  reservation: AuditReservation,
): readonly (readonly [wallet: AuditWallet, own: bigint, others: bigint])[] {
  const { wallet: holder } = reservation;
  const seatPays = seatStillPays(state, reservation);
  const payers: (readonly [AuditWallet, bigint, bigint])[] = [];
  if (holder !== null) {
    const own = reservation.status === "open" ? reservation.heldNanos : 0n;
    payers.push([holder, own, holder.scope === "seat" && !seatPays ? 0n : free(holder)]);
  }
  for (const wallet of state.cascade(reservation.attribution, seatPays)) {
    if (holder !== null && SCOPES.indexOf(wallet.scope) <= SCOPES.indexOf(holder.scope)) continue;
    payers.push([wallet, 0n, free(wallet)]);
  }
  return payers;
}

/** Who paid last gets its money back first. */
function giveBack(reservation: AuditReservation, amount: bigint): (readonly [string, bigint])[] {
  const refunds: [string, bigint][] = [];
  let left = amount;
  for (const [name, paid] of (reservation.expiry?.debits ?? []).toReversed()) {
    const back = paid < left ? paid : left;
    if (back > 0n) refunds.push([name, -back]);
    left -= back;
  }
  if (left > 0n) throw new Error("the auditor would give back more than was paid");
  return refunds;
}

function movementOf(debits: Payment["debits"]): Movement {
  let total = 0n;
  for (const [, amount] of debits) total += amount;
  return { type: "settle", lines: [...debits.map(([name, amount]) => [name, -amount] as const), ["usage", total]] };
}

interface End {
  readonly status: "settled" | "released" | "expired";
  readonly content: string | null;
  readonly outcome: Outcome;
  readonly charge: Charge;
  readonly flags: readonly string[];
  readonly payment: Payment;
  readonly nowMs: number;
}

function endReservation(state: AuditState, reservation: AuditReservation, end: End): void {
  const { payment } = end;
  const isLate = reservation.status === "expired";
  const freed = isLate ? 0n : reservation.heldNanos;
  if (reservation.wallet !== null) reservation.wallet.held -= freed;
  const flags = [...end.flags, ...(isLate ? ["late"] : []), ...payment.flags];
  const entry =
    payment.debits.length === 0
      ? null
      : postAndTell(state, movementOf(payment.debits), {
          currency: state.settings.currency,
          reservationId: reservation.id,
          requestId: reservation.requestId,
          actor: reservation.attribution.keyId ?? "gateway",
          note: null,
          flags,
          atMs: end.nowMs,
        });
  const expired = reservation.expiry?.row ?? null;
  // Where nothing was held, the row names the first wallet that was debited.
  const [payer] = payment.debits;
  const named = reservation.wallet ?? (payer === undefined ? null : state.books.named(payer[0]));
  const priced = endedRow({ ...reservation, wallet: named }, end.outcome, end.charge, flags);
  const row = payment.unposted === null ? priced : unpostedRow(priced, expired);
  state.messages.push({
    entry,
    row: expired === null ? row : lateRow(row, expired),
    ...(flags.includes("upstream_account_error") ? { notification: accountError(state, reservation, end.nowMs) } : {}),
  });
  if (payment.flags.includes("overdraft")) tellOfOverdraft(state, reservation, payment.settledNanos, end.nowMs);
  expectLeftover(state, reservation, payment.debits, freed, end.nowMs);
  reservation.status = end.status;
  reservation.settledNanos = payment.settledNanos;
  reservation.endContent = end.content;
  reservation.endedAtMs = end.nowMs;
  reservation.flags = [...new Set(flags)];
  reservation.pricingSource = end.charge.source;
  reservation.expiry = end.status === "expired" ? { debits: payment.debits, row } : reservation.expiry;
}

function rememberResponse(state: AuditState, command: SettleCommand, nowMs: number): void {
  const { responseId, usage } = command;
  if (responseId === null || usage === null || state.responses.some(({ id }) => id === responseId)) return;
  let tokens = 0;
  for (const pass of usage.passes) for (const bucket of BUCKETS) tokens += pass.tokens[bucket];
  state.responses.push({ id: responseId, tokens, expiresAtMs: nowMs + THIRTY_DAYS_MS });
}

function endedReply(reservation: AuditReservation): unknown {
  const { heldNanos, settledNanos, wallet } = reservation;
  return {
    outcome: "ended",
    status: reservation.status === "released" ? "released" : "settled",
    settledNanos,
    releasedNanos: heldNanos > settledNanos ? heldNanos - settledNanos : 0n,
    currency: reservation.currency,
    wallet:
      wallet === null ? null : { id: new WalletId(wallet.name), scope: wallet.scope, availableNanos: free(wallet) },
    flags: reservation.flags,
    pricingSource: reservation.pricingSource,
  };
}
