/**
 * An independent model of the Organization object: plain lists and loops that share no code with it. Given each command and
 * the instant, it says what must be answered, posted, held, logged and kept. Source of its rules: the contract and the
 * object's README.
 */
import type {
  AuthorizeCommand,
  CheckpointCommand,
  RedeemCommand,
  SettleCommand,
  SettleUnreservedCommand,
  UnreservedRequest,
} from "../../../src/contract/commands.ts";
import type {
  CloseWalletCommand,
  DisputeCommand,
  RefundCommand,
  TopUpCommand,
  TransferCommand,
} from "../../../src/contract/organization-rpc.ts";
import type { Records } from "../records.ts";
import { soleTeam } from "./admission.ts";
import { free } from "./books.ts";
import { expectDue } from "./due.ts";
import { expectCheckpoint, expectSettle } from "./ending.ts";
import { WalletId } from "./expectation.ts";
import type { WalletIds } from "./expectation.ts";
import { expectAuthorize, expectRedeem } from "./holding.ts";
import { expectTransfer, expectWallet } from "./moving.ts";
import { hasSeat, liveGrant, localMonth, monthEnd, seatWallet } from "./seating.ts";
import { expectClosing, expectReopening, reopenKept } from "./closing.ts";
import { expectDispute, expectForgoing, expectRefund, expectTopUp, hasReturnable } from "./paying.ts";
import { AuditState } from "./state.ts";
import { expectBegin, expectSettleUnreserved } from "./unreserved.ts";

/** A copy of the records is good for ten seconds, checked behind the answer for five more, and then before it. */
const GOOD_FOR_MS = 10_000;
const USABLE_FOR_MS = 15_000;

/** How long a transfer's repeat is found. */
const WEEK_MS = 7 * 86_400_000;

export type SimulatedCommand =
  | { readonly name: "authorize"; readonly command: AuthorizeCommand }
  | { readonly name: "authorizeMany"; readonly command: readonly AuthorizeCommand[] }
  | { readonly name: "redeemTicket"; readonly command: RedeemCommand }
  | { readonly name: "settle"; readonly command: SettleCommand }
  | { readonly name: "settleMany"; readonly command: readonly SettleCommand[] }
  | { readonly name: "beginUnreserved"; readonly command: UnreservedRequest }
  | { readonly name: "settleUnreserved"; readonly command: SettleUnreservedCommand }
  | { readonly name: "checkpoint"; readonly command: CheckpointCommand }
  | { readonly name: "transfer"; readonly command: TransferCommand }
  | { readonly name: "topUp"; readonly command: TopUpCommand }
  | { readonly name: "forgoPayment"; readonly command: string }
  | { readonly name: "refundPayment"; readonly command: RefundCommand }
  | { readonly name: "disputePayment"; readonly command: DisputeCommand }
  | { readonly name: "closeWallet"; readonly command: CloseWalletCommand }
  | { readonly name: "reopenWallet"; readonly command: CloseWalletCommand["owner"] }
  | { readonly name: "balance"; readonly command: { readonly userId: string | null; readonly teamId: string | null } }
  | { readonly name: "wallets"; readonly command: null }
  | { readonly name: "seat"; readonly command: string };

export class Auditor {
  readonly state: AuditState;
  /** What D1 has. */
  #written: Records;
  #isControlDown = false;
  #hasRead = false;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #checkedBehindAtMs: number | null = null;

  constructor(records: Records, leaseMs: number) {
    this.state = new AuditState(records, leaseMs);
    this.#written = records;
  }

  write(records: Records): void {
    this.#written = records;
  }

  get written(): Records {
    return this.#written;
  }

  setControlDown(isDown: boolean): void {
    this.#isControlDown = isDown;
  }

  get isControlDown(): boolean {
    return this.#isControlDown;
  }

