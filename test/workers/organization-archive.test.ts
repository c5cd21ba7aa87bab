/** Shipped rows leave the object, and nothing that people see or that must hold changes. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openStore } from "../../durable-objects/organization/store.ts";
import { copyLedger } from "../../src/platform/d1/ledger-copy.ts";
import { call, makeOrganization, rowsOf, textOf, type Json } from "../support/worker-api.ts";
import { auditLedger, SOUND } from "../support/worker-audit.ts";
import { delivered, losing } from "../support/worker-main.ts";
import {
  authorizeCommand,
  createOrganization,
  granted,
  nextId,
  releaseCommand,
  settleCommand,
  stubOf,
  transferCommand,
  type TestOrganization,
} from "../support/worker-organization.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EUR = 1_000_000_000n;

const logged = vi.spyOn(console, "log").mockReturnValue();
afterEach(() => {
  vi.useRealTimers();
  logged.mockClear();
});

/** Time passes, as the object and everything else in the isolate sees it. */
function pass(durationMs: number): void {
  const nowMs = Date.now() + durationMs;
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ["Date"], now: nowMs });
  vi.setSystemTime(nowMs);
}

async function deliveredEntries(id: string, count: number) {
  const find = () => delivered.filter(({ entry }) => entry?.organization_id === id);
  await expect.poll(() => new Set(find().map(({ entry }) => entry?.sequence)).size, { timeout: 10_000 }).toBe(count);
  return find();
}

/** What the queue's consumer would have stored by now. */
async function store(id: string, count: number): Promise<void> {
  await copyLedger(env.SPEND_DB, await deliveredEntries(id, count));
}

/** Every message is confirmed. */
async function ship({ id, stub }: TestOrganization): Promise<void> {
  const left = () => runInDurableObject(stub, (_instance, { storage }) => openStore(storage.sql, id).outbox.count());
  await expect.poll(left, { timeout: 15_000 }).toBe(0);
}

/** Lets alarms run for as long as something is due by now. */
async function runAlarms(stub: TestOrganization["stub"]): Promise<void> {
  for (let alarms = 0; alarms < 50; alarms += 1) {
    await runDurableObjectAlarm(stub);
    const dueMs = await runInDurableObject(stub, (_instance, { storage }) => storage.getAlarm());
    if (dueMs === null || dueMs > Date.now()) return;
  }
  throw new Error("something stays due for ever");
}

function rowsIn({ id, stub }: TestOrganization) {
  return runInDurableObject(stub, (_instance, { storage }) => {
    const count = (table: string) => storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n;
    return {
      entries: count("ledger_entry"),
      lines: count("ledger_line"),
      reservations: count("reservation"),
      transfers: count("transfer"),
      archived: openStore(storage.sql, id).archived.throughSequence(),
    };
  });
}

async function makeBooks(transfers: number): Promise<TestOrganization> {
  const organization = await createOrganization({ keys: [{ token: "any" }] });
  for (let posted = 0; posted < transfers; posted += 1) {
    await organization.stub.transfer(transferCommand({ amountNanos: EUR }));
  }
  return organization;
}

