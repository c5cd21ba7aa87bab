import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { EMPTY_BUCKETS } from "../../src/core/usage.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import { delivered } from "../support/worker-main.ts";
import {
  authorizeCommand,
  createOrganization,
  failureOf,
  factsFor,
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

afterEach(() => {
  vi.useRealTimers();
});

async function organizationWith(amountNanos: bigint): Promise<TestOrganization> {
  const organization = await createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] });
  if (amountNanos > 0n) await organization.stub.transfer(transferCommand({ amountNanos }));
  return organization;
}

async function balanceOf({ stub }: TestOrganization) {
  const { sources } = await stub.balance({ userId: null, teamId: null });
  const wallet = sources.at(-1);
  if (wallet === undefined) throw new Error("no organization wallet");
  return wallet;
}

describe("no overspend", () => {
  it("lets exactly ten of two hundred parallel requests through on money for ten", async () => {
    const organization = await organizationWith(HOLD_NANOS * 10n);
    const { stub } = organization;
    const replies = await Promise.all(
      Array.from({ length: 200 }, () => stub.authorize(authorizeCommand(organization, "gateway"))),
    );
    const grants = replies.filter((reply) => reply.outcome === "authorized").map(granted);
    expect(grants).toHaveLength(10);
    expect(
      new Set(replies.filter((reply) => reply.outcome === "refused").map((reply) => failureOf(reply).kind)),
    ).toEqual(new Set(["insufficient_funds"]));
    expect(await balanceOf(organization)).toMatchObject({
      balanceNanos: HOLD_NANOS * 10n,
      heldNanos: HOLD_NANOS * 10n,
      availableNanos: 0n,
    });
    expect(await auditLedger(organization)).toEqual(SOUND);

    const ends = await Promise.all(grants.map((grant) => stub.settle(settleCommand(grant.reservationId))));
    expect(ends.every((end) => end.outcome === "ended" && end.settledNanos === 2_000_000n)).toBe(true);
    expect(await balanceOf(organization)).toMatchObject({
      balanceNanos: HOLD_NANOS * 10n - 20_000_000n,
      heldNanos: 0n,
      totalSpentNanos: 20_000_000n,
    });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("holds nothing for a free model, also without money", async () => {
    const organization = await organizationWith(0n);
    const reply = await organization.stub.authorize(
      authorizeCommand(organization, "gateway", { facts: factsFor({ model: FREE_MODEL }) }),
    );
    expect(granted(reply)).toMatchObject({ heldNanos: 0n, wallet: null });
    const usage = { ...usageOf(0, 0), passes: [{ model: FREE_MODEL, tokens: { ...EMPTY_BUCKETS, input: 1_000 } }] };
    const end = await organization.stub.settle(settleCommand(granted(reply).reservationId, { usage }));
    expect(end).toMatchObject({ outcome: "ended", status: "settled", settledNanos: 0n, wallet: null });
  });

  it("keeps amounts beyond 2^53 exact", async () => {
    const amountNanos = 2n ** 53n + 1n;
    const organization = await organizationWith(amountNanos);
    await organization.stub.transfer(transferCommand({ amountNanos: 2n ** 62n }));
    expect((await balanceOf(organization)).balanceNanos).toBe(amountNanos + 2n ** 62n);
    const reply = await organization.stub.transfer(transferCommand({ amountNanos: 2n ** 62n }));
    expect(failureOf(reply)).toMatchObject({ kind: "invalid_request", code: "amount_out_of_range" });
  });
});

describe("who may end what", () => {
  async function heldBy(forwardedElsewhere: boolean) {
    const organization = await createOrganization({
      keys: [{ token: "gateway", mayAssertIdentity: true, capabilities: ["control_plane"] }],
    });
    await organization.stub.transfer(transferCommand({ amountNanos: HOLD_NANOS }));
    const command = authorizeCommand(organization, "gateway", { forwardedElsewhere });
    const { reservationId } = granted(await organization.stub.authorize(command));
    return { organization, command, reservationId };
  }

  it("a gateway elsewhere cannot end or renew what our own proxy forwards", async () => {
    const { organization, reservationId } = await heldBy(false);
    const { stub } = organization;
    const forwardedElsewhere = true;
    for (const command of [settleCommand(reservationId), releaseCommand(reservationId)]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(failureOf(await stub.settle({ ...command, forwardedElsewhere })).kind).toBe("not_found");
    }
    const renewal = await stub.checkpoint({ reservationId, forwardedElsewhere, usage: null });
    expect(failureOf(renewal).kind).toBe("not_found");
    expect((await balanceOf(organization)).heldNanos).toBe(HOLD_NANOS);
    await evictDurableObject(stub);
    expect(failureOf(await stub.settle({ ...settleCommand(reservationId), forwardedElsewhere })).kind).toBe(
      "not_found",
    );
    expect(await stub.settle(settleCommand(reservationId))).toMatchObject({ outcome: "ended", status: "settled" });
  });

  it("a gateway elsewhere ends its own, and a repeated reserve says that it has ended", async () => {
    const { organization, command, reservationId } = await heldBy(true);
    const { stub } = organization;
    expect(await stub.authorize(command)).toMatchObject({ outcome: "authorized", status: "open" });
    await evictDurableObject(stub);
    const end = await stub.settle({ ...settleCommand(reservationId), forwardedElsewhere: true });
    expect(end).toMatchObject({ outcome: "ended", status: "settled" });
    expect(await stub.authorize(command)).toMatchObject({ outcome: "authorized", status: "settled" });
  });
});

describe("one reservation, one end", () => {
  it("gives the first answer to a repeated authorize, also after an eviction", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    const command = authorizeCommand(organization, "gateway");
    const first = granted(await organization.stub.authorize(command));
    await evictDurableObject(organization.stub);
    expect(granted(await organization.stub.authorize(command))).toEqual(first);
    expect((await balanceOf(organization)).heldNanos).toBe(HOLD_NANOS);
  });

  it("refuses another command under the same reservation id", async () => {
    const organization = await organizationWith(HOLD_NANOS * 2n);
    const command = authorizeCommand(organization, "gateway");
    await organization.stub.authorize(command);
    const other = await organization.stub.authorize({ ...command, requestSha256: "b".repeat(64) });
    expect(failureOf(other)).toMatchObject({ kind: "conflict", code: "reservation_conflict" });
  });

  it("knows a repeated authorize again when the Worker has learned more of the targets meanwhile", async () => {
    const organization = await organizationWith(HOLD_NANOS * 2n);
    const command = authorizeCommand(organization, "gateway");
    const target = { gatewayId: null, targetId: "managed-openai" };
    const first = granted(
      await organization.stub.authorize({ ...command, health: [{ ...target, isOpen: false, latencyMs: 90 }] }),
    );
    const health = [{ ...target, isOpen: true, latencyMs: null }];
    expect(granted(await organization.stub.authorize({ ...command, health }))).toEqual(first);
    expect(granted(await organization.stub.authorize(command))).toEqual(first);
    expect((await balanceOf(organization)).heldNanos).toBe(HOLD_NANOS);
  });

  it("posts a repeated settle once and refuses a different one", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    const { reservationId } = granted(await organization.stub.authorize(authorizeCommand(organization, "gateway")));
    const first = await organization.stub.settle(settleCommand(reservationId));
    expect(first).toMatchObject({ settledNanos: 2_000_000n, releasedNanos: 400_000n, status: "settled" });
    await evictDurableObject(organization.stub);
    expect(await organization.stub.settle(settleCommand(reservationId, { latencyMs: 99 }))).toEqual(first);
    const other = await organization.stub.settle(settleCommand(reservationId, { usage: usageOf(1, 1) }));
    expect(failureOf(other)).toMatchObject({ kind: "conflict", code: "reservation_conflict" });
    expect(failureOf(await organization.stub.settle(releaseCommand(reservationId)))).toMatchObject({
      kind: "conflict",
    });
    expect(await balanceOf(organization)).toMatchObject({ balanceNanos: 400_000n, heldNanos: 0n });
  });

  it("releases everything and posts nothing when nothing was delivered", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    const { reservationId } = granted(await organization.stub.authorize(authorizeCommand(organization, "gateway")));
    const first = await organization.stub.settle(releaseCommand(reservationId));
    expect(first).toMatchObject({
      status: "released",
      settledNanos: 0n,
      releasedNanos: HOLD_NANOS,
      flags: ["no_charge"],
    });
    expect(await organization.stub.settle(releaseCommand(reservationId))).toEqual(first);
    expect(await balanceOf(organization)).toMatchObject({ balanceNanos: HOLD_NANOS, heldNanos: 0n });
  });

  it("knows no reservation of another organization", async () => {
    const [one, other] = [await organizationWith(HOLD_NANOS), await organizationWith(0n)];
    const { reservationId } = granted(await one.stub.authorize(authorizeCommand(one, "gateway")));
    expect(failureOf(await other.stub.settle(settleCommand(reservationId))).kind).toBe("not_found");
    expect(failureOf(await other.stub.checkpoint({ reservationId, usage: null })).kind).toBe("not_found");
  });
});

