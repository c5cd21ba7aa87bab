import { describe, expect, it } from "vitest";
import { planRefund, planSettlement } from "../../src/core/settlement.ts";
import { decideEnd, decideStart } from "../../src/core/reservation.ts";

/** What a wallet has available beside its hold is `available - held`. */
const source = (walletId: string) => (availableNanos: bigint, heldNanos: bigint) => ({
  walletId,
  heldNanos,
  availableNanos,
});
const user = source("user");
const team = source("team");
const organization = source("organization");

describe("planSettlement", () => {
  it("takes a cost within the hold from the holder", () => {
    expect(planSettlement(7n, [user(10n, 10n), organization(99n, 0n)])).toEqual({
      debits: [{ walletId: "user", amountNanos: 7n }],
      overrun: false,
      overdraftNanos: 0n,
    });
  });

  it("takes an excess from the same wallet first", () => {
    expect(planSettlement(12n, [user(15n, 10n), organization(99n, 0n)])).toEqual({
      debits: [{ walletId: "user", amountNanos: 12n }],
      overrun: true,
      overdraftNanos: 0n,
    });
  });

  it("goes up the cascade and passes over wallets in debt", () => {
    expect(planSettlement(30n, [user(12n, 10n), team(-5n, 0n), organization(40n, 0n)]).debits).toEqual([
      { walletId: "user", amountNanos: 12n },
      { walletId: "organization", amountNanos: 18n },
    ]);
  });

  it("overdraws the organization's wallet with what nobody can pay", () => {
    expect(planSettlement(30n, [user(10n, 10n), team(3n, 0n), organization(4n, 0n)])).toEqual({
      debits: [
        { walletId: "user", amountNanos: 10n },
        { walletId: "team", amountNanos: 3n },
        { walletId: "organization", amountNanos: 17n },
      ],
      overrun: true,
      overdraftNanos: 13n,
    });
    expect(planSettlement(5n, [organization(-1n, 0n)])).toEqual({
      debits: [{ walletId: "organization", amountNanos: 5n }],
      overrun: true,
      overdraftNanos: 5n,
    });
  });

  it("takes the held part from the holder also when other debts have used up what was available", () => {
    expect(planSettlement(10n, [organization(-20n, 10n)]).overdraftNanos).toBe(0n);
  });

  it.each([
    { costNanos: 8n, debits: { user: 8n } },
    { costNanos: 14n, debits: { user: 10n, team: 4n } },
    { costNanos: 18n, debits: { user: 10n, team: 6n, organization: 2n } },
    { costNanos: 25n, debits: { user: 12n, team: 7n, organization: 6n } },
    { costNanos: 40n, debits: { user: 12n, team: 7n, organization: 21n }, overdraftNanos: 1n },
  ])("uses several holds up in their order before anything else: $costNanos", (expected) => {
    const { costNanos, debits, overdraftNanos = 0n } = expected;
    const plan = planSettlement(costNanos, [user(12n, 10n), team(7n, 6n), organization(20n, 2n)]);
    expect(Object.fromEntries(plan.debits.map(({ walletId, amountNanos }) => [walletId, amountNanos]))).toEqual(debits);
    expect(plan).toMatchObject({ overrun: costNanos > 18n, overdraftNanos });
  });

  it("moves nothing for nothing", () => {
    expect(planSettlement(0n, [user(10n, 10n)])).toEqual({ debits: [], overrun: false, overdraftNanos: 0n });
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
