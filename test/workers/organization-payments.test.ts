/** Payments at the ledger: credited once, returned, suspended while disputed. */
import { describe, expect, it } from "vitest";
import type { DisputeCommand, RefundCommand, TopUpCommand } from "../../src/contract/organization-rpc.ts";
import { DEFAULT_WALLET_SETTINGS } from "../../src/core/wallet.ts";
import { delivered } from "../support/worker-main.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import {
  authorizeCommand,
  createOrganization,
  failureOf,
  granted,
  HOLD_NANOS,
  nextId,
  settleCommand,
  transferCommand,
  type TestOrganization,
} from "../support/worker-organization.ts";

const TEAM = { scope: "team", ownerId: "team_t" } as const;
const IN_TEAM = { asserted: { teamId: "team_t" } };

function create(): Promise<TestOrganization> {
  return createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] });
}

function topUpCommand(rest: Partial<TopUpCommand> = {}): TopUpCommand {
  const base = { amountNanos: HOLD_NANOS, currency: "USD", actor: "key_payer", note: "by sandbox" } as const;
  return { sessionId: nextId("pay"), owner: TEAM, ...base, ...rest };
}

function refundCommand(sessionId: string, amountNanos: bigint): RefundCommand {
  return { refundId: nextId("rfd"), sessionId, amountNanos, actor: "platform_admin", note: "asked for" };
}

function disputeCommand(sessionId: string, news: DisputeCommand["news"], rest: Partial<DisputeCommand> = {}) {
  const base = { disputeId: "dsp_1", amountNanos: HOLD_NANOS, actor: "sandbox", note: "dispute" };
  return { sessionId, news, ...base, ...rest };
}

async function teamWallet({ stub }: TestOrganization) {
  const wallets = await stub.wallets();
  const found = wallets.find(({ scope }) => scope === "team");
  if (found === undefined) throw new Error("the team has no wallet");
  return found;
}

const tell = async (organization: TestOrganization) => {
  await expect.poll(async () => (await organization.stub.books()).unshippedMessages, { timeout: 10_000 }).toBe(0);
  const own = delivered.flatMap(({ notification }) => (notification === undefined ? [] : [notification]));
  return own.filter((one) => one.organization_id === organization.id).map(({ type }) => type);
};

