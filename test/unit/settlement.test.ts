import { describe, expect, it } from "vitest";
import { planRefund, planSettlement } from "../../src/core/settlement.ts";
import { decideEnd, decideStart } from "../../src/core/reservation.ts";

const user = (availableNanos: bigint) => ({ walletId: "user", availableNanos });
const team = (availableNanos: bigint) => ({ walletId: "team", availableNanos });
const organization = (availableNanos: bigint) => ({ walletId: "organization", availableNanos });

describe("planSettlement", () => {
  it("takes a cost within the hold from the holder", () => {
    expect(planSettlement(7n, 10n, [user(10n), organization(99n)])).toEqual({
      debits: [{ walletId: "user", amountNanos: 7n }],
      overrun: false,
      overdraftNanos: 0n,
    });
  });

  it("takes an excess from the same wallet first", () => {
    expect(planSettlement(12n, 10n, [user(15n), organization(99n)])).toEqual({
      debits: [{ walletId: "user", amountNanos: 12n }],
      overrun: true,
      overdraftNanos: 0n,
    });
  });

  it("goes up the cascade and passes over wallets in debt", () => {
    expect(planSettlement(30n, 10n, [user(12n), team(-5n), organization(40n)]).debits).toEqual([
      { walletId: "user", amountNanos: 12n },
      { walletId: "organization", amountNanos: 18n },
    ]);
  });

  it("overdraws the organization's wallet with what nobody can pay", () => {
    expect(planSettlement(30n, 10n, [user(10n), team(3n), organization(4n)])).toEqual({
      debits: [
        { walletId: "user", amountNanos: 10n },
        { walletId: "team", amountNanos: 3n },
        { walletId: "organization", amountNanos: 17n },
      ],
      overrun: true,
      overdraftNanos: 13n,
    });
    expect(planSettlement(5n, 0n, [organization(-1n)])).toEqual({
      debits: [{ walletId: "organization", amountNanos: 5n }],
      overrun: true,
      overdraftNanos: 5n,
    });
  });

  it("takes the held part from the holder also when other debts have used up what was available", () => {
    expect(planSettlement(10n, 10n, [organization(-20n)]).overdraftNanos).toBe(0n);
  });

  it("moves nothing for nothing", () => {
    expect(planSettlement(0n, 10n, [user(10n)])).toEqual({ debits: [], overrun: false, overdraftNanos: 0n });
  });
});

describe("planRefund", () => {
  it("gives back to the last resort first", () => {
    const paid = [
      { walletId: "user", amountNanos: 10n },
      { walletId: "organization", amountNanos: 5n },
    ];
    expect(planRefund(paid, 7n)).toEqual([
      { walletId: "organization", amountNanos: -5n },
      { walletId: "user", amountNanos: -2n },
    ]);
    expect(() => planRefund(paid, 16n)).toThrow("more to give back");
  });
});

describe("reservation", () => {
  const open = { status: "open", startSha256: "a", endSha256: null } as const;

  it("starts once, repeats and conflicts", () => {
    expect(decideStart(null, "a")).toBe("start");
    expect(decideStart(open, "a")).toBe("repeat");
    expect(decideStart(open, "b")).toBe("conflict");
  });

  it("ends once, and once more after an expiry", () => {
    expect(decideEnd(open, "x")).toBe("end");
    expect(decideEnd({ ...open, status: "expired" }, "x")).toBe("end_late");
    expect(decideEnd({ ...open, status: "settled", endSha256: "x" }, "x")).toBe("repeat");
    expect(decideEnd({ ...open, status: "settled", endSha256: "x" }, "y")).toBe("conflict");
    expect(decideEnd({ ...open, status: "released", endSha256: "x" }, "y")).toBe("conflict");
  });
});
