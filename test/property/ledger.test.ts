/**
 * The pure ledger under random commands. The auditor below keeps its own books: plain sums of what was asked and decided,
 * with none of the ledger's arithmetic.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { chooseSource } from "../../src/core/cascade.ts";
import {
  allocateEntry,
  creditEntry,
  freeMoney,
  holdMoney,
  postLine,
  reclaimEntry,
  settleEntry,
} from "../../src/core/ledger-entry.ts";
import type { LedgerEntry } from "../../src/core/ledger-entry.ts";
import { planRefund, planSettlement } from "../../src/core/settlement.ts";
import { availableNanos } from "../../src/core/wallet.ts";
import type { Wallet, WalletScope } from "../../src/core/wallet.ts";

const SCOPES: readonly WalletScope[] = ["user", "team", "organization"];

type Command =
  | { readonly type: "credit"; readonly scope: WalletScope; readonly amount: bigint }
  | { readonly type: "allocate" | "reclaim"; readonly scope: "user" | "team"; readonly amount: bigint }
  | { readonly type: "reserve"; readonly amount: bigint }
  | {
      readonly type: "settle" | "settle_late";
      readonly pick: number;
      readonly cost: bigint;
      readonly finalCost: bigint;
    }
  | { readonly type: "release"; readonly pick: number };

const amount = fc.oneof(fc.bigInt({ min: 1n, max: 40n }), fc.bigInt({ min: 1n, max: 2n ** 55n }));
const cost = fc.oneof(fc.bigInt({ min: 0n, max: 60n }), fc.bigInt({ min: 0n, max: 2n ** 55n }));
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant("credit" as const), scope: fc.constantFrom(...SCOPES), amount }),
  fc.record({
    type: fc.constantFrom("allocate" as const, "reclaim" as const),
    scope: fc.constantFrom("user" as const, "team" as const),
    amount,
  }),
  fc.record({ type: fc.constant("reserve" as const), amount }),
  fc.record({
    type: fc.constantFrom("settle" as const, "settle_late" as const),
    pick: fc.nat(),
    cost,
    finalCost: cost,
  }),
  fc.record({ type: fc.constant("release" as const), pick: fc.nat() }),
);

interface Open {
  readonly scope: WalletScope;
  readonly held: bigint;
}

class Simulation {
  readonly wallets = new Map<string, Wallet>(SCOPES.map((scope) => [scope, emptyWallet(scope)]));
  readonly entries: LedgerEntry[] = [];
  readonly open: Open[] = [];
  credited = 0n;
  spent = 0n;

  wallet(id: string): Wallet {
    const wallet = this.wallets.get(id);
    if (wallet === undefined) throw new Error(`no wallet ${id}`);
    return wallet;
  }

  run(next: Command): void {
    switch (next.type) {
      case "credit":
        this.credited += next.amount;
        this.post(creditEntry(next.scope, next.amount));
        return;
      case "allocate":
        if (availableNanos(this.wallet("organization")) < next.amount) return;
        this.post(allocateEntry("organization", next.scope, next.amount));
        return;
      case "reclaim":
        if (availableNanos(this.wallet(next.scope)) < next.amount) return;
        this.post(reclaimEntry("organization", next.scope, next.amount));
        return;
      case "reserve":
        this.reserve(next.amount);
        return;
      case "release":
        this.takeOpen(next.pick);
        return;
      case "settle":
      case "settle_late":
        this.settle(next);
    }
  }

  reserve(held: bigint): void {
    const source = chooseSource(
      SCOPES.map((scope) => this.wallet(scope)),
      held,
    );
    if (source === null) {
      expect(SCOPES.every((scope) => availableNanos(this.wallet(scope)) < held)).toBe(true);
      return;
    }
    this.wallets.set(source.id, holdMoney(source, held));
    this.open.push({ scope: source.scope, held });
  }

  takeOpen(pick: number): Open | null {
    if (this.open.length === 0) return null;
    const [taken] = this.open.splice(pick % this.open.length, 1);
    if (taken === undefined) return null;
    this.wallets.set(taken.scope, freeMoney(this.wallet(taken.scope), taken.held));
    return taken;
  }

  /** A late settlement follows an expiry that was settled at a checkpoint, and corrects it. */
  settle(next: Extract<Command, { readonly type: "settle" | "settle_late" }>): void {
    const taken = this.takeOpen(next.pick);
    if (taken === null) return;
    const debits = this.pay(taken.scope, next.cost, taken.held);
    this.spent += next.cost;
    if (next.type === "settle") return;
    if (next.finalCost >= next.cost) this.pay(taken.scope, next.finalCost - next.cost, 0n);
    else this.post(settleEntry(planRefund(debits, next.cost - next.finalCost)));
    this.spent += next.finalCost - next.cost;
  }

  pay(scope: WalletScope, costNanos: bigint, heldNanos: bigint) {
    const sources = SCOPES.slice(SCOPES.indexOf(scope)).map((id) => ({
      walletId: id,
      availableNanos: availableNanos(this.wallet(id)),
    }));
    const [first, ...rest] = sources;
    if (first === undefined) throw new Error("no source");
    const { debits } = planSettlement(costNanos, heldNanos, [first, ...rest]);
    this.post(settleEntry(debits));
    return debits;
  }

  post(entry: LedgerEntry | null): void {
    if (entry === null) return;
    this.entries.push(entry);
    for (const { account, amountNanos } of entry.lines) {
      if (account.kind !== "wallet") continue;
      this.wallets.set(account.walletId, postLine(this.wallet(account.walletId), entry.type, amountNanos));
    }
  }

  audit(): void {
    const lines = this.entries.flatMap((entry) => entry.lines);
    const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, part) => sum + part, 0n);
    for (const entry of this.entries) expect(sumOf(entry.lines.map((line) => line.amountNanos))).toBe(0n);
    for (const wallet of this.wallets.values()) {
      const own = lines.filter(({ account }) => account.kind === "wallet" && account.walletId === wallet.id);
      expect(wallet.balanceNanos).toBe(sumOf(own.map((line) => line.amountNanos)));
      expect(wallet.heldNanos).toBe(
        sumOf(this.open.filter(({ scope }) => scope === wallet.id).map(({ held }) => held)),
      );
      if (wallet.scope !== "organization") expect(availableNanos(wallet)).toBeGreaterThanOrEqual(0n);
    }
    const balances = [...this.wallets.values()].map((wallet) => wallet.balanceNanos);
    expect(sumOf(balances)).toBe(this.credited - this.spent);
    expect(sumOf([...this.wallets.values()].map((wallet) => wallet.totalSpentNanos))).toBe(this.spent);
  }
}

function emptyWallet(scope: WalletScope): Wallet {
  return {
    id: scope,
    scope,
    ownerId: scope,
    balanceNanos: 0n,
    heldNanos: 0n,
    totalAllocatedNanos: 0n,
    totalSpentNanos: 0n,
    lastFundedBalanceNanos: 0n,
    alerted: "healthy",
  };
}

it("neither loses nor invents money, whatever is asked in whatever order", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const simulation = new Simulation();
      for (const next of commands) {
        simulation.run(next);
        simulation.audit();
      }
    }),
    { numRuns: 400 },
  );
});
