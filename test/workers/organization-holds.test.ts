/** Holding more in mid-stream: reservations with several holds, and every way in which they end. */
import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Renewal } from "../../src/contract/commands.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import {
  authorizeCommand,
  createOrganization,
  factsFor,
  failureOf,
  FREE_MODEL,
  granted,
  HOLD_NANOS,
  releaseCommand,
  settleCommand,
  transferCommand,
  usageOf,
} from "../support/worker-organization.ts";
import type { TestOrganization } from "../support/worker-organization.ts";

const LEASE_MS = 120_000;
/** A hold pays for a thousand input tokens and 140 output tokens of 10,000 nano-units each. */
const TOKEN_NANOS = 10_000n;
const INPUT_NANOS = 1_000_000n;

const IDENTITY = { userId: "ada", teamId: "red" };

afterEach(() => {
  vi.useRealTimers();
});

interface Money {
  readonly user: bigint;
  readonly team: bigint;
  readonly organization: bigint;
}

async function organizationWith(money: Money): Promise<TestOrganization> {
  const organization = await createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] });
  for (const [amountNanos, target] of [
    [money.user, { userId: IDENTITY.userId, teamId: null }],
    [money.team, { userId: null, teamId: IDENTITY.teamId }],
    [money.organization, { userId: null, teamId: null }],
  ] as const) {
    if (amountNanos === 0n) continue;
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await organization.stub.transfer(transferCommand({ amountNanos, target: { walletId: null, ...target } }));
  }
  return organization;
}

async function reserve(organization: TestOrganization): Promise<string> {
  const command = authorizeCommand(organization, "gateway", { asserted: IDENTITY });
  return granted(await organization.stub.authorize(command)).reservationId;
}

async function extend(
  { stub }: TestOrganization,
  reservationId: string,
  holdForOutputTokens: number,
  usedTokens = 120,
): Promise<Renewal> {
  const reply = await stub.checkpoint({ reservationId, usage: usageOf(1_000, usedTokens), holdForOutputTokens });
  if (reply.outcome === "refused") throw new Error(`refused: ${reply.failure.kind}`);
  return reply;
}

/** In the order of the cascade: user, team, organization. */
async function cascadeOf({ stub }: TestOrganization) {
  const { sources } = await stub.balance(IDENTITY);
  return {
    balance: sources.map((source) => source.balanceNanos),
    held: sources.map((source) => source.heldNanos),
    available: sources.map((source) => source.availableNanos),
  };
}

/** 200 output tokens are 600,000 more than the hold: the user has 100,000 of it, the team 200,000, the organization the rest. */
const MONEY: Money = { user: HOLD_NANOS + 100_000n, team: 200_000n, organization: 1_000_000n };
const EXTENDED = { held: [HOLD_NANOS + 100_000n, 200_000n, 300_000n], heldNanos: 3_000_000n };

async function extended(): Promise<{ organization: TestOrganization; reservationId: string }> {
  const organization = await organizationWith(MONEY);
  const reservationId = await reserve(organization);
  await extend(organization, reservationId, 200);
  return { organization, reservationId };
}