describe("costs", () => {
  it("takes a given cost instead of pricing the usage", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    const { reservationId } = granted(await organization.stub.authorize(authorizeCommand(organization, "gateway")));
    const end = await organization.stub.settle(settleCommand(reservationId, { usage: null, costUsdNanos: 7n }));
    expect(end).toMatchObject({
      status: "settled",
      settledNanos: 7n,
      releasedNanos: HOLD_NANOS - 7n,
      pricingSource: "upstream",
    });
  });

  it.each([
    { name: "a negative cost", change: { costUsdNanos: -1n } },
    { name: "an absurd cost", change: { costUsdNanos: 10n ** 18n } },
    { name: "an absurd usage", change: { usage: usageOf(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) } },
  ])("refuses $name and leaves the reservation open", async ({ change }) => {
    const organization = await organizationWith(HOLD_NANOS);
    const { reservationId } = granted(await organization.stub.authorize(authorizeCommand(organization, "gateway")));
    const reply = await organization.stub.settle(settleCommand(reservationId, change));
    expect(failureOf(reply)).toMatchObject({ kind: "invalid_request", code: "implausible_cost" });
    expect((await balanceOf(organization)).heldNanos).toBe(HOLD_NANOS);
  });

  it("refuses a checkpoint that expiry could not settle", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    const { reservationId } = granted(await organization.stub.authorize(authorizeCommand(organization, "gateway")));
    const usage = usageOf(Number.MAX_SAFE_INTEGER, 0);
    expect(failureOf(await organization.stub.checkpoint({ reservationId, usage }))).toMatchObject({
      code: "implausible_cost",
    });
  });

  it("holds and settles in the wallet's currency at the rate of the hold", async () => {
    const organization = await createOrganization({
      settings: { currency: "EUR" },
      keys: [{ token: "gateway", mayAssertIdentity: true }],
    });
    const { stub } = organization;
    await setExchangeRate("EUR", "0.92");
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS, currency: "EUR" }));
    const grant = granted(await stub.authorize(authorizeCommand(organization, "gateway")));
    expect(grant).toMatchObject({ currency: "EUR", exchangeRate: "0.92", heldNanos: 2_208_000n });
    await setExchangeRate("EUR", "0.50");
    await stub.refreshDirectory();
    const end = await stub.settle(settleCommand(grant.reservationId));
    expect(end).toMatchObject({ settledNanos: 1_840_000n, currency: "EUR" });
  });
});

