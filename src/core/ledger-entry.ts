/** Double entry: every movement of money is an entry whose lines sum to zero (design: The promises). */
import { availableNanos } from "./wallet.ts";
import type { Wallet } from "./wallet.ts";
import { fitsInt64, MAX_NANOS } from "./money.ts";
import type { Nanos } from "./money.ts";

export const ENTRY_TYPES = [
  "credit",
  "allocate",
  "reclaim",
  "settle",
  "seat_grant",
  "seat_expiry",
  "top_up",
  "refund",
  "dispute",
  "dispute_won",
  "dispute_lost",
] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

/**
 * `external`: money that comes in or is returned. `usage`: what providers were used for. `suspended`: paid money that is disputed,
 * which nobody can use until that is decided.
 */
export type Account =
  | { readonly kind: "wallet"; readonly walletId: string }
  | { readonly kind: "external" | "usage" | "suspended" };

export interface LedgerLine {
  readonly account: Account;
  /** Into the account is positive. */
  readonly amountNanos: Nanos;
}

export interface LedgerEntry {
  readonly type: EntryType;
  readonly lines: readonly LedgerLine[];
}

export interface WalletAmount {
  readonly walletId: string;
  readonly amountNanos: Nanos;
}

export function accountName(account: Account): string {
  return account.kind === "wallet" ? `wallet:${account.walletId}` : account.kind;
}

/** Money comes in from outside. */
export function creditEntry(walletId: string, amountNanos: Nanos): LedgerEntry {
  return makeEntry("credit", [external(-amountNanos), wallet(walletId, amountNanos)]);
}

/** Money moves from the organization's wallet to another one. */
export function allocateEntry(organizationWalletId: string, walletId: string, amountNanos: Nanos): LedgerEntry {
  return makeEntry("allocate", [wallet(organizationWalletId, -amountNanos), wallet(walletId, amountNanos)]);
}

/** Money moves back to the organization's wallet. */
export function reclaimEntry(organizationWalletId: string, walletId: string, amountNanos: Nanos): LedgerEntry {
  return makeEntry("reclaim", [wallet(walletId, -amountNanos), wallet(organizationWalletId, amountNanos)]);
}

/** A seat gets its credit of the month. */
export function seatGrantEntry(walletId: string, amountNanos: Nanos): LedgerEntry {
  return makeEntry("seat_grant", [external(-amountNanos), wallet(walletId, amountNanos)]);
}

/** What is left of a seat's credit goes. */
export function seatExpiryEntry(walletId: string, amountNanos: Nanos): LedgerEntry {
  return makeEntry("seat_expiry", [wallet(walletId, -amountNanos), external(amountNanos)]);
}

/** A payment comes in. */
export function topUpEntry(walletId: string, amountNanos: Nanos): LedgerEntry {
  return makeEntry("top_up", [external(-amountNanos), wallet(walletId, amountNanos)]);
}

/** A payment goes back to the payer. */
export function refundEntry(walletId: string, amountNanos: Nanos): LedgerEntry {
  return makeEntry("refund", [wallet(walletId, -amountNanos), external(amountNanos)]);
}

/** A payment is disputed: its money waits outside the wallet. */
export function disputeEntry(walletId: string, amountNanos: Nanos): LedgerEntry {
  return makeEntry("dispute", [wallet(walletId, -amountNanos), suspended(amountNanos)]);
}

/** The dispute was won: what waited comes back. */
export function disputeWonEntry(walletId: string, amountNanos: Nanos): LedgerEntry {
  return makeEntry("dispute_won", [suspended(-amountNanos), wallet(walletId, amountNanos)]);
}

/** The dispute was lost: what waited goes to the payer. */
export function disputeLostEntry(amountNanos: Nanos): LedgerEntry {
  return makeEntry("dispute_lost", [suspended(-amountNanos), external(amountNanos)]);
}

/** The dispute was lost before its money was ever suspended: it goes out of the wallet. */
export function disputeLostAtOnceEntry(walletId: string, amountNanos: Nanos): LedgerEntry {
  return makeEntry("dispute_lost", [wallet(walletId, -amountNanos), external(amountNanos)]);
}