describe("a checkpoint that asks for more", () => {
  it("holds from the same wallet first, then up the cascade", async () => {
    const organization = await organizationWith(MONEY);
    const reservationId = await reserve(organization);
    expect(await extend(organization, reservationId, 140)).toMatchObject({
      heldNanos: HOLD_NANOS,
      coveredOutputTokens: 140,
    });
    expect(await extend(organization, reservationId, 200)).toMatchObject({
      heldNanos: EXTENDED.heldNanos,
      coveredOutputTokens: 200,
      currency: "USD",
    });
    expect((await cascadeOf(organization)).held).toEqual(EXTENDED.held);
    expect(await auditLedger(organization)).toEqual(SOUND);
    const { data } = await organization.stub.reservations({ limit: 1, cursor: null, status: "open" });
    expect(data[0]?.heldNanos).toBe(EXTENDED.heldNanos);
    expect(data[0]?.holds.map(({ amountNanos }) => amountNanos)).toEqual(EXTENDED.held);
  });

  it("holds nothing twice: repeats and lower targets change nothing, also after an eviction", async () => {
    const { organization, reservationId } = await extended();
    const first = await extend(organization, reservationId, 200);
    await evictDurableObject(organization.stub);
    expect(await extend(organization, reservationId, 200)).toMatchObject({ heldNanos: first.heldNanos });
    expect(await extend(organization, reservationId, 150)).toMatchObject({ heldNanos: first.heldNanos });
    const parallel = await Promise.all(Array.from({ length: 5 }, () => extend(organization, reservationId, 200)));
    expect(new Set(parallel.map(({ heldNanos }) => heldNanos))).toEqual(new Set([EXTENDED.heldNanos]));
    expect((await cascadeOf(organization)).held).toEqual(EXTENDED.held);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("goes on from where it was, wallet by wallet", async () => {
    const { organization, reservationId } = await extended();
    expect(await extend(organization, reservationId, 220)).toMatchObject({ heldNanos: 3_200_000n });
    expect((await cascadeOf(organization)).held).toEqual([HOLD_NANOS + 100_000n, 200_000n, 500_000n]);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("takes what is left when that is less, and says how far it reaches", async () => {
    const { organization, reservationId } = await extended();
    expect(await extend(organization, reservationId, 1_000)).toMatchObject({
      heldNanos: 3_700_000n,
      coveredOutputTokens: 270,
    });
    expect((await cascadeOf(organization)).available).toEqual([0n, 0n, 0n]);
    expect(failureOf(await organization.stub.authorize(authorizeCommand(organization, "gateway"))).kind).toBe(
      "insufficient_funds",
    );
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("never reaches what another request holds", async () => {
    const organization = await organizationWith({ user: HOLD_NANOS * 2n + 50_000n, team: 0n, organization: 0n });
    const [one, other] = [await reserve(organization), await reserve(organization)];
    expect(await extend(organization, one, 10_000)).toMatchObject({ heldNanos: HOLD_NANOS + 50_000n });
    expect(await extend(organization, other, 10_000)).toMatchObject({ heldNanos: HOLD_NANOS });
    const end = await organization.stub.settle(settleCommand(other, { usage: usageOf(1_000, 140) }));
    expect(end).toMatchObject({ settledNanos: HOLD_NANOS, flags: [] });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("shares the last money between racing streams without overspending it", async () => {
    const organization = await organizationWith({ user: 0n, team: 0n, organization: HOLD_NANOS * 8n + 1_234_567n });
    const reservationIds = await Promise.all(Array.from({ length: 8 }, () => reserve(organization)));
    const replies = await Promise.all(
      [150, 200, 400].flatMap((target) => reservationIds.map((id) => extend(organization, id, target))),
    );
    expect(replies.every(({ heldNanos }) => heldNanos >= HOLD_NANOS)).toBe(true);
    expect(await cascadeOf(organization)).toEqual({
      balance: [0n, 0n, HOLD_NANOS * 8n + 1_234_567n],
      held: [0n, 0n, HOLD_NANOS * 8n + 1_234_567n],
      available: [0n, 0n, 0n],
    });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("bounds what it grants", async () => {
    const organization = await organizationWith({ user: 0n, team: 0n, organization: 10n ** 15n });
    const reservationId = await reserve(organization);
    const { coveredOutputTokens } = await extend(organization, reservationId, 10 ** 9);
    expect(coveredOutputTokens).toBe(120 + 131_072);
  });

  it("holds nothing for a model that costs nothing, or without knowing what was used", async () => {
    const organization = await organizationWith(MONEY);
    const { stub } = organization;
    const facts = factsFor({ model: FREE_MODEL });
    const free = granted(await stub.authorize(authorizeCommand(organization, "gateway", { facts })));
    const usage = usageOf(1_000, 120, { passes: usageOf(1_000, 120).passes.map((pass) => ({ ...pass, model: null })) });
    const reply = await stub.checkpoint({ reservationId: free.reservationId, usage, holdForOutputTokens: 5_000 });
    expect(reply).toMatchObject({ outcome: "renewed", heldNanos: 0n, coveredOutputTokens: null });
    const reservationId = await reserve(organization);
    expect(await stub.checkpoint({ reservationId, usage: null, holdForOutputTokens: 5_000 })).toMatchObject({
      heldNanos: HOLD_NANOS,
      coveredOutputTokens: null,
    });
  });

  it("leaves the first answer to a repeated authorize as it was", async () => {
    const organization = await organizationWith(MONEY);
    const command = authorizeCommand(organization, "gateway", { asserted: IDENTITY });
    const first = await organization.stub.authorize(command);
    await extend(organization, command.reservationId, 200);
    await evictDurableObject(organization.stub);
    expect(await organization.stub.authorize(command)).toEqual(first);
  });
});

describe("the end of a reservation with several holds", () => {
  it.each([
    { name: "within the first hold", output: 50, paid: [1_500_000n, 0n, 0n], flags: [] },
    { name: "within the second", output: 160, paid: [2_500_000n, 100_000n, 0n], flags: [] },
    { name: "to the last nano-unit", output: 200, paid: [2_500_000n, 200_000n, 300_000n], flags: [] },
    { name: "beyond, with money left", output: 250, paid: [2_500_000n, 200_000n, 800_000n], flags: ["overrun"] },
    {
      name: "beyond all money",
      output: 300,
      paid: [2_500_000n, 200_000n, 1_300_000n],
      flags: ["overrun", "overdraft"],
    },
  ])("settles $name", async ({ output, paid, flags }) => {
    const { organization, reservationId } = await extended();
    await evictDurableObject(organization.stub);
    const settledNanos = INPUT_NANOS + BigInt(output) * TOKEN_NANOS;
    const command = settleCommand(reservationId, { usage: usageOf(1_000, output) });
    const end = await organization.stub.settle(command);
    expect(end).toMatchObject({
      outcome: "ended",
      settledNanos,
      releasedNanos: settledNanos < EXTENDED.heldNanos ? EXTENDED.heldNanos - settledNanos : 0n,
      flags,
    });
    expect(await organization.stub.settle(command)).toEqual(end);
    const { balance, held } = await cascadeOf(organization);
    expect(held).toEqual([0n, 0n, 0n]);
    const before = [MONEY.user, MONEY.team, MONEY.organization];
    expect(balance).toEqual(before.map((nanos, index) => nanos - (paid[index] ?? 0n)));
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("releases each wallet's own", async () => {
    const { organization, reservationId } = await extended();
    expect(await organization.stub.settle(releaseCommand(reservationId))).toMatchObject({
      status: "released",
      releasedNanos: EXTENDED.heldNanos,
    });
    expect(await cascadeOf(organization)).toMatchObject({
      balance: [MONEY.user, MONEY.team, MONEY.organization],
      held: [0n, 0n, 0n],
    });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it.each([
    { name: "cheaper", output: 130, paid: [2_300_000n, 0n, 0n] },
    { name: "dearer", output: 210, paid: [2_500_000n, 200_000n, 400_000n] },
  ])("expires at its checkpoint, and corrects that by a $name late settlement", async ({ output, paid }) => {
    const { organization, reservationId } = await extended();
    await extend(organization, reservationId, 200, 180);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS + 1_000 });
    const before = [MONEY.user, MONEY.team, MONEY.organization];
    const expired = await cascadeOf(organization);
    expect(expired).toMatchObject({
      balance: before.map((nanos, index) => nanos - ([2_500_000n, 200_000n, 100_000n][index] ?? 0n)),
      held: [0n, 0n, 0n],
    });
    expect(await auditLedger(organization)).toEqual(SOUND);
    const again = await organization.stub.checkpoint({
      reservationId,
      usage: usageOf(1_000, 190),
      holdForOutputTokens: 400,
    });
    expect(failureOf(again).kind).toBe("conflict");
    const late = settleCommand(reservationId, { usage: usageOf(1_000, output) });
    expect(await organization.stub.settle(late)).toMatchObject({
      settledNanos: INPUT_NANOS + BigInt(output) * TOKEN_NANOS,
    });
    expect(await cascadeOf(organization)).toMatchObject({
      balance: before.map((nanos, index) => nanos - (paid[index] ?? 0n)),
      held: [0n, 0n, 0n],
    });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });
});