async function setExchangeRate(currency: string, rate: string): Promise<void> {
  await env.CONTROL_DB.batch([
    env.CONTROL_DB.prepare(
      "INSERT INTO exchange_rates (currency, rate, updated_at_ms) VALUES (?, ?, 0) ON CONFLICT DO UPDATE SET rate = excluded.rate",
    ).bind(currency, rate),
    env.CONTROL_DB.prepare("INSERT INTO platform_versions (reason, changed_at_ms) VALUES ('exchange rate', 0)"),
  ]);
}

describe("overruns", () => {
  it("takes an excess from the same wallet, then up the cascade, then overdraws the organization", async () => {
    const organization = await createOrganization({
      members: [{ id: "mem_overrun", name: "Ada" }],
      teams: [{ id: "team_overrun", name: "Team", memberIds: ["mem_overrun"] }],
      keys: [{ token: "member", memberId: "mem_overrun" }],
    });
    const { stub } = organization;
    const user = { walletId: null, teamId: null, userId: "mem_overrun" };
    const team = { walletId: null, teamId: "team_overrun", userId: null };
    await stub.transfer(transferCommand({ target: user, amountNanos: HOLD_NANOS + 100n }));
    await stub.transfer(transferCommand({ target: team, amountNanos: 50n }));
    const grant = granted(await stub.authorize(authorizeCommand(organization, "member")));
    expect(grant.wallet?.scope).toBe("user");

    const usage = usageOf(3_000, 100);
    const end = await stub.settle(settleCommand(grant.reservationId, { usage }));
    expect(end).toMatchObject({ outcome: "ended", settledNanos: 4_000_000n, releasedNanos: 0n });
    expect(end.outcome === "ended" ? end.flags : []).toEqual(["overrun", "overdraft"]);
    const { sources } = await stub.balance({ userId: "mem_overrun", teamId: "team_overrun" });
    expect(sources.map((source) => source.balanceNanos)).toEqual([0n, 0n, HOLD_NANOS + 150n - 4_000_000n]);
    expect(await auditLedger(organization)).toEqual(SOUND);
    const refused = await stub.authorize(authorizeCommand(organization, "member"));
    expect(failureOf(refused).kind).toBe("insufficient_funds");
  });
});