/** Wallets pay for usage, or get some of it back (negative amounts). Null when nothing moves. */
export function settleEntry(debits: readonly WalletAmount[]): LedgerEntry | null {
  const moved = debits.filter((debit) => debit.amountNanos !== 0n);
  if (moved.length === 0) return null;
  const totalNanos = moved.reduce((sum, debit) => sum + debit.amountNanos, 0n);
  return makeEntry("settle", [
    ...moved.map((debit) => wallet(debit.walletId, -debit.amountNanos)),
    { account: { kind: "usage" }, amountNanos: totalNanos },
  ]);
}

/** Keeps money of the wallet for a reservation. */
export function holdMoney(source: Wallet, amountNanos: Nanos): Wallet {
  if (amountNanos < 0n || availableNanos(source) < amountNanos) throw new RangeError("a hold must be covered");
  return { ...source, heldNanos: source.heldNanos + amountNanos };
}

/** Gives back what a reservation kept. */
export function freeMoney(source: Wallet, amountNanos: Nanos): Wallet {
  if (amountNanos < 0n || amountNanos > source.heldNanos) throw new RangeError("only held money can be freed");
  return { ...source, heldNanos: source.heldNanos - amountNanos };
}

/**
 * Applies one line of an entry to its wallet. Credits, top-ups, grants and allocations into a wallet are funding: they reset what
 * the alert threshold is a percentage of. What an organization allocates away stays in its `totalAllocatedNanos`. The totals of a
 * wallet's life stop at the largest amount that can be stored: they must never be what keeps money from moving.
 */
export function postLine(target: Wallet, type: EntryType, amountNanos: Nanos): Wallet {
  const balanceNanos = target.balanceNanos + amountNanos;
  const posted = { ...target, balanceNanos };
  switch (type) {
    case "credit":
    case "top_up":
    case "seat_grant":
    case "allocate":
      return amountNanos < 0n
        ? posted
        : {
            ...posted,
            totalAllocatedNanos: saturate(target.totalAllocatedNanos + amountNanos),
            lastFundedBalanceNanos: balanceNanos,
          };
    case "reclaim":
    case "seat_expiry":
      return amountNanos < 0n
        ? { ...posted, totalAllocatedNanos: saturate(target.totalAllocatedNanos + amountNanos) }
        : posted;
    case "refund":
    case "dispute":
    case "dispute_won":
    case "dispute_lost":
      return { ...posted, totalAllocatedNanos: saturate(target.totalAllocatedNanos + amountNanos) };
    case "settle":
      return { ...posted, totalSpentNanos: saturate(target.totalSpentNanos - amountNanos) };
  }
}

/** Whether every balance still fits its column after the entry, which names each wallet once. */
export function isPostable(entry: LedgerEntry, balanceNanosOf: (walletId: string) => Nanos): boolean {
  return entry.lines.every(
    ({ account, amountNanos }) =>
      fitsInt64(amountNanos) &&
      (account.kind !== "wallet" || fitsInt64(balanceNanosOf(account.walletId) + amountNanos)),
  );
}

function saturate(totalNanos: Nanos): Nanos {
  if (fitsInt64(totalNanos)) return totalNanos;
  return totalNanos > 0n ? MAX_NANOS : -MAX_NANOS;
}

function makeEntry(type: EntryType, lines: readonly LedgerLine[]): LedgerEntry {
  const sum = lines.reduce((total, line) => total + line.amountNanos, 0n);
  if (sum !== 0n) throw new RangeError(`the lines of a ${type} entry sum to ${sum}, not to zero`);
  return { type, lines };
}

function wallet(walletId: string, amountNanos: Nanos): LedgerLine {
  return { account: { kind: "wallet", walletId }, amountNanos };
}

function external(amountNanos: Nanos): LedgerLine {
  return { account: { kind: "external" }, amountNanos };
}

function suspended(amountNanos: Nanos): LedgerLine {
  return { account: { kind: "suspended" }, amountNanos };
}
