/** What `settle`, `checkpoint` and the end of a lease must do: who pays what, and what is logged. */
import type { CheckpointCommand, SettleCommand } from "../../../src/contract/commands.ts";
import type { Usage } from "../../../src/core/usage.ts";
import type { PriceFields } from "../records.ts";
import { isForNobody } from "./admission.ts";
import { free } from "./books.ts";
import type { AuditWallet, Movement } from "./books.ts";
import { tellOfPostedBudgets, watchBudgets } from "./budget-telling.ts";
import { roomToHold } from "./budgeting.ts";
import { canonical, WalletId } from "./expectation.ts";
import { decimal, nearest, times, whole } from "./fractions.ts";
import { endedRow, lateRow, NO_COLUMNS, unpostedRow } from "./log-rows.ts";
import type { Charge, Outcome } from "./log-rows.ts";
import { endTakes, takeMore } from "./limiting.ts";
import { expectLeftover, seatStillPays } from "./seating.ts";
import { heldFor } from "./state.ts";
import type { AuditReservation, AuditState } from "./state.ts";
import { accountError, postAndTell, tellOfOverdraft } from "./telling.ts";
import { billFor, BUCKETS, findListing, isNamed } from "./tariff.ts";

/** More is a broken meter. */
const MOST_PLAUSIBLE = 100_000_000n * 1_000_000_000n;
const THIRTY_DAYS_MS = 30 * 86_400_000;

export function expectSettle(state: AuditState, command: SettleCommand, nowMs: number): unknown {
  const reservation = findReservation(state, command);
  if (reservation === null) return refused("not_found", { what: "reservation" });
  const content = endContentOf(command);
  if (reservation.endContent !== null) {
    return reservation.endContent === content
      ? endedReply(reservation)
      : refused("conflict", { code: "reservation_conflict" });
  }
  const charge = chargeOf(state, reservation, command.usage, command.costUsdNanos);
  if (!isPlausible(charge)) return refused("invalid_request", { code: "implausible_cost" });
  const payment = planPayment(state, reservation, charge.totalNanos);
  if (payment.unposted === "unpostable" && !reservation.isUnreserved)
    return refused("invalid_request", { code: "amount_out_of_range" });
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
  const { usage, holdForOutputTokens: wanted } = command;
  const { totalNanos } = chargeOf(state, reservation, usage, null);
  if (totalNanos < 0n || totalNanos > MOST_PLAUSIBLE) return refused("invalid_request", { code: "implausible_cost" });
  reservation.expiresAtMs = Math.max(reservation.expiresAtMs, nowMs + state.leaseMs);
  // What was used never falls: one that comes late takes nothing back.
  const known = chargeOf(state, reservation, reservation.checkpoint, null).totalNanos;
  if (usage !== null && totalNanos >= known) reservation.checkpoint = usage;
  if (usage !== null && wanted !== undefined) {
    const most = Math.min(wanted, outputOf(usage) + MOST_AHEAD_TOKENS);
    holdMore(state, reservation, costWith(state, reservation, usage, most), nowMs);
  }
  return {
    outcome: "renewed",
    expiresAtMs: reservation.expiresAtMs,
    heldNanos: heldFor(reservation),
    currency: reservation.currency,
    coveredOutputTokens: usage === null ? null : coveredTokens(state, reservation, usage),
  };
}

/** The longest answer of any model: more than that ahead is never held for. */
const MOST_AHEAD_TOKENS = 131_072;

function outputOf({ passes }: Usage): number {
  let tokens = 0;
  for (const pass of passes) tokens += pass.tokens.output + pass.tokens.audioOutput;
  return tokens;
}

/** What it would cost with so much output: all of it comes from the pass that runs. */
function costWith(state: AuditState, reservation: AuditReservation, usage: Usage, outputTokens: number): bigint {
  const passes = usage.passes.map((pass, index) => {
    const output = index === usage.passes.length - 1 ? outputTokens : 0;
    return { ...pass, tokens: { ...pass.tokens, output, audioOutput: 0 } };
  });
  return chargeOf(state, reservation, { ...usage, passes }, null).totalNanos;
}

