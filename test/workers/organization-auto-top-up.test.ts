/** Wallets that refill themselves, at the ledger: when a charge begins, and that it is one. */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DEFAULT_WALLET_SETTINGS } from "../../src/core/wallet.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import { autoTopUpsOf, creditOf, saveAutoTopUp } from "../support/worker-auto-top-ups.ts";
import { delivered, losing } from "../support/worker-main.ts";
import {
  authorizeCommand,
  changeRecords,
  createOrganization,
  failureOf,
  granted,
  HOLD_NANOS,
  settleCommand,
  transferCommand,
  type TestOrganization,
} from "../support/worker-organization.ts";

const COST_NANOS = 2_000_000n;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

afterEach(() => {
  vi.useRealTimers();
  losing.clear();
});

/** At noon, so that no day ends meanwhile unless the test says so. */
function startAtNoon(): void {
  const day = 24 * HOUR_MS;
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / day) * day + day / 2 });
}

function advance(durationMs: number): void {
  vi.setSystemTime(Date.now() + durationMs);
}

async function create(creditNanos: bigint): Promise<TestOrganization> {
  const organization = await createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] });
  if (creditNanos > 0n) await organization.stub.transfer(transferCommand({ amountNanos: creditNanos }));
  return organization;
}

async function spendOnce(organization: TestOrganization): Promise<void> {
  const { stub } = organization;
  const { reservationId } = granted(await stub.authorize(authorizeCommand(organization, "gateway")));
  await stub.settle(settleCommand(reservationId));
}

async function walletOf({ stub }: TestOrganization) {
  const found = (await stub.wallets()).find(({ scope }) => scope === "organization");
  if (found === undefined) throw new Error("the organization has no wallet");
  return found;
}

async function standingOf(organization: TestOrganization) {
  const reply = await organization.stub.autoTopUpStanding((await walletOf(organization)).id);
  if (reply.outcome === "refused") throw new Error(reply.failure.kind);
  return reply.value;
}

const decline = (id: string, isRetryable = true) =>
  ({ sessionId: id, status: "failed", code: "insufficient_funds", isRetryable }) as const;

const messagesOf = ({ id }: TestOrganization) =>
  delivered.flatMap(({ auto_top_up }) => (auto_top_up?.organization_id === id ? [auto_top_up] : []));

/** Each once: a message may come again. */
const toldOf = ({ id }: TestOrganization) => {
  const own = delivered.flatMap(({ notification }) => (notification?.organization_id === id ? [notification] : []));
  return [...new Map(own.map((notification) => [notification.id, notification])).values()];
};

