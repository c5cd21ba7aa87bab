/** The end of a lease, by whichever comes first: the alarm, a command, or a settlement that races them. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { SettleReply } from "../../src/contract/commands.ts";
import { auditLedger, SOUND, usageTotalNanos } from "../support/worker-audit.ts";
import {
  authorizeCommand,
  createOrganization,
  failureOf,
  granted,
  HOLD_NANOS,
  releaseCommand,
  settleCommand,
  transferCommand,
  usageOf,
} from "../support/worker-organization.ts";
import type { TestOrganization } from "../support/worker-organization.ts";

const LEASE_MS = 120_000;
const CHECKPOINT_NANOS = 1_100_000n;

afterEach(() => {
  vi.useRealTimers();
});

/** Money for one request, which is under way and has used what `CHECKPOINT_NANOS` pays for. */
async function streaming(
  checkpoint: boolean,
): Promise<{ readonly organization: TestOrganization; readonly reservationId: string }> {
  const organization = await createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] });
  const { stub } = organization;
  await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS }));
  const { reservationId } = granted(await stub.authorize(authorizeCommand(organization, "gateway")));
  if (checkpoint) await stub.checkpoint({ reservationId, usage: usageOf(1_000, 10) });
  return { organization, reservationId };
}

function endLease(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS });
}

/** As stored, without a command that would end what is due. */
async function storedWallet({ stub }: TestOrganization) {
  return runInDurableObject(stub, (_instance, { storage }) =>
    storage.sql
      .exec<{ balance_nanos: number; held_nanos: number }>("SELECT balance_nanos, held_nanos FROM wallet")
      .one(),
  );
}

async function statusOf({ stub }: TestOrganization): Promise<string | undefined> {
  const { data } = await stub.reservations({ limit: 1, cursor: null, status: null });
  return data[0]?.status;
}

const ENDS = [
  { name: "dearer than the checkpoint", command: { usage: usageOf(1_000, 100) }, settledNanos: 2_000_000n },
  { name: "cheaper than the checkpoint", command: { usage: usageOf(1_000, 5) }, settledNanos: 1_050_000n },
  { name: "as dear as the checkpoint", command: { usage: usageOf(1_000, 10) }, settledNanos: CHECKPOINT_NANOS },
  { name: "dearer than all money", command: { usage: usageOf(1_000, 500) }, settledNanos: 6_000_000n },
] as const;

type Order = (organization: TestOrganization, settle: () => Promise<SettleReply>) => Promise<SettleReply>;

const ORDERS: readonly { readonly name: string; readonly run: Order }[] = [
  {
    name: "after the alarm",
    run: async ({ stub }, settle) => {
      expect(await runDurableObjectAlarm(stub)).toBe(true);
      return settle();
    },
  },
  {
    name: "before the alarm",
    run: async ({ stub }, settle) => {
      const end = await settle();
      await runDurableObjectAlarm(stub);
      return end;
    },
  },
  {
    name: "together with the alarm",
    run: async ({ stub }, settle) => {
      const [end] = await Promise.all([settle(), runDurableObjectAlarm(stub)]);
      return end;
    },
  },
  {
    name: "behind the alarm, in the same moment",
    run: async ({ stub }, settle) => {
      const [, end] = await Promise.all([runDurableObjectAlarm(stub), settle()]);
      return end;
    },
  },
  {
    name: "in several attempts, with alarms between",
    run: async ({ stub }, settle) => {
      const all = await Promise.all([settle(), runDurableObjectAlarm(stub), settle(), settle()]);
      const ends = [all[0], all[2], all[3]];
      expect(new Set(ends.map((end) => JSON.stringify(end, bigintText))).size).toBe(1);
      return all[0];
    },
  },
];

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

