import { expect, test } from "vitest";
import { bestFunded, chooseSource } from "../../src/core/cascade.ts";
import type { Wallet, WalletScope } from "../../src/core/wallet.ts";

function walletOf(scope: WalletScope, balanceNanos: bigint, heldNanos = 0n): Wallet {
  return {
    id: scope,
    scope,
    ownerId: "x",
    balanceNanos,
    heldNanos,
    totalAllocatedNanos: 0n,
    totalSpentNanos: 0n,
    lastFundedBalanceNanos: 0n,
    alerted: "healthy",
  };
}

test("the first that covers the whole amount pays; what is held does not count", () => {
  const sources = [walletOf("seat", 9n, 5n), walletOf("user", 4n), walletOf("team", 5n), walletOf("organization", 50n)];
  expect(chooseSource(sources, 4n)?.scope).toBe("seat");
  expect(chooseSource(sources, 5n)?.scope).toBe("team");
  expect(chooseSource(sources, 51n)).toBeNull();
});

test("the best funded is the first of equals, and a seat only when it has more than the others", () => {
  const scopeOf = (...balances: readonly bigint[]) =>
    bestFunded((["seat", "user", "organization"] as const).map((scope, at) => walletOf(scope, balances[at] ?? 0n)))
      ?.scope;
  expect(scopeOf(0n, 0n, 0n)).toBe("user");
  expect(scopeOf(5n, 4n, 5n)).toBe("organization");
  expect(scopeOf(5n, 4n, 4n)).toBe("seat");
  expect(scopeOf(0n, 0n, -1n)).toBe("user");
  expect(bestFunded([])).toBeNull();
});