describe("a charge", () => {
  it("begins when a settlement leaves less than the threshold, closes the gap, and is sent once", async () => {
    const organization = await create(20_000_000n);
    await saveAutoTopUp(organization, { thresholdNanos: 17_000_000n, amountNanos: 600_000n });
    await spendOnce(organization);
    expect(await autoTopUpsOf(organization)).toEqual([]);
    await spendOnce(organization);
    const [charge] = await autoTopUpsOf(organization);
    expect(charge).toMatchObject({
      status: "open",
      amountNanos: 1_200_000n,
      cause: "low_balance",
      balanceNanos: 16_000_000n,
    });
    await spendOnce(organization);
    expect(await autoTopUpsOf(organization)).toHaveLength(1);
    await expect
      .poll(() => messagesOf(organization), { timeout: 10_000 })
      .toMatchObject([{ session_id: charge?.id, amount_nanos: "1200000" }]);
    expect(await standingOf(organization)).toMatchObject({ state: "pending", todayNanos: 1_200_000n });
  });

  it("is credited once, tells so, and makes way for the next one after the cooldown", async () => {
    startAtNoon();
    const organization = await create(3_000_000n);
    await saveAutoTopUp(organization, { cooldownMinutes: 10 });
    const [charge] = await autoTopUpsOf(organization);
    if (charge === undefined) throw new Error("none was begun");
    const credit = creditOf(charge);
    const replies = await Promise.all([1, 2, 3].map(() => organization.stub.topUp(credit)));
    expect(new Set(replies.map(({ outcome }) => outcome))).toEqual(new Set(["posted"]));
    expect(await autoTopUpsOf(organization)).toMatchObject([{ status: "completed", endedAtMs: Date.now() }]);
    expect((await walletOf(organization)).balanceNanos).toBe(13_000_000n);
    await spendOnce(organization);
    await spendOnce(organization);
    expect(await standingOf(organization)).toMatchObject({ state: "cooling_down" });
    expect(await autoTopUpsOf(organization)).toHaveLength(1);
    advance(10 * MINUTE_MS);
    await runDurableObjectAlarm(organization.stub);
    expect(await autoTopUpsOf(organization)).toMatchObject([{ status: "open" }, { status: "completed" }]);
    await expect
      .poll(() => toldOf(organization).map(({ type }) => type), { timeout: 10_000 })
      .toContain("top_up.completed");
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("begins for a request that is refused, whose ticket passes when the money is there", async () => {
    const organization = await create(HOLD_NANOS - 1n);
    const { stub } = organization;
    await saveAutoTopUp(organization, { thresholdNanos: 1n, amountNanos: 1_000_000n });
    const refused = failureOf(await stub.authorize(authorizeCommand(organization, "gateway")));
    expect(refused).toMatchObject({ kind: "insufficient_funds", topUp: { isPending: true } });
    const [charge] = await autoTopUpsOf(organization);
    if (charge === undefined || refused.kind !== "insufficient_funds") throw new Error("none was begun");
    expect(charge).toMatchObject({ cause: "refused_request", amountNanos: 1_000_000n });
    await stub.topUp(creditOf(charge));
    const ticketId = refused.ticket?.id ?? "";
    granted(await stub.authorize(authorizeCommand(organization, "gateway", { ticketId })));
  });

  it("does not begin for what goes back to payers", async () => {
    const organization = await create(0n);
    const { stub } = organization;
    const owner = { scope: "organization", ownerId: organization.id } as const;
    const paid = {
      sessionId: "pay_1",
      owner,
      amountNanos: 20_000_000n,
      currency: "USD",
      actor: "key",
      note: "",
    } as const;
    await stub.topUp(paid);
    await saveAutoTopUp(organization);
    await stub.refundPayment({ refundId: "rfd_1", sessionId: "pay_1", amountNanos: 20_000_000n, actor: "a", note: "" });
    expect(await autoTopUpsOf(organization)).toEqual([]);
  });

  it.each([
    { name: "it is turned off", record: { enabled: false }, state: "off" },
    { name: "its amounts are in another currency", record: { currency: "EUR" }, state: "currency_changed" },
  ])("does not begin while $name", async ({ record, state }) => {
    const organization = await create(3_000_000n);
    await saveAutoTopUp(organization, record);
    await spendOnce(organization);
    expect(await autoTopUpsOf(organization)).toEqual([]);
    expect(await standingOf(organization)).toMatchObject({ state });
  });

  it("does not begin while the organization is suspended, and does when it is active again", async () => {
    const organization = await create(3_000_000n);
    await changeRecords(organization, "UPDATE organizations SET status = 'suspended' WHERE id = ?", organization.id);
    await saveAutoTopUp(organization);
    expect(await standingOf(organization)).toMatchObject({ state: "organization_suspended" });
    expect(await autoTopUpsOf(organization)).toEqual([]);
    await changeRecords(organization, "UPDATE organizations SET status = 'active' WHERE id = ?", organization.id);
    expect(await autoTopUpsOf(organization)).toHaveLength(1);
  });

  it("keeps the currency as it is until it has ended", async () => {
    const organization = await create(0n);
    await saveAutoTopUp(organization);
    const { stub } = organization;
    const settings = { ...DEFAULT_WALLET_SETTINGS, currency: "EUR" } as const;
    expect(failureOf(await stub.checkSettings(settings))).toMatchObject({ code: "auto_top_up_pending" });
    const [charge] = await autoTopUpsOf(organization);
    await stub.endAutoTopUp({ sessionId: charge?.id ?? "", status: "canceled", code: "turned_off", isRetryable: true });
    expect(await stub.checkSettings(settings)).toMatchObject({ outcome: "found" });
  });
});

describe("a decline", () => {
  it("waits an hour, then twice as long, and stops after five; each tells of it", async () => {
    startAtNoon();
    const organization = await create(3_000_000n);
    await saveAutoTopUp(organization);
    const { stub } = organization;
    for (const hours of [1, 2, 4, 8]) {
      const [open] = await autoTopUpsOf(organization, { status: "open" });
      expect(await stub.endAutoTopUp(decline(open?.id ?? ""))).toEqual({ outcome: "ended", status: "failed" });
      const untilMs = Date.now() + hours * HOUR_MS;
      expect(await standingOf(organization)).toMatchObject({
        state: "backing_off",
        untilMs,
        failureCode: "insufficient_funds",
      });
      advance(hours * HOUR_MS - 1);
      expect(await autoTopUpsOf(organization, { status: "open" })).toEqual([]);
      advance(1);
      await runDurableObjectAlarm(stub);
    }
    const [last] = await autoTopUpsOf(organization, { status: "open" });
    await stub.endAutoTopUp(decline(last?.id ?? ""));
    // A repeat changes nothing.
    await stub.endAutoTopUp(decline(last?.id ?? ""));
    expect(await standingOf(organization)).toMatchObject({ state: "stopped", declines: 5, todayNanos: 0n });
    advance(48 * HOUR_MS);
    await runDurableObjectAlarm(stub);
    expect(await autoTopUpsOf(organization, { status: "open" })).toEqual([]);
    const failed = () => toldOf(organization).filter(({ type }) => type === "top_up.failed");
    await expect.poll(() => failed().length, { timeout: 10_000 }).toBe(5);
    expect(failed().map(({ data }) => data["stopped"])).toEqual([false, false, false, false, true]);
    await saveAutoTopUp(organization, { revision: 2 });
    expect(await autoTopUpsOf(organization, { status: "open" })).toHaveLength(1);
  });

  it("of a method that is of no use any more stops at once; money that comes after all is credited", async () => {
    const organization = await create(3_000_000n);
    await saveAutoTopUp(organization);
    const [open] = await autoTopUpsOf(organization);
    if (open === undefined) throw new Error("none was begun");
    await organization.stub.endAutoTopUp(decline(open.id, false));
    expect(await standingOf(organization)).toMatchObject({ state: "stopped", declines: 1 });
    await organization.stub.topUp(creditOf(open));
    expect(await autoTopUpsOf(organization)).toMatchObject([{ status: "completed", failureCode: null }]);
    expect(await organization.stub.endAutoTopUp(decline(open.id))).toEqual({ outcome: "ended", status: "completed" });
    expect(failureOf(await organization.stub.endAutoTopUp(decline("pay_unknown")))).toMatchObject({
      kind: "not_found",
    });
  });
});

describe("a charge whose money goes back", () => {
  it.each(["completed", "pending"] as const)("because it is disputed stops further ones: %s", async (next) => {
    startAtNoon();
    const organization = await create(3_000_000n);
    const { stub } = organization;
    await saveAutoTopUp(organization);
    const [charge] = await autoTopUpsOf(organization);
    if (charge === undefined) throw new Error("none was begun");
    await stub.topUp(creditOf(charge));
    if (next === "pending") {
      await spendOnce(organization);
      await spendOnce(organization);
      advance(2 * MINUTE_MS);
      await runDurableObjectAlarm(stub);
    }
    const disputed = { sessionId: charge.id, amountNanos: charge.amountNanos, actor: "sandbox", note: "" };
    await stub.disputePayment({ ...disputed, disputeId: "dsp_1", news: "opened" });
    expect(await standingOf(organization)).toMatchObject({ state: "stopped", failureCode: "disputed" });
    const [open] = await autoTopUpsOf(organization, { status: "open" });
    expect(open !== undefined).toBe(next === "pending");
    if (open !== undefined) await stub.endAutoTopUp(decline(open.id));
    await stub.transfer(transferCommand({ amountNanos: 10_000_000n }));
    await spendOnce(organization);
    advance(3 * HOUR_MS);
    await runDurableObjectAlarm(stub);
    await spendOnce(organization);
    expect(await standingOf(organization)).toMatchObject({ state: "stopped", failureCode: "disputed" });
    expect(await autoTopUpsOf(organization, { status: "open" })).toEqual([]);
    await saveAutoTopUp(organization, { revision: 2 });
    expect(await autoTopUpsOf(organization, { status: "open" })).toHaveLength(1);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("before it could be credited has ended, and nothing waits for it", async () => {
    const organization = await create(3_000_000n);
    await saveAutoTopUp(organization);
    const [charge] = await autoTopUpsOf(organization);
    expect(await organization.stub.forgoPayment(charge?.id ?? "")).toEqual({ outcome: "forgone" });
    expect(await autoTopUpsOf(organization)).toMatchObject([{ status: "failed", failureCode: "refunded" }]);
    expect(await standingOf(organization)).toMatchObject({ state: "stopped" });
  });
});

describe("a message that nobody acts on", () => {
  it("is written again by the alarm, also after an eviction, until the charge has ended", async () => {
    startAtNoon();
    const organization = await create(3_000_000n);
    losing.add(organization.id);
    await saveAutoTopUp(organization);
    const [open] = await autoTopUpsOf(organization);
    if (open === undefined) throw new Error("none was begun");
    losing.clear();
    for (const [index, minutes] of [2, 4, 8].entries()) {
      await evictDurableObject(organization.stub);
      advance(minutes * MINUTE_MS);
      await runDurableObjectAlarm(organization.stub);
      await expect.poll(() => messagesOf(organization).length, { timeout: 5_000 }).toBeGreaterThan(index);
    }
    expect(new Set(messagesOf(organization).map(({ session_id }) => session_id))).toEqual(new Set([open.id]));
    await organization.stub.topUp(creditOf(open));
    expect(await autoTopUpsOf(organization)).toHaveLength(1);
  });
});

describe("a burst that empties a wallet", () => {
  it("never has two charges open, never passes the day's cap, and never overspends", async () => {
    startAtNoon();
    const capNanos = 50_000_000n;
    const organization = await create(50_000_000n);
    await saveAutoTopUp(organization, {
      thresholdNanos: 30_000_000n,
      amountNanos: 7_000_000n,
      dailyCapNanos: capNanos,
    });
    const { stub } = organization;
    let fundedNanos = 50_000_000n;
    let served = 0n;
    const charges = new Set<string>();
    const creditOpen = async (): Promise<void> => {
      const open = await autoTopUpsOf(organization, { status: "open" });
      expect(open.length).toBeLessThanOrEqual(1);
      for (const charge of open) {
        const reply = await stub.topUp(creditOf(charge));
        if (reply.outcome === "posted" && !charges.has(charge.id)) fundedNanos += charge.amountNanos;
        charges.add(charge.id);
      }
    };
    for (let round = 0; round < 5; round += 1) {
      const requests = Array.from({ length: 40 }, async () => {
        const reply = await stub.authorize(authorizeCommand(organization, "gateway"));
        if (reply.outcome === "refused") return;
        served += 1n;
        await stub.settle(settleCommand(reply.grant.reservationId));
      });
      await Promise.all([...requests, creditOpen(), creditOpen()]);
      await creditOpen();
      advance(MINUTE_MS);
      await runDurableObjectAlarm(stub);
    }
    const taken = (await autoTopUpsOf(organization)).reduce((sum, { amountNanos }) => sum + amountNanos, 0n);
    expect(taken).toBeLessThanOrEqual(capNanos);
    expect(charges.size).toBeGreaterThan(1);
    expect(await standingOf(organization)).toMatchObject({ state: "daily_cap_reached", todayNanos: taken });
    const { balanceNanos } = await walletOf(organization);
    expect(balanceNanos).toBeGreaterThanOrEqual(0n);
    expect(balanceNanos).toBe(fundedNanos - served * COST_NANOS);
    expect(await auditLedger(organization)).toEqual(SOUND);
    advance(12 * HOUR_MS);
    await runDurableObjectAlarm(stub);
    expect(await autoTopUpsOf(organization, { status: "open" })).toHaveLength(1);
  });
});
