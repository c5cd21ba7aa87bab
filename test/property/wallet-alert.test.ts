/**
 * Alerts under random postings and fundings. The auditor below looks at the history of balances alone: between two fundings
 * that leave money, each line is told of exactly once if a fall ever ended at or under it, and never else.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { postLine } from "../../src/core/ledger-entry.ts";
import type { Wallet } from "../../src/core/wallet.ts";
import { decideAlert } from "../../src/core/wallet-alert.ts";

type Step = { readonly type: "credit" | "settle"; readonly amount: bigint };

const steps = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.record({ type: fc.constant("credit" as const), amount: fc.bigInt(1n, 100n) }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("settle" as const), amount: fc.bigInt(-40n, 15n) }) },
  ),
  { maxLength: 60 },
);

const NEW_WALLET: Wallet = {
  id: "wal_1",
  scope: "user",
  ownerId: "user_1",
  balanceNanos: 0n,
  heldNanos: 0n,
  totalAllocatedNanos: 0n,
  totalSpentNanos: 0n,
  lastFundedBalanceNanos: 0n,
  alerted: "healthy",
};

interface Told {
  readonly low: number;
  readonly empty: number;
}

/** One count for each stretch between fundings that leave money. */
function decideAll(sequence: readonly Step[], threshold: number): Told[] {
  let wallet = NEW_WALLET;
  const told = [{ low: 0, empty: 0 }];
  for (const { type, amount } of sequence) {
    if (amount === 0n) continue;
    const posted = postLine(wallet, type, amount);
    const { alerted, alerts } = decideAlert(posted, type, amount, threshold);
    wallet = { ...posted, alerted };
    if (type === "credit" && wallet.balanceNanos > 0n) told.push({ low: 0, empty: 0 });
    const counts = told.at(-1);
    if (counts !== undefined) {
      counts.low += alerts.filter((alert) => alert === "wallet.low_balance").length;
      counts.empty += alerts.filter((alert) => alert === "wallet.depleted").length;
    }
  }
  return told;
}

function auditAll(sequence: readonly Step[], threshold: number): Told[] {
  let balance = 0n;
  let funded: bigint | null = null;
  const told = [{ low: 0, empty: 0 }];
  for (const { type, amount } of sequence) {
    balance += amount;
    if (type === "credit") funded = balance;
    if (type === "credit" && balance > 0n) told.push({ low: 0, empty: 0 });
    const counts = told.at(-1);
    if (counts === undefined || funded === null || amount >= 0n) continue;
    const empty = balance <= 0n;
    const low = empty || (balance < funded && Number(balance) <= (Number(funded) * threshold) / 100);
    if (low && threshold > 0) counts.low = 1;
    if (empty) counts.empty = 1;
  }
  return told;
}

it("tells of each crossing exactly once", () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 1, 20, 50, 100), (sequence, threshold) => {
      expect(decideAll(sequence, threshold)).toEqual(auditAll(sequence, threshold));
    }),
    { numRuns: 2_000 },
  );
});
