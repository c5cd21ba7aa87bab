/** Payments that providers have taken: credited once by their session, returned once by their refund, suspended while disputed. */
import { refuse } from "../../src/contract/commands.ts";
import type {
  DisputeCommand,
  ForgoReply,
  FundingView,
  Found,
  PaymentReply,
  RefundCommand,
  TopUpCommand,
} from "../../src/contract/organization-rpc.ts";
import { isOwnerId } from "../../src/core/attribution.ts";
import { decideDispute, refundPayment } from "../../src/core/credited-payment.ts";
import type { DisputeMove } from "../../src/core/credited-payment.ts";
import { invalid } from "../../src/core/failure.ts";
import type { Failure } from "../../src/core/failure.ts";
import {
  disputeEntry,
  disputeLostAtOnceEntry,
  disputeLostEntry,
  disputeWonEntry,
  refundEntry,
  topUpEntry,
} from "../../src/core/ledger-entry.ts";
import type { LedgerEntry } from "../../src/core/ledger-entry.ts";
import { formatNanos, MAX_NANOS } from "../../src/core/money.ts";
import { isClosed } from "../../src/core/wallet.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import { completeAutoTopUp, endAutoTopUp, stopDisputedAutoTopUp } from "./auto-top-up.ts";
import { canPost, postEntry } from "./context.ts";
import type { CommandContext } from "./context.ts";
import { hashContent } from "./digest.ts";
import { notify } from "./notify.ts";
import { cascadeOf } from "./principal.ts";
import type { StoredPayment } from "./store/payments.ts";
import { viewWallet } from "./views.ts";

/** See `OrganizationRpc.topUp`. The entry and the mark that it was posted are in the command's transaction. */
export function topUp(context: CommandContext, command: TopUpCommand): PaymentReply {
  const { store, directory, nowMs } = context;
  const { sessionId, owner, amountNanos, currency } = command;
  const contentSha256 = hashContent([owner.scope, owner.ownerId, amountNanos, currency]);
  const known = findPayment(context, sessionId);
  if (known !== null) {
    return known.contentSha256 === contentSha256 ? replyOf(context, known, known.entryId) : refuse(OTHER_CONTENT);
  }
  if (store.payments.isForgone(sessionId)) return refuse(FORGONE);
  const failure = checkTopUp(command, directory.settings.currency);
  if (failure !== null) return refuse(failure);
  store.wallets.open(owner);
  const walletId = openWalletId(context, store.wallets.of(owner));
  const entry = topUpEntry(walletId, amountNanos);
  if (!canPost(context, entry)) return refuse(OUT_OF_RANGE);
  const entryId = post(context, entry, command);
  const payment: StoredPayment = {
    sessionId,
    walletId,
    entryId,
    contentSha256,
    creditedNanos: amountNanos,
    returnedNanos: 0n,
    suspendedNanos: 0n,
  };
  store.payments.insert(payment, nowMs);
  completeAutoTopUp(context, sessionId, entryId);
  tell(context, "top_up.completed", [sessionId], payment, { amount: formatNanos(amountNanos) });
  return replyOf(context, payment, entryId);
}

/** See `OrganizationRpc.forgoPayment`. A charge that waits for this credit has ended without it. */
export function forgoPayment(context: CommandContext, sessionId: string): ForgoReply {
  const { store, nowMs } = context;
  if (store.payments.find(sessionId) !== null) return refuse(CREDITED);
  store.payments.forgo(sessionId, nowMs);
  if (store.autoTopUps.find(sessionId) !== null) {
    endAutoTopUp(context, { sessionId, status: "failed", code: "refunded", isRetryable: false });
  }
  return { outcome: "forgone" };
}

/** See `OrganizationRpc.refundPayment`. What was spent meanwhile leaves the wallet below zero. */
export function returnPayment(context: CommandContext, command: RefundCommand): PaymentReply {
  const { store, nowMs } = context;
  const { refundId, sessionId, amountNanos } = command;
  const payment = findPayment(context, sessionId);
  if (payment === null) return refuse({ kind: "not_found", what: "payment" });
  const known = store.payments.findRefund(refundId);
  if (known !== null) {
    const isSame = known.sessionId === sessionId && known.amountNanos === amountNanos;
    return isSame ? replyOf(context, payment, known.entryId) : refuse(OTHER_CONTENT);
  }
  if (amountNanos <= 0n) return refuse(INVALID_AMOUNT);
  const refunded = refundPayment(payment, amountNanos);
  if (!refunded.ok) return refuse(refunded.failure);
  const entry = refundEntry(payment.walletId, amountNanos);
  if (!canPost(context, entry)) return refuse(OUT_OF_RANGE);
  const entryId = post(context, entry, command);
  store.payments.update(refunded.value);
  store.payments.insertRefund(refundId, { sessionId, amountNanos, entryId }, nowMs);
  tell(context, "payment.refunded", [refundId], payment, { refund_id: refundId, amount: formatNanos(amountNanos) });
  return replyOf(context, { ...payment, ...refunded.value }, entryId);
}

