import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { asc, eq } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { LedgerMessage } from "../../src/contract/ledger-message.ts";
import type { NotificationMessage } from "../../src/contract/notification.ts";
import { webhooks } from "../../src/platform/d1/control-schema.ts";
import { notifications, webhookDeliveries } from "../../src/platform/d1/spend-schema.ts";
import { readAttempts, type DeliveryRow } from "../../src/platform/d1/webhook-row.ts";
import { attemptIfDue, scheduleOverdue, type WebhookDeliveryPorts } from "../../src/platform/webhook-delivery.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";
import type { Mail } from "../../src/queue/notification-mail.ts";
import { createNotificationPorts, type NotificationParts } from "../../src/queue/notification-ports.ts";
import { consumeWebhooks } from "../../src/queue/webhook-consumer.ts";
import { deps, webhookDelivery } from "../support/worker-api.ts";
import { answerWith, receivedAt, signer, testSender } from "../support/worker-endpoints.ts";
import { delivered } from "../support/worker-main.ts";
import {
  authorizeCommand,
  createOrganization,
  granted,
  HOLD_NANOS,
  nextId,
  settleCommand,
  transferCommand,
} from "../support/worker-organization.ts";

const logged = vi.spyOn(console, "error").mockReturnValue();
const clock = { nowMs: Date.now() };
const scheduled: { readonly id: string; readonly delaySeconds: number }[] = [];

const ports: WebhookDeliveryPorts = {
  ...webhookDelivery,
  send: testSender(() => clock.nowMs),
  nowMs: () => clock.nowMs,
  schedule: async (ids, delaySeconds) => {
    scheduled.push(...ids.map((id) => ({ id, delaySeconds })));
  },
};

function parts(rest: Partial<NotificationParts> = {}): NotificationParts {
  return {
    db: deps.db,
    hasWebhooks: true,
    schedule: (ids, delaySeconds) => ports.schedule(ids, delaySeconds),
    sendMail: null,
    newId: (prefix) => deps.newId(prefix),
    nowMs: () => clock.nowMs,
    reportError: () => {},
    ...rest,
  };
}

let organizationId = "";
beforeEach(async () => {
  logged.mockClear();
  scheduled.length = 0;
  organizationId = (await createOrganization({})).id;
});

function notification(rest: Partial<NotificationMessage> = {}): NotificationMessage {
  return {
    id: nextId("ntf"),
    organization_id: organizationId,
    type: "wallet.low_balance",
    data: { balance: "1.00", threshold: 20, flag: true, nothing: null, quote: `"it's"` },
    created_at_ms: 1_780_000_000_000,
    ...rest,
  };
}

const messageOf = (told: NotificationMessage): LedgerMessage => ({
  entry: null,
  spend_log: null,
  notification: told,
});

async function consume(bodies: readonly LedgerMessage[], rest: Partial<NotificationParts> = {}) {
  const messages = bodies.map((body, index) => ({
    id: `message_${crypto.randomUUID()}_${index}`,
    timestamp: new Date(),
    attempts: 1,
    body,
  }));
  const batch = createMessageBatch("keeptrusts-ledger", messages);
  const confirmed: number[] = [];
  await consumeLedger(
    batch,
    env,
    clock.nowMs,
    async (_id, numbers) => {
      confirmed.push(...numbers);
    },
    createNotificationPorts(parts(rest)),
  );
  const result = await getQueueResult(batch, createExecutionContext());
  return { acked: result.explicitAcks.length, retried: result.retryMessages.length, confirmed };
}

async function makeWebhook(rest: Partial<typeof webhooks.$inferInsert> = {}) {
  const id = nextId("whk");
  const url = `https://${id.replace("_", "-")}.example.com/events`;
  const row = { id, organizationId, name: "Test", url, createdAtMs: 0, ...rest };
  await deps.db.insert(webhooks).values(row);
  return { id, url: row.url };
}

async function deliveriesOf(webhookId: string): Promise<DeliveryRow[]> {
  return deps.spendDb
    .select()
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.webhookId, webhookId))
    .orderBy(asc(webhookDeliveries.createdAtMs));
}

