/** What payments do: credited once, refunded in parts, out of reach while they are disputed. */
import type { DisputeCommand, RefundCommand, TopUpCommand } from "../../../src/contract/organization-rpc.ts";
import { LARGEST } from "./books.ts";
import type { AuditEntry, AuditWallet, Movement } from "./books.ts";
import { canonical, WalletId } from "./expectation.ts";
import { expectWallet } from "./moving.ts";
import type { AuditState } from "./state.ts";
import { asDecimal, postAndTell, tell } from "./telling.ts";

export interface AuditPayment {
  readonly sessionId: string;
  readonly content: string;
  /** The wallet that it was credited to. */
  readonly wallet: AuditWallet;
  readonly credited: bigint;
  readonly entry: AuditEntry;
  readonly refunds: { readonly id: string; readonly amount: bigint; readonly entry: AuditEntry }[];
  readonly disputes: AuditDispute[];
}

interface AuditDispute {
  readonly id: string;
  status: "opened" | "won" | "lost";
  /** What it keeps out of the wallet now. */
  kept: bigint;
  /** What it gave to the payer. */
  lost: bigint;
  entry: AuditEntry | null;
}

export function expectTopUp(state: AuditState, command: TopUpCommand, nowMs: number): unknown {
  const { sessionId, owner, amountNanos: amount, currency } = command;
  const content = canonical([owner, amount, currency]);
  const known = paymentOf(state, sessionId);
  if (known !== null) return known.content === content ? replyOf(state, known, known.entry) : OTHER_CONTENT;
  if (state.forgone.has(sessionId)) return refused("conflict", "payment_forgone");
  if (amount <= 0n || amount > LARGEST) return refused("invalid_request", "invalid_amount");
  if (currency !== state.settings.currency) return refused("invalid_request", "currency_mismatch");
  const named = state.books.wallet(owner.scope, owner.ownerId);
  named.isStored = true;
  const wallet = standIn(state, named);
  const movement = { type: "top_up", lines: [["external", -amount] as const, [wallet.name, amount] as const] };
  if (!state.books.fits(movement)) return refused("invalid_request", "amount_out_of_range");
  const entry = post(state, movement, command, nowMs);
  const payment: AuditPayment = { sessionId, content, wallet, credited: amount, entry, refunds: [], disputes: [] };
  state.payments.push(payment);
  tellOf(state, payment, "top_up.completed", nowMs, { amount: asDecimal(amount) });
  return replyOf(state, payment, entry);
}

export function expectForgoing(state: AuditState, sessionId: string): unknown {
  if (paymentOf(state, sessionId) !== null) return refused("conflict", "payment_credited");
  state.forgone.add(sessionId);
  return { outcome: "forgone" };
}

export function expectRefund(state: AuditState, command: RefundCommand, nowMs: number): unknown {
  const { refundId, sessionId, amountNanos: amount } = command;
  const payment = paymentOf(state, sessionId);
  if (payment === null) return UNKNOWN;
  for (const other of state.payments) {
    for (const { id, amount: before, entry } of other.refunds) {
      if (id !== refundId) continue;
      return other === payment && before === amount ? replyOf(state, payment, entry) : OTHER_CONTENT;
    }
  }
  if (amount <= 0n) return refused("invalid_request", "invalid_amount");
  if (amount > leftOf(payment)) return refused("conflict", "refund_too_large");
  const wallet = standIn(state, payment.wallet);
  const movement = { type: "refund", lines: [[wallet.name, -amount] as const, ["external", amount] as const] };
  if (!state.books.fits(movement)) return refused("invalid_request", "amount_out_of_range");
  const entry = post(state, movement, command, nowMs);
  payment.refunds.push({ id: refundId, amount, entry });
  tellOf(state, payment, "payment.refunded", nowMs, { refund_id: refundId, amount: asDecimal(amount) });
  return replyOf(state, payment, entry);
}