describe("leases", () => {
  it("releases an expired reservation before the next command decides, without the alarm", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    await organization.stub.authorize(authorizeCommand(organization, "gateway"));
    expect(failureOf(await organization.stub.authorize(authorizeCommand(organization, "gateway"))).kind).toBe(
      "insufficient_funds",
    );
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS });
    granted(await organization.stub.authorize(authorizeCommand(organization, "gateway")));
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("renews with checkpoints, and settles at the last one when nobody comes back", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    const { stub } = organization;
    const { reservationId } = granted(await stub.authorize(authorizeCommand(organization, "gateway")));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS - 1_000 });
    expect(await stub.checkpoint({ reservationId, usage: usageOf(1_000, 10) })).toMatchObject({ outcome: "renewed" });
    vi.setSystemTime(Date.now() + LEASE_MS - 1_000);
    expect((await balanceOf(organization)).heldNanos).toBe(HOLD_NANOS);
    vi.setSystemTime(Date.now() + 1_000);
    expect(await balanceOf(organization)).toMatchObject({ balanceNanos: HOLD_NANOS - 1_100_000n, heldNanos: 0n });
    expect((await stub.reservations({ limit: 1, cursor: null, status: null })).data[0]).toMatchObject({
      status: "expired",
      settledNanos: 1_100_000n,
    });
    expect(failureOf(await stub.checkpoint({ reservationId, usage: null })).kind).toBe("conflict");
  });

  it.each([
    { name: "dearer", output: 100, settledNanos: 2_000_000n },
    { name: "cheaper", output: 0, settledNanos: 1_000_000n },
  ])("accepts a late settlement that is $name than the checkpoint, once", async ({ output, settledNanos }) => {
    const organization = await organizationWith(HOLD_NANOS);
    const { stub } = organization;
    const { reservationId } = granted(await stub.authorize(authorizeCommand(organization, "gateway")));
    await stub.checkpoint({ reservationId, usage: usageOf(1_000, 10) });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS + 1_000 });
    expect((await balanceOf(organization)).balanceNanos).toBe(HOLD_NANOS - 1_100_000n);
    const late = settleCommand(reservationId, { usage: usageOf(1_000, output) });
    const first = await stub.settle(late);
    expect(first).toMatchObject({ outcome: "ended", status: "settled", settledNanos, flags: ["late"] });
    expect(await stub.settle(late)).toEqual(first);
    expect(failureOf(await stub.settle(settleCommand(reservationId, { usage: usageOf(5, 5) }))).kind).toBe("conflict");
    expect((await balanceOf(organization)).balanceNanos).toBe(HOLD_NANOS - settledNanos);
    const logs = () =>
      delivered.flatMap(({ spend_log }) => (spend_log?.reservation_id === reservationId ? [spend_log] : []));
    await expect.poll(() => new Set(logs().map((row) => row.id)).size, { timeout: 10_000 }).toBe(2);
    expect(logs().map((row) => row.status)).toEqual(["expired", "completed"]);
    expect(logs().reduce((sum, row) => sum + BigInt(row.total_cost_nanos), 0n)).toBe(settledNanos);
    expect(logs().reduce((sum, row) => sum + BigInt(row.output_cost_nanos), 0n)).toBe(settledNanos - 1_000_000n);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("expires by the alarm, which may come twice", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    const { stub } = organization;
    await stub.authorize(authorizeCommand(organization, "gateway"));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS });
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const held = await runInDurableObject(stub, (instance, state) => {
      const read = (): number =>
        state.storage.sql.exec<{ held: number }>("SELECT sum(held_nanos) AS held FROM wallet").one().held;
      const before = read();
      return instance.alarm().then(() => [before, read()]);
    });
    expect(held).toEqual([0, 0]);
  });

  it("writes no alarm while an earlier one is set", async () => {
    const organization = await organizationWith(HOLD_NANOS * 2n);
    const { stub } = organization;
    const alarm = () => runInDurableObject(stub, (_instance, state) => state.storage.getAlarm());
    await stub.authorize(authorizeCommand(organization, "gateway"));
    const firstMs = await alarm();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5_000 });
    const { reservationId } = granted(await stub.authorize(authorizeCommand(organization, "gateway")));
    await stub.settle(settleCommand(reservationId));
    expect(await alarm()).toBe(firstMs);
  });

  it("sets its alarm again when the object starts", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    await organization.stub.authorize(authorizeCommand(organization, "gateway"));
    await runInDurableObject(organization.stub, (_instance, state) => state.storage.deleteAlarm());
    await evictDurableObject(organization.stub);
    expect(await runInDurableObject(organization.stub, (_instance, state) => state.storage.getAlarm())).not.toBeNull();
  });
});