describe.each(ORDERS)("a settlement $name, when the lease is over", ({ run }) => {
  it.each(ENDS)("costs the same: $name", async ({ command, settledNanos }) => {
    const { organization, reservationId } = await streaming(true);
    endLease();
    const end = await run(organization, () => organization.stub.settle(settleCommand(reservationId, command)));
    expect(end).toMatchObject({ outcome: "ended", status: "settled", settledNanos });
    expect(end.outcome === "ended" ? end.flags : []).toContain("late");
    expect(await usageTotalNanos(organization)).toBe(settledNanos);
    const { sources } = await organization.stub.balance({ userId: null, teamId: null });
    expect(sources[0]).toMatchObject({ balanceNanos: HOLD_NANOS - settledNanos, heldNanos: 0n });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("may be a release, which gives the checkpoint's cost back", async () => {
    const { organization, reservationId } = await streaming(true);
    endLease();
    const end = await run(organization, () => organization.stub.settle(releaseCommand(reservationId)));
    expect(end).toMatchObject({ outcome: "ended", status: "released", settledNanos: 0n });
    expect(await usageTotalNanos(organization)).toBe(0n);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });
});

describe("a settlement in time", () => {
  it("is not late, whenever the alarm comes", async () => {
    const { organization, reservationId } = await streaming(true);
    const [end] = await Promise.all([
      organization.stub.settle(settleCommand(reservationId)),
      runDurableObjectAlarm(organization.stub),
    ]);
    expect(end).toMatchObject({ status: "settled", settledNanos: 2_000_000n, flags: [] });
    endLease();
    await runDurableObjectAlarm(organization.stub);
    expect(await statusOf(organization)).toBe("settled");
    expect(await usageTotalNanos(organization)).toBe(2_000_000n);
  });
});

describe("the alarm", () => {
  it.each([
    { name: "settles at the last checkpoint", checkpoint: true, chargedNanos: CHECKPOINT_NANOS },
    { name: "frees what never was sent", checkpoint: false, chargedNanos: 0n },
  ])("$name, once, however often it comes", async ({ checkpoint, chargedNanos }) => {
    const { organization } = await streaming(checkpoint);
    endLease();
    for (let time = 0; time < 3; time += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await runDurableObjectAlarm(organization.stub);
      // oxlint-disable-next-line no-await-in-loop -- each time
      expect(await storedWallet(organization)).toEqual({
        balance_nanos: Number(HOLD_NANOS - chargedNanos),
        held_nanos: 0,
      });
    }
    expect(await statusOf(organization)).toBe("expired");
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("leaves a lease alone that was renewed meanwhile, and comes again at its end", async () => {
    const { organization, reservationId } = await streaming(true);
    const { stub } = organization;
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS - 1_000 });
    await stub.checkpoint({ reservationId, usage: usageOf(1_000, 20) });
    vi.setSystemTime(Date.now() + 1_000);
    await runDurableObjectAlarm(stub);
    expect(await storedWallet(organization)).toMatchObject({ held_nanos: Number(HOLD_NANOS) });
    expect(await runInDurableObject(stub, (_instance, { storage }) => storage.getAlarm())).not.toBeNull();
    vi.setSystemTime(Date.now() + LEASE_MS);
    await runDurableObjectAlarm(stub);
    expect(await storedWallet(organization)).toEqual({ balance_nanos: Number(HOLD_NANOS) - 1_200_000, held_nanos: 0 });
  });
});

describe("without the alarm", () => {
  it.each([
    {
      name: "balance",
      read: async ({ stub }: TestOrganization) => (await stub.balance({ userId: null, teamId: null })).sources[0],
    },
    { name: "wallets", read: async ({ stub }: TestOrganization) => (await stub.wallets())[0] },
  ])("$name shows no hold that is over", async ({ read }) => {
    const { organization } = await streaming(true);
    await runInDurableObject(organization.stub, (_instance, { storage }) => storage.deleteAlarm());
    expect(await read(organization)).toMatchObject({ heldNanos: HOLD_NANOS });
    endLease();
    expect(await read(organization)).toMatchObject({
      balanceNanos: HOLD_NANOS - CHECKPOINT_NANOS,
      heldNanos: 0n,
      availableNanos: HOLD_NANOS - CHECKPOINT_NANOS,
    });
  });

  it("transactions and reservations show the end", async () => {
    const { organization } = await streaming(true);
    const { stub } = organization;
    endLease();
    const [wallet] = await stub.wallets();
    const found = await stub.transactions(wallet?.id ?? "", { limit: 10, cursor: null });
    expect(found.outcome === "found" ? found.value.data[0] : null).toMatchObject({ amountNanos: -CHECKPOINT_NANOS });
    expect((await stub.reservations({ limit: 10, cursor: null, status: "open" })).data).toEqual([]);
  });

  it("estimate and authorize count on what is free again", async () => {
    const { organization } = await streaming(false);
    const { stub } = organization;
    expect(await stub.estimate(authorizeCommand(organization, "gateway"))).toMatchObject({ payer: null });
    endLease();
    expect(await stub.estimate(authorizeCommand(organization, "gateway"))).toMatchObject({
      payer: { scope: "organization" },
    });
    granted(await stub.authorize(authorizeCommand(organization, "gateway")));
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("an object that starts after the end ends it by itself", async () => {
    const { organization } = await streaming(true);
    await runInDurableObject(organization.stub, (_instance, { storage }) => storage.deleteAlarm());
    await evictDurableObject(organization.stub);
    endLease();
    expect(await runInDurableObject(organization.stub, (_instance, { storage }) => storage.getAlarm())).not.toBeNull();
    expect(await runDurableObjectAlarm(organization.stub)).toBe(true);
    expect(await storedWallet(organization)).toMatchObject({ held_nanos: 0 });
  });
});

describe("a checkpoint", () => {
  it("is refused after the end of the lease, before and after the alarm", async () => {
    const { organization, reservationId } = await streaming(true);
    endLease();
    const checkpoint = { reservationId, usage: usageOf(1_000, 90), holdForOutputTokens: 500 };
    expect(failureOf(await organization.stub.checkpoint(checkpoint)).kind).toBe("conflict");
    await runDurableObjectAlarm(organization.stub);
    expect(failureOf(await organization.stub.checkpoint(checkpoint)).kind).toBe("conflict");
    expect(await usageTotalNanos(organization)).toBe(CHECKPOINT_NANOS);
  });

  it("that arrives after a later one takes nothing back", async () => {
    const { organization, reservationId } = await streaming(true);
    const { stub } = organization;
    for (const usage of [usageOf(1_000, 50), usageOf(1_000, 30), null]) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      expect(await stub.checkpoint({ reservationId, usage })).toMatchObject({ outcome: "renewed" });
    }
    endLease();
    await runDurableObjectAlarm(stub);
    expect(await usageTotalNanos(organization)).toBe(1_500_000n);
  });

  it("never shortens a lease", async () => {
    const { organization, reservationId } = await streaming(false);
    const first = await organization.stub.checkpoint({ reservationId, usage: null });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 60_000 });
    const second = await organization.stub.checkpoint({ reservationId, usage: null });
    if (first.outcome === "refused" || second.outcome === "refused") throw new Error("refused");
    expect(second.expiresAtMs).toBe(first.expiresAtMs);
  });
});
