/** Ends that cannot be posted: nobody else suffers, and nothing is hidden. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { MAX_NANOS } from "../../src/core/money.ts";
import { DEFAULT_WALLET_SETTINGS } from "../../src/core/wallet.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import { delivered } from "../support/worker-main.ts";
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
const USER = { walletId: null, teamId: null, userId: "someone" };

afterEach(() => {
  vi.useRealTimers();
});

async function organizationWith(amountNanos: bigint): Promise<TestOrganization> {
  const organization = await createOrganization({ keys: [{ token: "gateway", mayAssertIdentity: true }] });
  if (amountNanos > 0n) await organization.stub.transfer(transferCommand({ amountNanos }));
  return organization;
}

async function hold(organization: TestOrganization): Promise<string> {
  return granted(await organization.stub.authorize(authorizeCommand(organization, "gateway"))).reservationId;
}

async function walletOf({ stub }: TestOrganization) {
  const { sources } = await stub.balance({ userId: null, teamId: null });
  const wallet = sources.at(-1);
  if (wallet === undefined) throw new Error("no organization wallet");
  return wallet;
}

/** Moves the organization's balance to where nothing fits any more, with a ledger line that says so. */
async function overdrawTo({ id, stub }: TestOrganization, balanceNanos: bigint): Promise<void> {
  await runInDurableObject(stub, (_instance, { storage }) => {
    const scope = "scope = 'organization'";
    storage.sql.exec(
      `UPDATE ledger_line SET amount_nanos = amount_nanos + CAST(? AS INTEGER) - (SELECT balance_nanos FROM wallet WHERE ${scope})
       WHERE sequence = 1 AND account = 'wallet:' || (SELECT id FROM wallet WHERE ${scope} AND owner_id = ?)`,
      balanceNanos.toString(),
      id,
    );
    storage.sql.exec(
      `UPDATE ledger_line SET amount_nanos = -(SELECT amount_nanos FROM ledger_line WHERE sequence = 1 AND account <> 'external')
       WHERE sequence = 1 AND account = 'external'`,
    );
    storage.sql.exec(`UPDATE wallet SET balance_nanos = CAST(? AS INTEGER) WHERE ${scope}`, balanceNanos.toString());
  });
  await evictDurableObject(stub);
}

async function logsOf(reservationId: string, count: number) {
  const find = () =>
    delivered.flatMap(({ spend_log }) => (spend_log?.reservation_id === reservationId ? [spend_log] : []));
  await expect.poll(() => find().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
  return find();
}

describe("a cost that no wallet can hold", () => {
  it("is refused as such, and its expiry takes nobody down", async () => {
    const organization = await organizationWith(HOLD_NANOS * 2n);
    const { stub } = organization;
    const reservationId = await hold(organization);
    const other = await hold(organization);
    const usage = usageOf(1_000, 100);
    await stub.checkpoint({ reservationId, usage });
    await overdrawTo(organization, -MAX_NANOS + 1n);

    const refused = await stub.settle(settleCommand(reservationId, { usage }));
    expect(failureOf(refused)).toMatchObject({ kind: "invalid_request", code: "amount_out_of_range" });
    expect((await walletOf(organization)).heldNanos).toBe(HOLD_NANOS * 2n);

    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS + 1_000 });
    expect(await walletOf(organization)).toMatchObject({ balanceNanos: -MAX_NANOS + 1n, heldNanos: 0n });
    const { data } = await stub.reservations({ limit: 2, cursor: null, status: "expired" });
    expect(data.map((reservation) => [reservation.id, reservation.settledNanos])).toEqual([
      [other, 0n],
      [reservationId, 0n],
    ]);
    expect(await logsOf(reservationId, 1)).toMatchObject([
      {
        status: "expired",
        flags: ["expired", "unpostable"],
        total_cost_nanos: "0",
        input_cost_nanos: "0",
        total_tokens: 1_100,
      },
    ]);
    expect((await stub.transfer(transferCommand({ amountNanos: 10n ** 15n }))).outcome).toBe("posted");
    expect(await auditLedger(organization)).toEqual(SOUND);

    const late = await stub.settle(settleCommand(reservationId, { usage }));
    expect(late).toMatchObject({ outcome: "ended", status: "settled", settledNanos: 2_000_000n });
    const rows = await logsOf(reservationId, 2);
    expect(rows.reduce((sum, row) => sum + BigInt(row.total_cost_nanos), 0n)).toBe(2_000_000n);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("a reservation that cannot be read to its end expires without a charge, and its neighbour as ever", async () => {
    const organization = await organizationWith(HOLD_NANOS * 2n);
    const { stub } = organization;
    const broken = await hold(organization);
    const sound = await hold(organization);
    await stub.checkpoint({ reservationId: sound, usage: usageOf(1_000, 100) });
    await runInDurableObject(stub, (_instance, { storage }) => {
      storage.sql.exec("UPDATE reservation SET checkpoint = '{}' WHERE id = ?", broken);
    });
    await evictDurableObject(stub);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS + 1_000 });
    expect(await walletOf(organization)).toMatchObject({ balanceNanos: HOLD_NANOS * 2n - 2_000_000n, heldNanos: 0n });
    expect((await logsOf(sound, 1))[0]).toMatchObject({ flags: ["expired"] });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });
});