async function onlyDelivery(webhookId: string): Promise<DeliveryRow> {
  const [row, ...others] = await deliveriesOf(webhookId);
  if (row === undefined || others.length > 0) throw new Error("not one delivery");
  return row;
}

/** Delivers messages of the webhook queue. */
async function attemptAll(ids: readonly string[]): Promise<{ acked: number; retried: number }> {
  const messages = ids.map((id) => ({
    id: crypto.randomUUID(),
    timestamp: new Date(),
    attempts: 1,
    body: { delivery_id: id },
  }));
  const batch = createMessageBatch("keeptrusts-webhooks", messages);
  await consumeWebhooks(batch, { attemptIfDue: (id) => attemptIfDue(ports, id), reportError: () => {} });
  const result = await getQueueResult(batch, createExecutionContext());
  return { acked: result.explicitAcks.length, retried: result.retryMessages.length };
}

describe("a notification", () => {
  it("is stored once, with one delivery for each webhook that wants it, however often its message comes", async () => {
    const all = await makeWebhook();
    const wanted = await makeWebhook({ eventsJson: '["wallet.low_balance","key.expiring"]' });
    const unwanted = await makeWebhook({ eventsJson: '["wallet.depleted"]' });
    const disabled = await makeWebhook({ enabled: false });
    const told = notification();
    expect(await consume([messageOf(told), messageOf(told)])).toMatchObject({ acked: 2, retried: 0 });
    const late = await makeWebhook();
    expect(await consume([messageOf(told)])).toMatchObject({ acked: 1 });

    const rows = await deps.spendDb.select().from(notifications).where(eq(notifications.id, told.id));
    expect(rows).toMatchObject([{ organizationId, type: told.type, createdAtMs: told.created_at_ms, readAtMs: null }]);
    expect(JSON.parse(rows[0]?.dataJson ?? "")).toEqual(told.data);
    const counts = await Promise.all([all, wanted, unwanted, disabled, late].map(({ id }) => deliveriesOf(id)));
    expect(counts.map((found) => found.length)).toEqual([1, 1, 0, 0, 0]);
    expect(JSON.parse((await onlyDelivery(all.id)).payloadJson)).toEqual({
      id: told.id,
      type: told.type,
      timestamp: "2026-05-28T20:26:40.000Z",
      data: told.data,
    });
    expect(scheduled.map(({ id }) => id).toSorted()).toEqual(
      [(await onlyDelivery(all.id)).id, (await onlyDelivery(wanted.id)).id].toSorted(),
    );
  });

  it("waits while nobody can say who wants it, and what comes with it does not", async () => {
    const broken = new Proxy(deps.db, {
      get: () => () => {
        throw new Error("D1 is down");
      },
    });
    const plain: LedgerMessage = { entry: null, spend_log: null, outbox_number: 1 };
    const told = notification();
    expect(await consume([messageOf(told), plain], { db: broken })).toMatchObject({ acked: 1, retried: 1 });
    const stored = () => deps.spendDb.select().from(notifications).where(eq(notifications.id, told.id));
    expect(await stored()).toEqual([]);
    expect(await consume([messageOf(told)])).toMatchObject({ acked: 1, retried: 0 });
    expect(await stored()).toHaveLength(1);
  });

  it("comes from the object through the queue, and its row and its number are confirmed", async () => {
    const organization = await createOrganization({ keys: [{ token: "any" }] });
    organizationId = organization.id;
    const { id } = await makeWebhook();
    await organization.stub.transfer(transferCommand({ amountNanos: HOLD_NANOS }));
    const grant = granted(await organization.stub.authorize(authorizeCommand(organization, "any")));
    await organization.stub.settle(settleCommand(grant.reservationId));
    const find = () => delivered.filter((message) => message.notification?.organization_id === organization.id);
    await expect.poll(() => find().length, { timeout: 10_000 }).toBe(1);
    const messages = find();
    const { confirmed } = await consume([...messages, ...messages]);
    expect(new Set(confirmed)).toEqual(new Set(messages.map((message) => message.outbox_number)));
    expect((await onlyDelivery(id)).type).toBe("wallet.low_balance");
  });

  it("is mailed once to those who look after the money, and a mail that fails changes nothing", async () => {
    await env.CONTROL_DB.batch(
      (["owner", "admin", "billing_admin", "member"] as const).map((role) =>
        env.CONTROL_DB.prepare(
          "INSERT INTO members (id, organization_id, email, name, role, created_at_ms) VALUES (?, ?, ?, ?, ?, 0)",
        ).bind(nextId("mem"), organizationId, `${role}@${organizationId}.example`, role, role),
      ),
    );
    const mails: Mail[] = [];
    const sendMail = async (mail: Mail): Promise<void> => {
      mails.push(mail);
      if (mail.to.startsWith("owner")) throw new Error("no such mailbox");
    };
    const told = notification({ data: { name: "Research\nBcc: all@example.com", balance: "1.00", nothing: null } });
    expect(await consume([messageOf(told), messageOf(told)], { sendMail })).toMatchObject({ acked: 2, retried: 0 });
    await consume([messageOf(told)], { sendMail });
    const roles = mails.map(({ to }) => to.replace(/@.*/, ""));
    expect(roles.toSorted()).toEqual(["admin", "billing_admin", "owner"]);
    expect(mails[0]?.subject).toBe(`Name of ${organizationId}: a wallet is running low`);
    expect(mails[0]?.text.split("\n")).toEqual([
      `Name of ${organizationId}: a wallet is running low.`,
      "",
      "  name: Research Bcc: all@example.com",
      "  balance: 1.00",
      "  at: 2026-05-28T20:26:40.000Z",
      "",
      `Event wallet.low_balance, notification ${told.id}.`,
      "",
    ]);
  });
});