  /** A change was pushed. False: it could not be read. */
  refresh(nowMs: number): boolean {
    if (this.#isControlDown) return false;
    this.#accept(nowMs);
    expectDue(this.state, nowMs);
    return true;
  }

  evict(): void {
    this.#checkedAtMs = Number.NEGATIVE_INFINITY;
    this.#checkedBehindAtMs = null;
  }

  /** Whether a command that comes now is decided without any other transaction of the object. */
  isCalm(nowMs: number): boolean {
    const isFresh = this.#hasRead && nowMs - this.#checkedAtMs < GOOD_FOR_MS;
    const timeZone = this.state.settings.time_zone;
    const isSameMonth = this.state.grants.every(({ month }) => month >= localMonth(nowMs, timeZone));
    return isFresh && isSameMonth && this.state.open().every(({ expiresAtMs }) => expiresAtMs > nowMs);
  }

  /** Something is asked: the records are fresh enough, and what is over has ended. */
  arrive(nowMs: number): void {
    const ageMs = nowMs - this.#checkedAtMs;
    if ((!this.#hasRead || ageMs >= GOOD_FOR_MS) && !this.#isControlDown) {
      if (!this.#hasRead || ageMs >= USABLE_FOR_MS) this.#accept(nowMs);
      else this.#checkedBehindAtMs = nowMs;
    }
    expectDue(this.state, nowMs);
  }

  /** Whether the records are being checked behind the answers. */
  get isChecking(): boolean {
    return this.#checkedBehindAtMs !== null;
  }

  /** All that was asked at once is answered, and a check behind the answers is over. */
  depart(): void {
    if (this.#checkedBehindAtMs !== null) this.#accept(this.#checkedBehindAtMs);
    this.#checkedBehindAtMs = null;
  }

  expect({ name, command }: SimulatedCommand, ids: WalletIds, nowMs: number): unknown {
    switch (name) {
      case "authorize":
        return expectAuthorize(this.state, command, nowMs);
      case "authorizeMany":
        return command.map((each) => expectAuthorize(this.state, each, nowMs));
      case "redeemTicket":
        return expectRedeem(this.state, command, nowMs);
      case "settle":
        return expectSettle(this.state, command, nowMs);
      case "settleMany":
        return command.map((each) => expectSettle(this.state, each, nowMs));
      case "beginUnreserved":
        return expectBegin(this.state, command, nowMs);
      case "settleUnreserved":
        return expectSettleUnreserved(this.state, command, nowMs);
      case "checkpoint":
        return expectCheckpoint(this.state, command, nowMs);
      case "transfer":
        return expectTransfer(this.state, command, ids, nowMs);
      case "topUp":
        return expectTopUp(this.state, command, nowMs);
      case "forgoPayment":
        return expectForgoing(this.state, command);
      case "refundPayment":
        return expectRefund(this.state, command, nowMs);
      case "disputePayment":
        return expectDispute(this.state, command, nowMs);
      case "closeWallet":
        return expectClosing(this.state, command, nowMs);
      case "reopenWallet":
        return expectReopening(this.state, command);
      case "balance":
        return this.#expectBalance(command);
      case "wallets":
        return this.#expectWallets();
      case "seat":
        return this.#expectSeat(command);
    }
  }

  alarm(nowMs: number): void {
    const { state } = this;
    removeWhere(state.tickets, ({ expiresAtMs }) => expiresAtMs <= nowMs);
    removeWhere(state.counters, ({ forgetAfterMs }) => forgetAfterMs !== null && forgetAfterMs <= nowMs);
    removeWhere(state.toldOfBudgets, ({ forgetAfterMs }) => forgetAfterMs <= nowMs);
    removeWhere(state.transfers, ({ atMs }) => atMs <= nowMs - WEEK_MS);
    removeWhere(state.responses, ({ expiresAtMs }) => expiresAtMs <= nowMs);
  }

  #accept(nowMs: number): void {
    this.#read(nowMs);
    reopenKept(this.state, nowMs);
  }

  #read(nowMs: number): void {
    const isFirst = !this.#hasRead;
    this.#hasRead = true;
    this.#checkedAtMs = Math.max(this.#checkedAtMs, nowMs);
    if (!isFirst && this.state.records.version === this.#written.version) {
      // Only the platform's own records may be newer.
      this.state.records = { ...this.#written, settings: this.state.records.settings };
      return;
    }
    const { currency } = this.state.settings;
    this.state.records = this.#written;
    // Money that is there keeps its currency, whatever was saved.
    if (!isFirst && this.state.settings.currency !== currency && this.#hasMoney()) {
      this.state.records = { ...this.#written, settings: { ...this.#written.settings, currency } };
    }
    this.state.organizationWallet().isStored = true;
    for (const { id } of this.#written.teams) this.state.books.wallet("team", id).isStored = true;
    for (const id of this.#written.seats.memberIds) seatWallet(this.state, id).isStored = true;
    for (const id of this.#written.memberIds) this.state.books.wallet("user", id).isStored = true;
  }

  #hasMoney(): boolean {
    const isFull = this.state.books.wallets.some(({ balance, held }) => balance !== 0n || held !== 0n);
    return isFull || this.state.open().length > 0 || hasReturnable(this.state);
  }

  #expectBalance(owner: { readonly userId: string | null; readonly teamId: string | null }): unknown {
    const teamId = owner.teamId ?? soleTeam(this.state, owner.userId);
    const payer = { userId: owner.userId, teamId, serviceUserId: null };
    const cascade = this.state.cascade(payer, hasSeat(this.state, payer));
    const funded = cascade.find((wallet) => free(wallet) > 0n) ?? this.state.organizationWallet();
    return {
      currency: this.state.settings.currency,
      sources: cascade.map((wallet) => expectWallet(this.state, wallet)),
      effective: { walletId: new WalletId(funded.name), scope: funded.scope },
    };
  }

  #expectSeat(member: string): unknown {
    const grant = liveGrant(this.state, member);
    const timeZone = this.state.settings.time_zone;
    return {
      wallet: expectWallet(this.state, seatWallet(this.state, member)),
      grant:
        grant === null
          ? null
          : { amountNanos: grant.amount, grantedAtMs: grant.atMs, expiresAtMs: monthEnd(grant.month, timeZone) },
    };
  }

  #expectWallets(): unknown {
    const stored = this.state.books.wallets.filter(({ isStored, closedAtMs }) => isStored && closedAtMs === null);
    const byOwner = stored.toSorted((a, b) => compare(a.scope, b.scope) || compare(a.owner, b.owner));
    return byOwner.map((wallet) => expectWallet(this.state, wallet));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function removeWhere<T>(list: T[], isOver: (item: T) => boolean): void {
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const item = list[index];
    if (item !== undefined && isOver(item)) list.splice(index, 1);
  }
}