describe("amounts at the end of the range", () => {
  it("come back from where they went, however much a wallet has seen", async () => {
    const { stub } = await organizationWith(MAX_NANOS);
    const more = await stub.transfer(transferCommand({ amountNanos: 1n }));
    expect(failureOf(more)).toMatchObject({ kind: "invalid_request", code: "amount_out_of_range" });
    for (let round = 0; round < 2; round += 1) {
      const transfer = (type: "allocate" | "reclaim") =>
        stub.transfer(transferCommand({ type, target: USER, amountNanos: MAX_NANOS }));
      // oxlint-disable-next-line no-await-in-loop -- there and back, twice
      expect(await transfer("allocate")).toMatchObject({ outcome: "posted", wallet: { balanceNanos: MAX_NANOS } });
      // oxlint-disable-next-line no-await-in-loop -- there and back, twice
      expect(await transfer("reclaim")).toMatchObject({
        outcome: "posted",
        wallet: { balanceNanos: 0n, totalAllocatedNanos: 0n },
        organizationWallet: { balanceNanos: MAX_NANOS, totalAllocatedNanos: MAX_NANOS },
      });
    }
  });
});

describe("a change of the currency", () => {
  const euros = { ...DEFAULT_WALLET_SETTINGS, currency: "EUR" as const };

  async function changeCurrency({ id, stub }: TestOrganization): Promise<void> {
    await env.CONTROL_DB.batch([
      env.CONTROL_DB.prepare(
        "UPDATE organizations SET settings_json = ?, directory_version = directory_version + 1 WHERE id = ?",
      ).bind(JSON.stringify({ currency: "EUR" }), id),
    ]);
    await stub.refreshDirectory();
  }

  it("waits for every open reservation, also one that holds nothing", async () => {
    const organization = await organizationWith(0n);
    const { stub } = organization;
    const command = authorizeCommand(organization, "gateway", { facts: factsFor({ model: FREE_MODEL }) });
    const { reservationId } = granted(await stub.authorize(command));
    const refused = failureOf(await stub.checkSettings(euros));
    expect(refused).toMatchObject({ kind: "conflict", code: "reservations_open" });
    await stub.settle(releaseCommand(reservationId));
    expect(await stub.checkSettings(euros)).toEqual({ outcome: "found", value: null });
  });

  it("that was saved while money came in is not in force until the wallets are empty, also after an eviction", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    const { stub } = organization;
    await changeCurrency(organization);
    await evictDurableObject(stub);
    expect(await walletOf(organization)).toMatchObject({ balanceNanos: HOLD_NANOS, currency: "USD" });
    const credit = { amountNanos: 1n, currency: "EUR" as const };
    expect(failureOf(await stub.transfer(transferCommand(credit)))).toMatchObject({ code: "currency_mismatch" });
    await stub.settle(settleCommand(await hold(organization), { usage: null, costUsdNanos: HOLD_NANOS }));
    await changeCurrency(organization);
    expect(await walletOf(organization)).toMatchObject({ balanceNanos: 0n, currency: "EUR" });
    expect(await stub.transfer(transferCommand(credit))).toMatchObject({ outcome: "posted" });
  });

  it("leaves a late cost in the old currency unposted, and its row says so", async () => {
    const organization = await organizationWith(HOLD_NANOS);
    const { stub } = organization;
    const reservationId = await hold(organization);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LEASE_MS + 1_000 });
    await stub.settle(settleCommand(await hold(organization), { usage: null, costUsdNanos: HOLD_NANOS }));
    const before = await walletOf(organization);
    await changeCurrency(organization);
    const late = settleCommand(reservationId);
    const end = await stub.settle(late);
    expect(end).toMatchObject({ outcome: "ended", settledNanos: 0n, currency: "USD" });
    expect(end.outcome === "ended" ? end.flags : []).toEqual(["late", "currency_changed"]);
    expect(await stub.settle(late)).toEqual(end);
    expect(await walletOf(organization)).toMatchObject({ balanceNanos: before.balanceNanos, currency: "EUR" });
    const rows = await logsOf(reservationId, 2);
    expect(rows.map((row) => [row.status, row.total_cost_nanos, row.total_tokens, row.currency])).toEqual([
      ["expired", "0", null, "USD"],
      ["completed", "0", 1_100, "USD"],
    ]);
    expect(await auditLedger(organization)).toEqual(SOUND);
  });
});
