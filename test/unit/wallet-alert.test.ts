import { describe, expect, it } from "vitest";
import type { EntryType } from "../../src/core/ledger-entry.ts";
import type { Wallet, WalletStatus } from "../../src/core/wallet.ts";
import { decideAlert, decideShortageAlert } from "../../src/core/wallet-alert.ts";

function walletOf(balanceNanos: bigint, rest: Partial<Wallet> = {}): Wallet {
  return {
    id: "wal_1",
    scope: "organization",
    ownerId: "org_1",
    balanceNanos,
    heldNanos: 0n,
    totalAllocatedNanos: 100n,
    totalSpentNanos: 0n,
    lastFundedBalanceNanos: 100n,
    alerted: "healthy",
    ...rest,
  };
}

interface Case {
  readonly what: string;
  readonly balance: bigint;
  readonly alerted?: WalletStatus;
  readonly type?: EntryType;
  /** Below zero unless told. */
  readonly amount?: bigint;
  readonly threshold?: number;
  readonly wallet?: Partial<Wallet>;
  readonly tells: readonly string[];
  readonly knows: WalletStatus;
}

const LOW = "wallet.low_balance";
const EMPTY = "wallet.depleted";

const CASES: readonly Case[] = [
  { what: "above the threshold", balance: 21n, tells: [], knows: "healthy" },
  { what: "at the threshold", balance: 20n, tells: [LOW], knows: "low" },
  { what: "under the threshold, told before", balance: 5n, alerted: "low", tells: [], knows: "low" },
  { what: "empty", balance: 0n, alerted: "low", tells: [EMPTY], knows: "depleted" },
  { what: "overdrawn, told before", balance: -9n, alerted: "depleted", tells: [], knows: "depleted" },
  { what: "both lines in one fall", balance: -1n, tells: [LOW, EMPTY], knows: "depleted" },
  { what: "held money does not count", balance: 21n, wallet: { heldNanos: 21n }, tells: [], knows: "healthy" },
  { what: "no early warning at 0 %", balance: 1n, threshold: 0, tells: [], knows: "healthy" },
  { what: "empty at 0 %", balance: 0n, threshold: 0, tells: [EMPTY], knows: "depleted" },
  { what: "the first spending at 100 %", balance: 99n, threshold: 100, tells: [LOW], knows: "low" },
  {
    what: "all of its last funding at 100 %",
    balance: 100n,
    threshold: 100,
    type: "credit",
    amount: 100n,
    alerted: "low",
    tells: [],
    knows: "healthy",
  },
  {
    what: "funded again",
    balance: 7n,
    type: "allocate",
    amount: 5n,
    alerted: "low",
    wallet: { lastFundedBalanceNanos: 7n },
    tells: [],
    knows: "healthy",
  },
  {
    what: "funded, and still in debt",
    balance: -3n,
    type: "credit",
    amount: 5n,
    alerted: "depleted",
    wallet: { lastFundedBalanceNanos: -3n },
    tells: [],
    knows: "depleted",
  },
  {
    what: "reclaimed into it",
    balance: 21n,
    type: "reclaim",
    amount: 20n,
    alerted: "low",
    tells: [],
    knows: "healthy",
  },
  { what: "too little reclaimed", balance: 20n, type: "reclaim", amount: 9n, alerted: "low", tells: [], knows: "low" },
  { what: "given back by a settlement", balance: 30n, amount: 15n, alerted: "low", tells: [], knows: "low" },
  { what: "allocated away", balance: 10n, type: "allocate", tells: [LOW], knows: "low" },
  {
    what: "never funded",
    balance: -4n,
    wallet: { totalAllocatedNanos: 0n, lastFundedBalanceNanos: 0n },
    tells: [],
    knows: "healthy",
  },
  {
    what: "funded out of debt to exactly nothing",
    balance: -1n,
    wallet: { totalAllocatedNanos: 5n, lastFundedBalanceNanos: 0n },
    tells: [LOW, EMPTY],
    knows: "depleted",
  },
];

describe("decideAlert", () => {
  it.each(CASES)(
    "$what",
    ({ balance, alerted = "healthy", type = "settle", amount = -1n, threshold = 20, ...rest }) => {
      const posted = walletOf(balance, { ...rest.wallet, alerted });
      expect(decideAlert(posted, type, amount, threshold)).toEqual({ alerted: rest.knows, alerts: rest.tells });
    },
  );

  it("never tells of a seat", () => {
    const seat = Object.assign(walletOf(0n), { scope: "seat" });
    expect(decideAlert(seat, "settle", -1n, 20).alerts).toEqual([]);
  });
});

describe("decideShortageAlert", () => {
  const low = walletOf(9n, { alerted: "low" });

  it("tells that the rest of a low wallet is dust", () => {
    expect(decideShortageAlert(low, 10n, 20)).toEqual({ alerted: "depleted", alerts: [EMPTY] });
  });

  it.each([
    ["held money could still cover the request", { ...low, heldNanos: 9n }, 9n, 20],
    ["the wallet is not low", walletOf(30n), 100n, 20],
    ["people know already", { ...low, alerted: "depleted" as const }, 10n, 20],
    ["a lower threshold makes it healthy", low, 10n, 5],
  ])("says nothing when %s", (_what, wallet, required, threshold) => {
    expect(decideShortageAlert(wallet, required, threshold).alerts).toEqual([]);
  });
});