/** The first end of a dispute stands; an opening after it, and any repeat, does nothing. */
export function expectDispute(state: AuditState, command: DisputeCommand, nowMs: number): unknown {
  const { disputeId, sessionId, amountNanos: amount, news } = command;
  const payment = paymentOf(state, sessionId);
  if (payment === null) return UNKNOWN;
  if (amount <= 0n) return refused("invalid_request", "invalid_amount");
  const owner = state.payments.find(({ disputes }) => disputes.some(({ id }) => id === disputeId));
  if (owner !== undefined && owner !== payment) return OTHER_CONTENT;
  const known = payment.disputes.find(({ id }) => id === disputeId) ?? null;
  if (known !== null && (known.status !== "opened" || news === "opened")) return replyOf(state, payment, known.entry);
  const left = leftOf(payment);
  const share = known !== null ? known.kept : amount < left ? amount : left;
  const wallet = standIn(state, payment.wallet);
  const from = known === null ? wallet.name : "suspended";
  const to = news === "opened" ? "suspended" : news === "won" ? wallet.name : "external";
  let entry: AuditEntry | null = null;
  if (share > 0n && from !== to) {
    const type = news === "opened" ? "dispute" : `dispute_${news}`;
    const movement = { type, lines: [[from, -share] as const, [to, share] as const] };
    if (!state.books.fits(movement)) return refused("invalid_request", "amount_out_of_range");
    entry = post(state, movement, command, nowMs);
  }
  const dispute = known ?? { id: disputeId, status: news, kept: 0n, lost: 0n, entry };
  if (known === null) payment.disputes.push(dispute);
  dispute.status = news;
  dispute.entry = entry;
  dispute.kept = news === "opened" ? share : 0n;
  dispute.lost = news === "lost" ? share : 0n;
  const data = { dispute_id: disputeId, status: news, amount: asDecimal(amount) };
  tellOf(state, payment, "payment.disputed", nowMs, data);
  return replyOf(state, payment, entry);
}

/** Whether a payment could still go back to its payer: then the wallets keep its currency. */
export function hasReturnable(state: AuditState): boolean {
  return state.payments.some((payment) => returnedOf(payment) < payment.credited);
}

export function paymentOf(state: AuditState, sessionId: string): AuditPayment | null {
  return state.payments.find((payment) => payment.sessionId === sessionId) ?? null;
}

export function returnedOf({ refunds, disputes }: AuditPayment): bigint {
  let returned = 0n;
  for (const { amount } of refunds) returned += amount;
  for (const { lost } of disputes) returned += lost;
  return returned;
}

export function keptOf({ disputes }: AuditPayment): bigint {
  let kept = 0n;
  for (const dispute of disputes) kept += dispute.kept;
  return kept;
}

/** What was neither given back nor is disputed. */
export function leftOf(payment: AuditPayment): bigint {
  return payment.credited - returnedOf(payment) - keptOf(payment);
}

/** What comes to, or is asked of, an owner who goes is the organization's. */
function standIn(state: AuditState, wallet: AuditWallet): AuditWallet {
  return wallet.closedAtMs === null ? wallet : state.organizationWallet();
}

function post(
  state: AuditState,
  movement: Movement,
  command: { readonly sessionId: string; readonly actor: string; readonly note: string },
  nowMs: number,
): AuditEntry {
  const entry = postAndTell(state, movement, {
    currency: state.settings.currency,
    reservationId: null,
    requestId: null,
    actor: command.actor,
    note: `${command.sessionId} ${command.note}`,
    flags: [],
    atMs: nowMs,
  });
  state.messages.push({ entry, row: null });
  return entry;
}

function tellOf(
  state: AuditState,
  payment: AuditPayment,
  type: string,
  nowMs: number,
  data: Readonly<Record<string, unknown>>,
): void {
  const wallet = standIn(state, payment.wallet);
  tell(state, type, nowMs, {
    session_id: payment.sessionId,
    wallet_id: new WalletId(wallet.name),
    scope: wallet.scope,
    owner_id: wallet.owner,
    balance: asDecimal(wallet.balance),
    currency: state.settings.currency,
    ...data,
  });
}

function replyOf(state: AuditState, payment: AuditPayment, entry: AuditEntry | null): unknown {
  return {
    outcome: "posted",
    entryId: entry === null ? null : `ent_${state.organizationId.replace("org_", "")}_${entry.sequence}`,
    creditedNanos: payment.credited,
    returnedNanos: returnedOf(payment),
    suspendedNanos: keptOf(payment),
    wallet: expectWallet(state, standIn(state, payment.wallet)),
  };
}

function refused(kind: string, code: string): unknown {
  return { outcome: "refused", failure: { kind, code } };
}

const OTHER_CONTENT = refused("conflict", "payment_conflict");
const UNKNOWN = { outcome: "refused", failure: { kind: "not_found", what: "payment" } };