describe("entries", () => {
  it("leave a week after they were posted, their sums stay, and the next sequence number goes on", async () => {
    const organization = await makeBooks(5);
    const { id, stub } = organization;
    await store(id, 5);
    pass(7 * DAY_MS - HOUR_MS);
    await runAlarms(stub);
    expect(await rowsIn(organization)).toMatchObject({ entries: 5, archived: 0 });
    await stub.transfer(transferCommand({ amountNanos: EUR }));
    await store(id, 6);
    pass(HOUR_MS);
    await runAlarms(stub);
    expect(await rowsIn(organization)).toMatchObject({ entries: 1, lines: 2, archived: 5 });
    expect(await auditLedger(organization)).toEqual(SOUND);
    pass(7 * DAY_MS);
    await runAlarms(stub);
    expect(await rowsIn(organization)).toMatchObject({ entries: 0, lines: 0, archived: 6 });
    await evictDurableObject(stub);
    const reply = await stub.transfer(transferCommand({ amountNanos: EUR }));
    expect(reply).toMatchObject({ entryId: `ent_${id.replace("org_", "")}_7`, wallet: { balanceNanos: 7n * EUR } });
    expect(await auditLedger(organization)).toEqual(SOUND);
    const sums = await runInDurableObject(stub, (_instance, { storage }) => openStore(storage.sql, id).archived.list());
    expect(sums).toMatchObject(
      [
        { account: "external", sumNanos: -6n * EUR, lastSequence: 6 },
        { account: /^wallet:/, sumNanos: 6n * EUR, lastSequence: 6 },
      ].map((sum) => ({ ...sum, account: expect.stringMatching(sum.account) })),
    );
  });

  it("leave in bounded portions, through evictions, all the same", async () => {
    const organization = await makeBooks(0);
    const { id, stub } = organization;
    await stub.wallets();
    await runInDurableObject(stub, (_instance, { storage }) => {
      const { entries, wallets } = openStore(storage.sql, id);
      const wallet = wallets.organization();
      for (let sequence = 1; sequence <= 600; sequence += 1) {
        const amounts = [
          { line: 0, account: "external", amount_nanos: "-1", balance_after_nanos: null },
          { line: 1, account: `wallet:${wallet.id}`, amount_nanos: "1", balance_after_nanos: String(sequence) },
        ];
        entries.insert({ ...ENTRY, id: `ent_${id}_${sequence}`, organization_id: id, sequence, lines: amounts });
      }
      entries.writeChanges();
      wallets.open(wallet);
      wallets.save({ ...wallet, balanceNanos: 600n });
      wallets.writeChanges();
    });
    const entries = await runInDurableObject(stub, (_instance, { storage }) =>
      openStore(storage.sql, id).entries.list(0, 999),
    );
    await copyLedger(
      env.SPEND_DB,
      entries.map((entry) => ({ entry, spend_log: null })),
    );
    await evictDurableObject(stub);
    await stub.wallets();
    await evictDurableObject(stub);
    await runAlarms(stub);
    expect(await rowsIn(organization)).toMatchObject({ entries: 0, lines: 0, archived: 600 });
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it.each([
    ["is not there", "DELETE FROM ledger_entries WHERE organization_id = ?1 AND sequence = 3"],
    [
      "has another amount",
      "UPDATE ledger_lines SET amount_nanos = amount_nanos + 1 WHERE line = 1 AND entry_id IN (SELECT id FROM ledger_entries WHERE organization_id = ?1 AND sequence = 3)",
    ],
    [
      "lacks a line",
      "DELETE FROM ledger_lines WHERE line = 0 AND entry_id IN (SELECT id FROM ledger_entries WHERE organization_id = ?1 AND sequence = 3)",
    ],
  ])("stay when the copy of one %s, with all that follow", async (name, damage) => {
    const organization = await makeBooks(5);
    const { id, stub } = organization;
    await store(id, 5);
    if (name === "is not there") {
      await env.SPEND_DB.prepare("DELETE FROM ledger_lines WHERE entry_id LIKE ?")
        .bind(`ent_${id.slice(4)}_3`)
        .run();
    }
    await env.SPEND_DB.prepare(damage).bind(id).run();
    pass(8 * DAY_MS);
    await runAlarms(stub);
    expect(await rowsIn(organization)).toMatchObject({ entries: 3, archived: 2 });
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("organization.archive_blocked"));
    expect(await auditLedger(organization)).toEqual(SOUND);
  });

  it("stay while SPEND_DB cannot be asked", async () => {
    const organization = await makeBooks(2);
    await deliveredEntries(organization.id, 2);
    pass(8 * DAY_MS);
    await runAlarms(organization.stub);
    expect(await rowsIn(organization)).toMatchObject({ entries: 2, archived: 0 });
  });
});

describe("a wallet's transactions", () => {
  it("have pages without a seam, a gap or a repeat, wherever the border is", async () => {
    const { id, token } = await makeOrganization();
    const organization = { id, stub: stubOf(id) };
    for (let posted = 1; posted <= 7; posted += 1) {
      await call("POST /v1/wallets/credit", { token, body: { amount: String(posted), note: `number ${posted}` } });
    }
    const walletId = textOf(rowsOf(await call("GET /v1/wallets", { token }))[0]?.["id"]);
    const read = async (limit: number): Promise<Json[]> => {
      const rows: Json[] = [];
      let cursor = "";
      for (;;) {
        const page = await call(`GET /v1/wallets/${walletId}/transactions?limit=${limit}${cursor}`, { token });
        rows.push(...rowsOf(page));
        expect(page.body["has_more"]).toBe(page.body["next_cursor"] !== null);
        if (page.body["next_cursor"] === null) return rows;
        expect(rowsOf(page)).toHaveLength(limit);
        cursor = `&cursor=${textOf(page.body["next_cursor"])}`;
      }
    };
    const whole = await read(200);
    expect(whole).toHaveLength(7);
    await store(id, 7);
    pass(7 * DAY_MS - HOUR_MS);
    for (let posted = 8; posted <= 12; posted += 1) {
      await call("POST /v1/wallets/credit", { token, body: { amount: String(posted), note: `number ${posted}` } });
    }
    const before = await read(200);
    await store(id, 12);
    pass(HOUR_MS);
    await runAlarms(organization.stub);
    expect(await rowsIn(organization)).toMatchObject({ entries: 5, archived: 7 });
    for (const limit of [1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 200])
      expect(await read(limit), String(limit)).toEqual(before);
    expect(before.slice(5)).toEqual(whole);
    pass(7 * DAY_MS);
    await runAlarms(organization.stub);
    expect(await rowsIn(organization)).toMatchObject({ entries: 0, archived: 12 });
    for (const limit of [1, 4, 12, 200]) expect(await read(limit), String(limit)).toEqual(before);
    const admin = await call(`GET /v1/admin/wallets/${walletId}/transactions?organization_id=${id}`);
    expect(admin.body["data"]).toEqual(before);
  });
});

async function settledReply(stub: TestOrganization["stub"], reservationId: string) {
  const reply = await stub.settle(settleCommand(reservationId));
  if (reply.outcome === "refused") throw new Error(reply.failure.kind);
  return reply;
}

describe("what is kept for repeats", () => {
  it("reservations go a day after their end; what a late settlement may follow, after thirty", async () => {
    const organization = await makeBooks(1);
    const { stub } = organization;
    const [settled, released, expired] = [
      authorizeCommand(organization, "any"),
      authorizeCommand(organization, "any"),
      authorizeCommand(organization, "any"),
    ];
    for (const command of [settled, released, expired]) granted(await stub.authorize(command));
    const { settledNanos } = await settledReply(stub, settled.reservationId);
    await stub.settle(releaseCommand(released.reservationId));
    await ship(organization);
    pass(HOUR_MS);
    await runAlarms(stub);
    expect(await rowsIn(organization)).toMatchObject({ reservations: 3 });
    await ship(organization);
    pass(23 * HOUR_MS - 60_000);
    await runAlarms(stub);
    expect(await settledReply(stub, settled.reservationId)).toMatchObject({ settledNanos });
    await expect.poll(async () => (await rowsIn(organization)).reservations).toBe(3);
    pass(HOUR_MS);
    await runAlarms(stub);
    expect(await rowsIn(organization)).toMatchObject({ reservations: 1 });
    expect(await stub.settle(settleCommand(settled.reservationId))).toMatchObject({ failure: { kind: "not_found" } });
    pass(28 * DAY_MS);
    await runAlarms(stub);
    expect(await stub.settle(settleCommand(expired.reservationId))).toMatchObject({
      status: "settled",
      flags: ["late"],
    });
    expect(await auditLedger(organization)).toEqual(SOUND);
    await ship(organization);
    pass(2 * DAY_MS);
    await runAlarms(stub);
    expect(await rowsIn(organization)).toMatchObject({ reservations: 0 });
  });

  it("a reservation stays until its message is confirmed", async () => {
    const organization = await makeBooks(1);
    const { id, stub } = organization;
    await deliveredEntries(id, 1);
    losing.add(id);
    const command = authorizeCommand(organization, "any");
    granted(await stub.authorize(command));
    await stub.settle(settleCommand(command.reservationId));
    pass(2 * DAY_MS);
    await runDurableObjectAlarm(stub);
    expect(await rowsIn(organization)).toMatchObject({ reservations: 1 });
    losing.delete(id);
    await evictDurableObject(stub);
    await runDurableObjectAlarm(stub);
    await ship(organization);
    pass(2 * HOUR_MS);
    await expect
      .poll(async () => {
        await runDurableObjectAlarm(stub);
        return (await rowsIn(organization)).reservations;
      })
      .toBe(0);
  });

  it("hundreds of them go in portions", async () => {
    const organization = await makeBooks(0);
    const { id, stub } = organization;
    await stub.transfer(transferCommand({ amountNanos: 1_000n * EUR }));
    const commands = Array.from({ length: 1_200 }, () => authorizeCommand(organization, "any"));
    await stub.authorizeMany(commands);
    await stub.settleMany(commands.map(({ reservationId }) => releaseCommand(reservationId)));
    await expect
      .poll(() => runInDurableObject(stub, (_instance, { storage }) => openStore(storage.sql, id).outbox.count()), {
        timeout: 15_000,
      })
      .toBe(0);
    pass(25 * HOUR_MS);
    await runDurableObjectAlarm(stub);
    expect((await rowsIn(organization)).reservations).toBeGreaterThan(0);
    await runAlarms(stub);
    expect(await rowsIn(organization)).toMatchObject({ reservations: 0 });
  });

  it("a transfer's repeat is found for a week", async () => {
    const organization = await makeBooks(0);
    const { stub } = organization;
    const command = transferCommand({ amountNanos: EUR, note: nextId("note") });
    const first = await stub.transfer(command);
    pass(7 * DAY_MS - HOUR_MS);
    await runAlarms(stub);
    expect(await stub.transfer(command)).toEqual(first);
    pass(2 * HOUR_MS);
    await runAlarms(stub);
    expect(await rowsIn(organization)).toMatchObject({ transfers: 0 });
  });
});

const ENTRY = {
  type: "credit",
  currency: "USD",
  reservation_id: null,
  request_id: null,
  actor: "platform_admin",
  note: null,
  flags: [],
  created_at_ms: 0,
};