/** From the holder, then up, as far as each goes. */
function holdMore(state: AuditState, reservation: AuditReservation, target: bigint, nowMs: number): void {
  if (reservation.wallet === null || reservation.currency !== state.settings.currency) return;
  const before = heldFor(reservation);
  const room = roomToHold(state, reservation, nowMs);
  let missing = (room !== null && before + room < target ? before + room : target) - before;
  for (const [wallet, others] of payersOf(state, reservation)) {
    const more = others < missing ? others : missing;
    if (more <= 0n) continue;
    missing -= more;
    wallet.held += more;
    const known = reservation.holds.find((hold) => hold.wallet === wallet);
    if (known === undefined) reservation.holds.push({ wallet, amount: more });
    else known.amount += more;
  }
  takeMore(state, reservation, heldFor(reservation) - before);
}

/** The most output that the holds pay for, found by trying; null: as much as anybody likes. */
function coveredTokens(state: AuditState, reservation: AuditReservation, usage: Usage): number | null {
  const held = heldFor(reservation);
  const isCovered = (tokens: number): boolean => costWith(state, reservation, usage, tokens) <= held;
  if (!isCovered(0)) return 0;
  const silent = costWith(state, reservation, usage, 0);
  if (costWith(state, reservation, usage, 1_000_000_000) === silent) return null;
  let covered = 0;
  let tooMany = 1;
  while (isCovered(tooMany)) {
    covered = tooMany;
    tooMany *= 2;
    if (tooMany > Number.MAX_SAFE_INTEGER) return null;
  }
  while (tooMany - covered > 1) {
    const middle = Math.floor((covered + tooMany) / 2);
    if (isCovered(middle)) covered = middle;
    else tooMany = middle;
  }
  return covered;
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

function forgetModel(reservation: AuditReservation): void {
  reservation.requestedModel = "";
  const { grant } = reservation;
  if (typeof grant !== "object" || grant === null || !("targets" in grant) || !Array.isArray(grant.targets)) return;
  const targets: readonly object[] = grant.targets;
  reservation.grant = { ...grant, targets: targets.map((target) => ({ ...target, model: "" })) };
}

function refused(kind: string, members: object): unknown {
  return { outcome: "refused", failure: { kind, ...members } };
}

/** What a repeat of the end must agree in. */
export function endContentOf(command: SettleCommand): string {
  const { usage, costUsdNanos, usageSource, targetId, responseModel } = command;
  return canonical([usage, costUsdNanos, usage === null ? null : usageSource, targetId, responseModel]);
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
  const isOver = totalNanos > heldFor(reservation) && !reservation.isUnreserved;
  const flags = due >= 0n && isOver ? ["overrun"] : [];
  if (due === 0n) return { debits: [], settledNanos: totalNanos, flags, unposted: null };
  if (reservation.currency !== state.settings.currency) return nothingPosted(reservation, "currency_changed");
  const debits = due > 0n ? payFrom(state, reservation, due, flags) : giveBack(state, reservation, -due);
  return state.books.fits(movementOf(debits))
    ? { debits, settledNanos: totalNanos, flags, unposted: null }
    : nothingPosted(reservation, "unpostable");
}

/** What each holds for it, the holder first, then what else they have; what nobody has left is a debt of the organization. */
function payFrom(
  state: AuditState,
  reservation: AuditReservation,
  due: bigint,
  flags: string[],
): (readonly [string, bigint])[] {
  const payers = payersOf(state, reservation).map(([wallet, others]) => ({ wallet, others, paid: 0n }));
  let left = due;
  const take = (payer: { paid: bigint }, room: bigint): void => {
    const paid = room < left ? room : left;
    if (paid <= 0n) return;
    payer.paid += paid;
    left -= paid;
  };
  for (const payer of payers) take(payer, ownHold(reservation, payer.wallet));
  for (const payer of payers) take(payer, payer.others);
  if (left > 0n) flags.push("overdraft");
  for (const payer of payers) if (payer.wallet === state.organizationWallet()) take(payer, left);
  return payers.flatMap(({ wallet, paid }) => (paid > 0n ? [[wallet.name, paid] as const] : []));
}

/** Nothing any more when it has ended. */
function ownHold({ holds, status }: AuditReservation, wallet: AuditWallet): bigint {
  for (const hold of holds) if (hold.wallet === wallet && status === "open") return hold.amount;
  return 0n;
}

const SCOPES = ["seat", "user", "team", "organization"];

/** Who pays, and what each has beside its holds. The holder is first, whatever has become of its owner. All get a wallet. */
function payersOf(
  state: AuditState,
  reservation: AuditReservation,
): readonly (readonly [wallet: AuditWallet, others: bigint])[] {
  const { wallet: holder } = reservation;
  const seatPays = seatStillPays(state, reservation);
  const payers: (readonly [AuditWallet, bigint])[] = [];
  if (holder !== null) payers.push([holder, holder.scope === "seat" && !seatPays ? 0n : free(holder)]);
  for (const wallet of state.cascade(reservation.attribution, seatPays)) {
    if (holder !== null && SCOPES.indexOf(wallet.scope) <= SCOPES.indexOf(holder.scope)) continue;
    wallet.isStored = true;
    payers.push([wallet, free(wallet)]);
  }
  return payers;
}

/** Who paid last gets its money back first; whose owner goes gives its share to the organization. */
function giveBack(state: AuditState, reservation: AuditReservation, amount: bigint): (readonly [string, bigint])[] {
  const refunds: [string, bigint][] = [];
  let left = amount;
  for (const [name, paid] of (reservation.expiry?.debits ?? []).toReversed()) {
    const back = paid < left ? paid : left;
    const taker = state.books.named(name).closedAtMs === null ? name : state.organizationWallet().name;
    const same = refunds.find(([known]) => known === taker);
    if (same !== undefined) same[1] -= back;
    else if (back > 0n) refunds.push([taker, -back]);
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
  const { wallet: holder } = reservation;
  const freed = holder === null ? 0n : ownHold(reservation, holder);
  if (!isLate) for (const { wallet, amount } of reservation.holds) wallet.held -= amount;
  const flags = [
    ...(reservation.isUnreserved ? ["unreserved"] : []),
    ...end.flags,
    ...(isLate ? ["late"] : []),
    ...payment.flags,
  ];
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
  const logged = endedRow({ ...reservation, wallet: named }, end.outcome, end.charge, flags);
  const isNameless = isForNobody(state, reservation.isStrict, reservation.requestedModel);
  const nameless = { model: end.outcome.responseModel, requested_model: "" };
  const priced = isNameless ? { ...logged, fields: { ...logged.fields, ...nameless } } : logged;
  const row = payment.unposted === null ? priced : unpostedRow(priced, expired);
  state.messages.push({
    entry,
    row: expired === null ? row : lateRow(row, expired),
    ...(flags.includes("upstream_account_error") ? { notification: accountError(state, reservation, end.nowMs) } : {}),
  });
  if (payment.flags.includes("overdraft")) tellOfOverdraft(state, reservation, payment.settledNanos, end.nowMs);
  expectLeftover(state, reservation, payment.debits, freed, end.nowMs);
  if (isNameless) forgetModel(reservation);
  const { usage } = end.outcome;
  const isCharged = end.status === "settled" || usage !== null;
  const watched = watchBudgets(state, reservation, end.nowMs);
  const counted = endTakes(state, reservation, { isCharged, usage, settledNanos: payment.settledNanos });
  tellOfPostedBudgets(state, watched, reservation, end.nowMs);
  reservation.status = end.status;
  reservation.settledNanos = payment.settledNanos;
  reservation.endContent = end.content;
  reservation.endedAtMs = end.nowMs;
  reservation.flags = [...new Set(flags)];
  reservation.pricingSource = end.charge.source;
  reservation.expiry = end.status === "expired" ? { debits: payment.debits, row, counted } : reservation.expiry;
}

function rememberResponse(state: AuditState, command: SettleCommand, nowMs: number): void {
  const { responseId, usage } = command;
  if (responseId === null || usage === null || state.responses.some(({ id }) => id === responseId)) return;
  let tokens = 0;
  for (const pass of usage.passes) for (const bucket of BUCKETS) tokens += pass.tokens[bucket];
  state.responses.push({ id: responseId, tokens, expiresAtMs: nowMs + THIRTY_DAYS_MS });
}

export function endedReply(reservation: AuditReservation): unknown {
  const { settledNanos, wallet } = reservation;
  const heldNanos = heldFor(reservation);
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
