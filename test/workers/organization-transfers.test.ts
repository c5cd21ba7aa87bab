import { describe, expect, it } from "vitest";
import { DEFAULT_WALLET_SETTINGS } from "../../src/core/wallet.ts";
import {
  authorizeCommand,
  createOrganization,
  failureOf,
  granted,
  HOLD_NANOS,
  settleCommand,
  transferCommand,
} from "../support/worker-organization.ts";

const TEAM = { walletId: null, teamId: "team_t", userId: null };

function create() {
  return createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] });
}

describe("transfers", () => {
  it("credits, allocates and reclaims, each once per command id", async () => {
    const { stub } = await create();
    const credit = transferCommand({ amountNanos: 1_000n });
    const first = await stub.transfer(credit);
    expect(await stub.transfer(credit)).toEqual(first);
    const reused = await stub.transfer({ ...credit, amountNanos: 1_001n });
    expect(failureOf(reused)).toMatchObject({ kind: "conflict", code: "idempotency_key_reused" });

    const allocated = await stub.transfer(transferCommand({ type: "allocate", target: TEAM, amountNanos: 400n }));
    expect(allocated).toMatchObject({
      wallet: { scope: "team", balanceNanos: 400n, totalAllocatedNanos: 400n },
      organizationWallet: { balanceNanos: 600n, totalAllocatedNanos: 1_000n },
    });
    const reclaimed = await stub.transfer(transferCommand({ type: "reclaim", target: TEAM, amountNanos: 150n }));
    expect(reclaimed).toMatchObject({
      wallet: { balanceNanos: 250n, totalAllocatedNanos: 250n },
      organizationWallet: { balanceNanos: 750n },
    });
  });

  it("moves only what is available", async () => {
    const organization = await create();
    const { stub } = organization;
    await stub.transfer(transferCommand({ amountNanos: 100n }));
    const tooMuch = await stub.transfer(transferCommand({ type: "allocate", target: TEAM, amountNanos: 101n }));
    expect(failureOf(tooMuch)).toMatchObject({ kind: "insufficient_funds", ticket: null, availableNanos: 100n });

    await stub.transfer(transferCommand({ target: TEAM, amountNanos: HOLD_NANOS }));
    granted(await stub.authorize(authorizeCommand(organization, "gateway", { asserted: { teamId: "team_t" } })));
    const held = await stub.transfer(transferCommand({ type: "reclaim", target: TEAM, amountNanos: 1n }));
    expect(failureOf(held)).toMatchObject({ kind: "insufficient_funds", availableNanos: 0n });
  });

  it.each([
    { name: "zero", change: { amountNanos: 0n }, code: "invalid_amount" },
    { name: "a negative amount", change: { amountNanos: -1n }, code: "invalid_amount" },
    { name: "another currency", change: { currency: "EUR" as const }, code: "currency_mismatch" },
    { name: "two owners", change: { target: { walletId: null, teamId: "a", userId: "b" } }, code: "ambiguous_target" },
    {
      name: "an owner that is no id",
      change: { target: { walletId: null, teamId: "a b", userId: null } },
      code: "invalid_id",
    },
    { name: "an allocation to itself", change: { type: "allocate" as const }, code: "invalid_target" },
  ])("refuses $name and posts nothing", async ({ change, code }) => {
    const { stub } = await create();
    const reply = await stub.transfer(transferCommand({ amountNanos: 5n, ...change }));
    expect(failureOf(reply)).toMatchObject({ kind: "invalid_request", code });
    expect((await stub.wallets()).every((wallet) => wallet.balanceNanos === 0n)).toBe(true);
  });

  it("knows no wallet of another organization", async () => {
    const [one, other] = [await create(), await create()];
    const [wallet] = await one.stub.wallets();
    const target = { walletId: wallet?.id ?? "", teamId: null, userId: null };
    expect(failureOf(await other.stub.transfer(transferCommand({ target, amountNanos: 1n }))).kind).toBe("not_found");
    expect(failureOf(await other.stub.transactions(target.walletId, { limit: 1, cursor: null })).kind).toBe(
      "not_found",
    );
  });
});

describe("what people see", () => {
  it("pages transactions newest first, and their amounts sum to the balance", async () => {
    const organization = await create();
    const { stub } = organization;
    for (let made = 0; made < 4; made += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS, note: `credit ${made}` }));
    }
    const { reservationId, wallet } = granted(await stub.authorize(authorizeCommand(organization, "gateway")));
    await stub.settle(settleCommand(reservationId));
    const walletId = wallet?.id ?? "";
    const newest = await stub.transactions(walletId, { limit: 2, cursor: null });
    if (newest.outcome === "refused") throw new Error("no page");
    expect(newest.value.data.map((row) => [row.sequence, row.type, row.amountNanos])).toEqual([
      [5, "settle", -2_000_000n],
      [4, "credit", HOLD_NANOS],
    ]);
    const rest = await stub.transactions(walletId, { limit: 10, cursor: newest.value.nextCursor });
    if (rest.outcome === "refused") throw new Error("no page");
    expect(rest.value).toMatchObject({ nextCursor: null, data: [{ sequence: 3 }, { sequence: 2 }, { sequence: 1 }] });
    const all = [...newest.value.data, ...rest.value.data];
    expect(all.reduce((sum, row) => sum + row.amountNanos, 0n)).toBe(newest.value.data[0]?.balanceAfterNanos);
  });

  it("pages reservations by status", async () => {
    const organization = await create();
    const { stub } = organization;
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 3n }));
    const ids: string[] = [];
    for (let made = 0; made < 3; made += 1) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      ids.push(granted(await stub.authorize(authorizeCommand(organization, "gateway"))).reservationId);
    }
    await stub.settle(settleCommand(ids[1] ?? ""));
    const open = await stub.reservations({ limit: 1, cursor: null, status: "open" });
    expect(open.data.map((row) => row.id)).toEqual([ids[2]]);
    const next = await stub.reservations({ limit: 1, cursor: open.nextCursor, status: "open" });
    expect(next).toMatchObject({ data: [{ id: ids[0] }], nextCursor: null });
  });

  it("shows the cascade and its first source with money", async () => {
    const { stub } = await create();
    await stub.transfer(transferCommand({ target: TEAM, amountNanos: 7n }));
    const balance = await stub.balance({ userId: "someone", teamId: "team_t" });
    expect(balance.sources.map((source) => [source.scope, source.availableNanos, source.status])).toEqual([
      ["user", 0n, "depleted"],
      ["team", 7n, "healthy"],
      ["organization", 0n, "depleted"],
    ]);
    expect(balance.effective.scope).toBe("team");
  });

  it("lets the currency change only while every wallet is empty", async () => {
    const { stub } = await create();
    const euros = { ...DEFAULT_WALLET_SETTINGS, currency: "EUR" as const };
    expect(await stub.checkSettings(euros)).toEqual({ outcome: "found", value: null });
    await stub.transfer(transferCommand({ amountNanos: 1n }));
    expect(failureOf(await stub.checkSettings(euros))).toMatchObject({ kind: "conflict", code: "wallets_not_empty" });
    expect((await stub.checkSettings({ ...DEFAULT_WALLET_SETTINGS, clamp: true })).outcome).toBe("found");
  });
});
