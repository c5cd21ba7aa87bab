import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { Outbox } from "../../durable-objects/organization/outbox.ts";
import { openStore } from "../../durable-objects/organization/store.ts";
import type { OutboxRowStore } from "../../durable-objects/organization/store/outbox-rows.ts";
import { delivered, losing, lost } from "../support/worker-main.ts";
import {
  authorizeCommand,
  createOrganization,
  granted,
  HOLD_NANOS,
  nextId,
  settleCommand,
  stubOf,
  transferCommand,
} from "../support/worker-organization.ts";

/** A real outbox table, in the storage of an organization that sends nothing itself. */
async function withRows<T>(check: (rows: OutboxRowStore) => Promise<T>): Promise<T> {
  const id = nextId("org");
  return runInDurableObject(stubOf(id), (_instance, state) => check(openStore(state.storage.sql, id).outbox));
}

function addRows(rows: OutboxRowStore, count: number): void {
  for (let added = 0; added < count; added += 1) rows.add({ entry: null, spend_log: null });
}

describe("outbox", () => {
  it("delivers entry and spend log of a settlement together, and keeps no row", async () => {
    const organization = await createOrganization({ keys: [{ token: "any", id: "key_outbox" }] });
    const { stub } = organization;
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS }));
    const command = authorizeCommand(organization, "any");
    const { reservationId, wallet } = granted(await stub.authorize(command));
    await stub.settle(settleCommand(reservationId));
    const find = () => delivered.filter(({ spend_log }) => spend_log?.request_id === command.requestId);
    await expect.poll(() => find().length, { timeout: 10_000 }).toBe(1);
    const account = `wallet:${wallet?.id ?? ""}`;
    expect(find()[0]).toMatchObject({
      entry: {
        organization_id: organization.id,
        sequence: 2,
        type: "settle",
        reservation_id: reservationId,
        lines: [
          { account, amount_nanos: "-2000000", balance_after_nanos: "400000" },
          { account: "usage", amount_nanos: "2000000", balance_after_nanos: null },
        ],
      },
      spend_log: {
        status: "completed",
        key_id: "key_outbox",
        input_tokens: 1_000,
        output_tokens: 100,
        total_tokens: 1_100,
        input_cost_nanos: "1000000",
        output_cost_nanos: "1000000",
        total_cost_nanos: "2000000",
        held_amount_nanos: "2400000",
        pricing_source: "wallet_catalog",
        usage_source: "provider",
      },
    });
    const left = () =>
      runInDurableObject(
        stub,
        (_instance, state) =>
          state.storage.sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM outbox").one().rows,
      );
    await expect.poll(left).toBe(0);
  });

  it("sends in batches of at most a hundred, in order", () =>
    withRows(async (rows) => {
      const sizes: number[] = [];
      const outbox = new Outbox(rows, async (messages) => {
        sizes.push(messages.length);
      });
      addRows(rows, 250);
      expect(await outbox.flush()).toBe(true);
      expect(sizes).toEqual([100, 100, 50]);
      expect(rows.hasUnsent()).toBe(false);
    }));

  it("stays under the queue's size of a batch", () =>
    withRows(async (rows) => {
      const sizes: number[] = [];
      const outbox = new Outbox(rows, async (messages) => {
        sizes.push(JSON.stringify(messages).length);
      });
      const note = "x".repeat(60_000);
      for (let added = 0; added < 7; added += 1) {
        const entry = { ...ENTRY, note };
        rows.add({ entry, spend_log: null });
      }
      expect(await outbox.flush()).toBe(true);
      expect(sizes).toHaveLength(3);
      expect(Math.max(...sizes)).toBeLessThan(200_000);
    }));

  it("keeps its rows when the queue refuses, waits longer each time, and sends them later", () =>
    withRows(async (rows) => {
      let refuses = true;
      let sent = 0;
      const outbox = new Outbox(rows, async (messages) => {
        if (refuses) throw new Error("Queue is overloaded");
        sent += messages.length;
      });
      addRows(rows, 3);
      expect(await outbox.flush()).toBe(false);
      const firstDelayMs = outbox.retryDelayMs();
      expect(await outbox.flush()).toBe(false);
      expect(outbox.retryDelayMs()).toBeGreaterThan(firstDelayMs);
      refuses = false;
      expect(await outbox.flush()).toBe(true);
      expect(sent).toBe(3);
      expect(rows.hasUnsent()).toBe(false);
    }));

  it("lets rows that come during a send wait for the next batch", () =>
    withRows(async (rows) => {
      const sizes: number[] = [];
      const outbox = new Outbox(rows, async (messages) => {
        sizes.push(messages.length);
        if (sizes.length > 1) return;
        addRows(rows, 5);
        expect(outbox.flush()).toBe(running);
      });
      addRows(rows, 1);
      const running = outbox.flush();
      expect(await running).toBe(true);
      expect(sizes).toEqual([1, 5]);
    }));

  it("keeps what was sent until it is confirmed, and sends it again ever later", () =>
    withRows(async (rows) => {
      let nowMs = 1_000_000;
      const sent: number[] = [];
      const outbox = new Outbox(
        rows,
        async (messages) => {
          sent.push(...messages.map((message) => message.outbox_number ?? 0));
        },
        () => nowMs,
      );
      addRows(rows, 3);
      await outbox.flush();
      const [first = 0, second = 0, third = 0] = sent;
      expect(outbox.dueMs()).toBe(nowMs + 60_000);
      outbox.confirm([second]);
      nowMs += 59_999;
      await outbox.resend();
      expect(sent).toHaveLength(3);
      nowMs += 1;
      await outbox.resend();
      expect(sent.slice(3)).toEqual([first, third]);
      expect(outbox.dueMs()).toBe(nowMs + 120_000);
      nowMs += 60_000;
      await outbox.resend();
      expect(sent).toHaveLength(5);
      outbox.confirm([first, third]);
      nowMs += 600_000;
      await outbox.resend();
      expect(sent).toHaveLength(5);
      expect(outbox.dueMs()).toBeNull();
    }));

  it("sends no more than a thousand again at a time, the next ones after them", () =>
    withRows(async (rows) => {
      let nowMs = 1_000_000;
      const sent: number[] = [];
      const outbox = new Outbox(
        rows,
        async (messages) => {
          sent.push(...messages.map((message) => message.outbox_number ?? 0));
        },
        () => nowMs,
      );
      addRows(rows, 1_200);
      await outbox.flush();
      const numbers = sent.splice(0);
      nowMs += 60_000;
      await outbox.resend();
      expect(sent.splice(0)).toEqual(numbers.slice(0, 1_000));
      nowMs += 120_000;
      await outbox.resend();
      expect(sent.splice(0)).toEqual(numbers.slice(1_000));
      nowMs += 240_000;
      await outbox.resend();
      expect(sent.splice(0)).toEqual(numbers.slice(0, 1_000));
    }));

  it("never gives a number twice, so that a late confirmation cannot remove another row", () =>
    withRows(async (rows) => {
      addRows(rows, 2);
      const numbers = rows.listUnsent(9).map((row) => row.number);
      rows.remove(numbers);
      addRows(rows, 1);
      expect(rows.firstNumber()).toBeGreaterThan(Math.max(...numbers));
    }));

  it("sends everything again when the queue lost it and the object starts anew", async () => {
    const organization = await createOrganization({ keys: [{ token: "any" }] });
    const { id, stub } = organization;
    losing.add(id);
    await stub.transfer(transferCommand({ amountNanos: HOLD_NANOS * 10n }));
    const { reservationId } = granted(await stub.authorize(authorizeCommand(organization, "any")));
    await stub.settle(settleCommand(reservationId));
    const unsent = () =>
      runInDurableObject(stub, (_instance, state) => openStore(state.storage.sql, id).outbox.firstNumber());
    await vi.waitFor(() => expect(lost.filter((address) => address?.organizationId === id)).toHaveLength(2), 10_000);
    expect(await unsent()).not.toBeNull();
    losing.delete(id);
    await evictDurableObject(stub);
    expect(await runInDurableObject(stub, (_instance, state) => state.storage.getAlarm())).not.toBeNull();
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const find = () => delivered.filter(({ entry }) => entry?.organization_id === id);
    await expect.poll(() => find().map(({ entry }) => entry?.sequence), { timeout: 10_000 }).toEqual([1, 2]);
    expect(find()[1]?.spend_log?.reservation_id).toBe(reservationId);
    await expect.poll(unsent, { timeout: 10_000 }).toBeNull();
  });

  it("survives an eviction between the write and the send", async () => {
    const organization = await createOrganization({});
    const { stub } = organization;
    await stub.wallets();
    const note = nextId("note");
    await runInDurableObject(stub, (_instance, state) => {
      openStore(state.storage.sql, organization.id).outbox.add({ entry: { ...ENTRY, note }, spend_log: null });
    });
    await evictDurableObject(stub);
    await stub.wallets();
    await expect.poll(() => delivered.filter(({ entry }) => entry?.note === note).length, { timeout: 10_000 }).toBe(1);
  });

  it("has an alarm behind every message, also behind one that goes with those that are gathered already", async () => {
    const { stub } = await createOrganization({});
    await stub.transfer(transferCommand({ amountNanos: 1n }));
    await stub.confirmShipped([1]);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    await stub.transfer(transferCommand({ amountNanos: 1n }));
    expect(await runInDurableObject(stub, (_instance, { storage }) => storage.getAlarm())).not.toBeNull();
  });
});

const ENTRY = {
  id: "ent_1",
  organization_id: "org_1",
  sequence: 1,
  type: "credit",
  currency: "USD",
  reservation_id: null,
  request_id: null,
  actor: "platform_admin",
  note: null,
  flags: [],
  created_at_ms: 0,
  lines: [
    { line: 0, account: "external", amount_nanos: "-1", balance_after_nanos: null },
    { line: 1, account: "wallet:wal_1", amount_nanos: "1", balance_after_nanos: "1" },
  ],
};