describe("a top-up", () => {
  it("is credited once however often and at the same time it is asked for", async () => {
    const organization = await create();
    const command = topUpCommand();
    const replies = await Promise.all(Array.from({ length: 5 }, () => organization.stub.topUp(command)));
    for (const reply of replies) expect(reply).toEqual(replies[0]);
    expect(await teamWallet(organization)).toMatchObject({ balanceNanos: HOLD_NANOS, totalAllocatedNanos: HOLD_NANOS });
    const other = await organization.stub.topUp({ ...command, amountNanos: 1n });
    expect(failureOf(other)).toMatchObject({ kind: "conflict", code: "payment_conflict" });
    expect(await tell(organization)).toEqual(["top_up.completed"]);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it.each([
    { name: "another currency", change: { currency: "EUR" as const }, code: "currency_mismatch" },
    { name: "nothing", change: { amountNanos: 0n }, code: "invalid_amount" },
    {
      name: "an owner that is no id",
      change: { owner: { scope: "team", ownerId: "a b" } as const },
      code: "invalid_id",
    },
  ])("of $name is refused, and can be asked for again", async ({ change, code }) => {
    const { stub } = await create();
    const command = topUpCommand();
    expect(failureOf(await stub.topUp({ ...command, ...change }))).toMatchObject({ code });
    expect(await stub.topUp(command)).toMatchObject({ outcome: "posted", creditedNanos: HOLD_NANOS });
  });
});

describe("a refund", () => {
  it("of spent money leaves the wallet below zero, and blocks new holds of that wallet alone", async () => {
    const organization = await create();
    const { stub } = organization;
    const command = topUpCommand({ amountNanos: 2n * HOLD_NANOS });
    await stub.topUp(command);
    const spent = granted(await stub.authorize(authorizeCommand(organization, "gateway", IN_TEAM)));
    const running = granted(await stub.authorize(authorizeCommand(organization, "gateway", IN_TEAM)));
    await stub.settle(settleCommand(spent.reservationId));
    const refund = refundCommand(command.sessionId, 2n * HOLD_NANOS);
    const first = await stub.refundPayment(refund);
    expect(first).toMatchObject({ outcome: "posted", returnedNanos: 2n * HOLD_NANOS });
    expect((await teamWallet(organization)).balanceNanos).toBeLessThan(0n);
    const refused = await stub.authorize(authorizeCommand(organization, "gateway", IN_TEAM));
    expect(failureOf(refused)).toMatchObject({ kind: "insufficient_funds" });

    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS }));
    const cascaded = granted(await stub.authorize(authorizeCommand(organization, "gateway", IN_TEAM)));
    expect(cascaded.wallet?.scope).toBe("organization");
    // What was held before still settles, and the wallet owes it.
    const before = (await teamWallet(organization)).balanceNanos;
    await stub.settle(settleCommand(running.reservationId));
    expect((await teamWallet(organization)).balanceNanos).toBeLessThan(before);
    expect(await stub.refundPayment(refund)).toMatchObject({
      entryId: first.outcome === "posted" ? first.entryId : "",
    });
    expect(await tell(organization)).toContain("payment.refunded");
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("comes in parts, each once, and never beyond what was paid", async () => {
    const organization = await create();
    const { stub } = organization;
    const { sessionId } = topUpCommand();
    await stub.topUp(topUpCommand({ sessionId, amountNanos: 100n }));
    const part = refundCommand(sessionId, 60n);
    await Promise.all([1, 2, 3].map(() => stub.refundPayment(part)));
    const tooMuch = await stub.refundPayment(refundCommand(sessionId, 41n));
    expect(failureOf(tooMuch)).toMatchObject({ kind: "conflict", code: "refund_too_large" });
    expect(failureOf(await stub.refundPayment({ ...part, amountNanos: 1n }))).toMatchObject({
      code: "payment_conflict",
    });
    expect(await stub.refundPayment(refundCommand(sessionId, 40n))).toMatchObject({ returnedNanos: 100n });
    expect(await teamWallet(organization)).toMatchObject({ balanceNanos: 0n, totalAllocatedNanos: 0n });
    expect(failureOf(await stub.refundPayment(refundCommand("pay_unknown", 1n)))).toMatchObject({ kind: "not_found" });
  });
});

describe("a dispute", () => {
  it("keeps the money from holds until it is won", async () => {
    const organization = await create();
    const { stub } = organization;
    const command = topUpCommand();
    await stub.topUp(command);
    await stub.disputePayment(disputeCommand(command.sessionId, "opened"));
    await stub.disputePayment(disputeCommand(command.sessionId, "opened"));
    expect(await teamWallet(organization)).toMatchObject({ balanceNanos: 0n });
    const refused = await stub.authorize(authorizeCommand(organization, "gateway", IN_TEAM));
    expect(failureOf(refused)).toMatchObject({ kind: "insufficient_funds" });
    expect(failureOf(await stub.refundPayment(refundCommand(command.sessionId, 1n)))).toMatchObject({
      code: "refund_too_large",
    });
    const won = await stub.disputePayment(disputeCommand(command.sessionId, "won"));
    expect(won).toMatchObject({ suspendedNanos: 0n, returnedNanos: 0n });
    granted(await stub.authorize(authorizeCommand(organization, "gateway", IN_TEAM)));
    expect(await tell(organization)).toEqual([
      "top_up.completed",
      "wallet.low_balance",
      "wallet.depleted",
      "payment.disputed",
      "payment.disputed",
    ]);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it.each([
    { order: ["opened", "lost"], balance: 0n, returned: HOLD_NANOS },
    { order: ["lost", "opened"], balance: 0n, returned: HOLD_NANOS },
    { order: ["won", "opened"], balance: HOLD_NANOS, returned: 0n },
    { order: ["opened", "won", "lost"], balance: HOLD_NANOS, returned: 0n },
    { order: ["opened", "lost", "won", "opened"], balance: 0n, returned: HOLD_NANOS },
  ] as const)("$order ends as its first end says", async ({ order, balance, returned }) => {
    const organization = await create();
    const command = topUpCommand();
    await organization.stub.topUp(command);
    for (const news of order) await organization.stub.disputePayment(disputeCommand(command.sessionId, news));
    expect(await teamWallet(organization)).toMatchObject({ balanceNanos: balance });
    const again = await organization.stub.disputePayment(disputeCommand(command.sessionId, "opened"));
    expect(again).toMatchObject({ returnedNanos: returned, suspendedNanos: 0n });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("suspends what was not refunded before", async () => {
    const organization = await create();
    const command = topUpCommand({ amountNanos: 100n });
    await organization.stub.topUp(command);
    await organization.stub.refundPayment(refundCommand(command.sessionId, 70n));
    const opened = await organization.stub.disputePayment(
      disputeCommand(command.sessionId, "opened", { amountNanos: 100n }),
    );
    expect(opened).toMatchObject({ suspendedNanos: 30n, returnedNanos: 70n });
    expect(await teamWallet(organization)).toMatchObject({ balanceNanos: 0n });
  });
});

it("a ticket says what it waits for while it is good", async () => {
  const organization = await create();
  const { stub } = organization;
  const refused = failureOf(await stub.authorize(authorizeCommand(organization, "gateway", IN_TEAM)));
  if (refused.kind !== "insufficient_funds" || refused.ticket === null) throw new Error(refused.kind);
  const funding = await stub.ticketFunding(refused.ticket.id);
  expect(funding).toMatchObject({
    value: { holdNanos: HOLD_NANOS, sources: [{ scope: "team", availableNanos: 0n }, { scope: "organization" }] },
  });
  await stub.topUp(topUpCommand());
  granted(await stub.authorize(authorizeCommand(organization, "gateway", { ...IN_TEAM, ticketId: refused.ticket.id })));
  expect(failureOf(await stub.ticketFunding(refused.ticket.id))).toMatchObject({ kind: "not_found" });
  expect(failureOf(await stub.ticketFunding("ctk_unknown"))).toMatchObject({ kind: "not_found" });
});

describe("a payment of an owner who was removed", () => {
  it("is credited to the organization, and what goes back of it comes from there", async () => {
    const organization = await create();
    const { stub } = organization;
    const before = topUpCommand();
    await stub.topUp(before);
    expect(await stub.closeWallet({ owner: TEAM, reclaim: true, actor: "key_admin" })).toMatchObject({
      outcome: "closed",
    });
    const after = topUpCommand();
    expect(await stub.topUp(after)).toMatchObject({ outcome: "posted", wallet: { scope: "organization" } });
    expect(await stub.topUp(after)).toMatchObject({ outcome: "posted", wallet: { scope: "organization" } });
    const refunded = await stub.refundPayment(refundCommand(before.sessionId, HOLD_NANOS));
    expect(refunded).toMatchObject({
      outcome: "posted",
      wallet: { scope: "organization", balanceNanos: HOLD_NANOS },
    });
    expect(await stub.disputePayment(disputeCommand(after.sessionId, "opened"))).toMatchObject({
      outcome: "posted",
      wallet: { scope: "organization", balanceNanos: 0n },
    });
    expect((await stub.wallets()).some(({ scope }) => scope === "team")).toBe(false);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });
});

it("what a removed owner's wallet owes is the organization's to pay", async () => {
  const organization = await create();
  const { stub } = organization;
  const command = topUpCommand();
  await stub.topUp(command);
  const spent = granted(await stub.authorize(authorizeCommand(organization, "gateway", IN_TEAM)));
  await stub.settle(settleCommand(spent.reservationId));
  await stub.refundPayment(refundCommand(command.sessionId, HOLD_NANOS));
  const { balanceNanos } = await teamWallet(organization);
  expect(balanceNanos).toBeLessThan(0n);
  const asked = await stub.closeWallet({ owner: TEAM, reclaim: false, actor: "key_admin" });
  expect(failureOf(asked)).toMatchObject({ kind: "conflict", code: "wallet_not_empty" });
  await stub.closeWallet({ owner: TEAM, reclaim: true, actor: "key_admin" });
  expect((await stub.balance({ userId: null, teamId: null })).sources).toMatchObject([
    { scope: "organization", balanceNanos },
  ]);
  expect(await auditLedger(organization)).toEqual(SOUND);
});

it("the currency stays while a payment can go back to its payer", async () => {
  const { stub } = await create();
  const command = topUpCommand({ amountNanos: 100n });
  await stub.topUp(command);
  await stub.disputePayment(disputeCommand(command.sessionId, "opened"));
  const change = () => stub.checkSettings({ ...DEFAULT_WALLET_SETTINGS, currency: "JPY" });
  expect(failureOf(await change())).toMatchObject({ kind: "conflict", code: "payments_returnable" });
  await stub.disputePayment(disputeCommand(command.sessionId, "lost"));
  expect(await change()).toMatchObject({ outcome: "found" });
});