describe("a delivery", () => {
  async function plan(rest: Parameters<typeof makeWebhook>[0] = {}) {
    const webhook = await makeWebhook(rest);
    await consume([messageOf(notification())]);
    const { id } = await onlyDelivery(webhook.id);
    return { ...webhook, deliveryId: id };
  }

  it("is sent signed, once, however often the queue says so", async () => {
    const { id, url, deliveryId } = await plan();
    expect(await attemptAll([deliveryId, deliveryId, deliveryId])).toEqual({ acked: 3, retried: 0 });
    expect(await attemptAll([deliveryId])).toEqual({ acked: 1, retried: 0 });
    const [request, ...others] = receivedAt(url);
    expect(others).toEqual([]);
    const secret = await signer.secretOf(id, 1);
    const headers = Object.fromEntries(request?.headers ?? []);
    expect(new Webhook(secret).verify(request?.body ?? "", headers)).toMatchObject({ type: "wallet.low_balance" });
    expect(headers["content-type"]).toBe("application/json");
    expect(() => new Webhook(secret).verify(`${request?.body ?? ""} `, headers)).toThrow();
    const row = await onlyDelivery(id);
    expect([row.status, row.nextAttemptAtMs, readAttempts(row).length]).toEqual(["delivered", null, 1]);
  });

  it("is tried ten times over two days, with the same bytes, and then given up", async () => {
    const { id, url, deliveryId } = await plan();
    answerWith(url, 503);
    const delays: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      scheduled.length = 0;
      await attemptAll([deliveryId]);
      await attemptAll([deliveryId]);
      const [next] = scheduled;
      if (next === undefined) break;
      delays.push(next.delaySeconds);
      clock.nowMs += next.delaySeconds * 1_000;
    }
    expect(delays).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 36_000, 36_000, 36_000]);
    const row = await onlyDelivery(id);
    expect([row.status, row.nextAttemptAtMs]).toEqual(["failed", null]);
    expect(readAttempts(row)).toHaveLength(10);
    expect(readAttempts(row)[0]).toEqual({
      at: expect.any(String),
      status: 503,
      error: "refused",
      duration_ms: expect.any(Number),
    });
    expect(new Set(receivedAt(url).map(({ body }) => body)).size).toBe(1);
    expect(receivedAt(url)).toHaveLength(10);
  });

  it.each([
    [302, 302, "redirect_not_followed"],
    ["hang", null, "timeout"],
    ["break", null, "unreachable"],
    [404, 404, "refused"],
  ] as const)("that meets %s is tried again", async (rule, status, error) => {
    const { id, url, deliveryId } = await plan();
    answerWith(url, rule);
    await attemptAll([deliveryId]);
    const row = await onlyDelivery(id);
    expect(readAttempts(row)).toMatchObject([{ status, error }]);
    expect([row.status, row.nextAttemptAtMs]).toEqual(["pending", clock.nowMs + 5_000]);
    expect(receivedAt(url)).toHaveLength(1);
  });

  it("that meets 410 ends, and the webhook gets nothing more", async () => {
    const { id, url, deliveryId } = await plan();
    answerWith(url, 410);
    await attemptAll([deliveryId]);
    expect(await onlyDelivery(id)).toMatchObject({ status: "failed", nextAttemptAtMs: null });
    const [webhook] = await deps.db.select().from(webhooks).where(eq(webhooks.id, id));
    expect(webhook?.enabled).toBe(false);
    await consume([messageOf(notification())]);
    expect(await deliveriesOf(id)).toHaveLength(1);
  });

  it("stops when its webhook is disabled or deleted meanwhile", async () => {
    const disabled = await plan();
    await deps.db.update(webhooks).set({ enabled: false }).where(eq(webhooks.id, disabled.id));
    const removed = await plan();
    await deps.db.delete(webhooks).where(eq(webhooks.id, removed.id));
    await attemptAll([disabled.deliveryId, removed.deliveryId]);
    expect([...receivedAt(disabled.url), ...receivedAt(removed.url)]).toEqual([]);
    for (const { id } of [disabled, removed]) {
      const row = await onlyDelivery(id);
      expect([row.status, row.nextAttemptAtMs]).toEqual(["failed", null]);
      expect(readAttempts(row)).toMatchObject([{ status: null, error: "webhook_disabled" }]);
    }
  });

  it("to an endpoint that hangs keeps the others of its batch from nothing", async () => {
    const slow = await plan();
    const quick = await plan();
    const order: string[] = [];
    answerWith(slow.url, "hang");
    const batch = createMessageBatch(
      "keeptrusts-webhooks",
      [slow, quick].map(({ deliveryId }) => ({
        id: deliveryId,
        timestamp: new Date(),
        attempts: 1,
        body: { delivery_id: deliveryId },
      })),
    );
    await consumeWebhooks(batch, {
      attemptIfDue: async (id) => {
        await attemptIfDue(ports, id);
        order.push(id);
      },
      reportError: () => {},
    });
    expect(order).toEqual([quick.deliveryId, slow.deliveryId]);
  });

  it("that the queue forgot is found by the cron trigger, also when its Worker died during the attempt", async () => {
    const { id, url, deliveryId } = await plan();
    await scheduleOverdue(ports);
    expect(scheduled.filter((one) => one.id === deliveryId)).toHaveLength(1);
    const dying: WebhookDeliveryPorts = {
      ...ports,
      send: async () => {
        throw new Error("the isolate is gone");
      },
    };
    await expect(attemptIfDue(dying, deliveryId)).rejects.toThrow("gone");
    await attemptAll([deliveryId]);
    expect(receivedAt(url)).toEqual([]);
    clock.nowMs += 100_000;
    await scheduleOverdue(ports);
    expect(scheduled.filter((one) => one.id === deliveryId)).toHaveLength(2);
    await attemptAll([deliveryId]);
    expect((await onlyDelivery(id)).status).toBe("delivered");
  });

  it("is asked for again when the database cannot be reached; nonsense is dropped", async () => {
    const batch = createMessageBatch("keeptrusts-webhooks", [
      { id: "a", timestamp: new Date(), attempts: 1, body: { delivery_id: "dlv_1" } },
      { id: "b", timestamp: new Date(), attempts: 1, body: { nonsense: true } },
    ]);
    await consumeWebhooks(batch, {
      attemptIfDue: () => Promise.reject(new Error("D1 is down")),
      reportError: () => {},
    });
    const result = await getQueueResult(batch, createExecutionContext());
    expect([result.explicitAcks, result.retryMessages.map(({ msgId }) => msgId)]).toEqual([["b"], ["a"]]);
  });
});