/** See `OrganizationRpc.disputePayment`. */
export function disputePayment(context: CommandContext, command: DisputeCommand): PaymentReply {
  const { store, nowMs } = context;
  const { disputeId, sessionId, amountNanos, news } = command;
  const payment = findPayment(context, sessionId);
  if (payment === null) return refuse({ kind: "not_found", what: "payment" });
  if (amountNanos <= 0n) return refuse(INVALID_AMOUNT);
  const known = store.payments.findDispute(disputeId);
  if (known !== null && known.sessionId !== sessionId) return refuse(OTHER_CONTENT);
  const decided = decideDispute(payment, known, news, amountNanos);
  if (known?.status === decided.status) return replyOf(context, payment, known.entryId);
  const entry = decided.move === null ? null : entryOf(payment.walletId, decided.move);
  if (entry !== null && !canPost(context, entry)) return refuse(OUT_OF_RANGE);
  const entryId = entry === null ? null : post(context, entry, command);
  const { status, suspendedNanos } = decided;
  store.payments.update(decided.payment);
  store.payments.saveDispute(disputeId, { sessionId, status, suspendedNanos, entryId }, nowMs);
  if (known === null && status !== "won") stopDisputedAutoTopUp(context, sessionId);
  tell(context, "payment.disputed", [disputeId, status], payment, {
    dispute_id: disputeId,
    status,
    amount: formatNanos(amountNanos),
  });
  return replyOf(context, { ...payment, ...decided.payment }, entryId);
}

/** See `OrganizationRpc.ticketFunding`. */
export function viewTicketFunding(context: CommandContext, ticketId: string): Found<FundingView> {
  const { store, index, nowMs } = context;
  const ticket = store.tickets.find(ticketId);
  if (ticket === null || ticket.expiresAtMs <= nowMs || ticket.reservationId !== null) {
    return refuse({ kind: "not_found", what: "cost ticket" });
  }
  const { attribution, holdNanos, currency, expiresAtMs, facts } = ticket;
  const sources = cascadeOf(context, attribution).map((wallet) => viewWallet(index, wallet));
  return { outcome: "found", value: { attribution, holdNanos, currency, expiresAtMs, model: facts.model, sources } };
}

/** Money of an owner who was removed is the organization's, and so is what is asked back of it. */
function openWalletId({ store }: CommandContext, wallet: Wallet): string {
  return isClosed(wallet) ? store.wallets.organization().id : wallet.id;
}

function findPayment(context: CommandContext, sessionId: string): StoredPayment | null {
  const { store } = context;
  const payment = store.payments.find(sessionId);
  const wallet = payment === null ? null : store.wallets.find(payment.walletId);
  return payment === null || wallet === null ? null : { ...payment, walletId: openWalletId(context, wallet) };
}

function checkTopUp({ owner, amountNanos, currency }: TopUpCommand, walletCurrency: string): Failure | null {
  if (amountNanos <= 0n || amountNanos > MAX_NANOS) return INVALID_AMOUNT;
  if (!isOwnerId(owner.ownerId)) return invalid("owner_id", "invalid_id", "This is no id.");
  if (currency === walletCurrency) return null;
  return invalid("currency", "currency_mismatch", `The wallets of this organization are in ${walletCurrency}.`);
}

function entryOf(walletId: string, { from, to, amountNanos }: DisputeMove): LedgerEntry {
  switch (to) {
    case "wallet":
      return disputeWonEntry(walletId, amountNanos);
    case "suspended":
      return disputeEntry(walletId, amountNanos);
    case "payer":
      return from === "wallet" ? disputeLostAtOnceEntry(walletId, amountNanos) : disputeLostEntry(amountNanos);
  }
}

function post(
  context: CommandContext,
  entry: LedgerEntry,
  { sessionId, actor, note }: { readonly sessionId: string; readonly actor: string; readonly note: string },
): string {
  const row = postEntry(context, entry, {
    reservationId: null,
    requestId: null,
    actor,
    note: `${sessionId} ${note}`,
    flags: [],
  });
  context.store.outbox.add({ entry: row, spend_log: null });
  return row.id;
}

function tell(
  context: CommandContext,
  type: "top_up.completed" | "payment.refunded" | "payment.disputed",
  cause: readonly string[],
  payment: StoredPayment,
  data: Readonly<Record<string, string>>,
): void {
  const wallet = context.store.wallets.find(payment.walletId);
  notify(context, type, cause, {
    session_id: payment.sessionId,
    wallet_id: payment.walletId,
    scope: wallet?.scope ?? null,
    owner_id: wallet?.ownerId ?? null,
    balance: wallet === null ? null : formatNanos(wallet.balanceNanos),
    currency: context.directory.settings.currency,
    ...data,
  });
}

function replyOf({ store, index }: CommandContext, payment: StoredPayment, entryId: string | null): PaymentReply {
  const wallet = store.wallets.find(payment.walletId);
  if (wallet === null) throw new Error(`the payment ${payment.sessionId} names a wallet that does not exist`);
  const { creditedNanos, returnedNanos, suspendedNanos } = payment;
  return {
    outcome: "posted",
    entryId,
    creditedNanos,
    returnedNanos,
    suspendedNanos,
    wallet: viewWallet(index, wallet),
  };
}

const OTHER_CONTENT: Failure = {
  kind: "conflict",
  code: "payment_conflict",
  message: "The ledger knows this payment, refund or dispute with other content.",
};

const FORGONE: Failure = {
  kind: "conflict",
  code: "payment_forgone",
  message: "This payment goes back to its payer, and is not credited any more.",
};

const CREDITED: Failure = {
  kind: "conflict",
  code: "payment_credited",
  message: "This payment has been credited already.",
};

const INVALID_AMOUNT = invalid("amount", "invalid_amount", "The amount must be positive and fit a wallet.");

const OUT_OF_RANGE = invalid(
  "amount",
  "amount_out_of_range",
  `The wallet would hold more than ${formatNanos(MAX_NANOS)}, the most that can be kept.`,
);
