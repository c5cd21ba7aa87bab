/**
 * Attempts deliveries of events. The row in SPEND_DB is the truth: a message only says that it may be due, so a message that
 * comes twice, or never, changes nothing. At least once: two attempts can overlap when a row is retried by hand.
 */
import { and, asc, eq, gt, isNull, lte, or, sql } from "drizzle-orm";
import { formatTime } from "../contract/amount.ts";
import { TEST_EVENT, type DeliveryAttempt } from "../contract/webhook.ts";
import { decideDelivery, type AttemptResult } from "../core/webhook-delivery.ts";
import { webhooks } from "./d1/control-schema.ts";
import type { ControlDatabase, SpendDatabase } from "./d1/database.ts";
import { webhookDeliveries } from "./d1/spend-schema.ts";
import { findWebhook, readAttempts, type DeliveryRow, type WebhookRow } from "./d1/webhook-row.ts";
import type { SendEvent } from "./webhook-sender.ts";

/** Longer than an attempt takes: a Worker that dies during it leaves a row that is due again. */
const ATTEMPT_LEASE_MS = 60_000;
/** Queues keep their delays in whole seconds of another clock. */
const EARLY_MS = 1_000;
/** What is due for so long was forgotten by the queue. */
const OVERDUE_MS = 30_000;
const MAX_SWEPT = 100;

export interface WebhookDeliveryPorts {
  readonly db: ControlDatabase;
  readonly spendDb: SpendDatabase;
  readonly send: SendEvent;
  nowMs(): number;
  /** Has these attempted after the delay. Never rejects: what gets lost is found by `listOverdue`. */
  schedule(deliveryIds: readonly string[], delaySeconds: number): Promise<void>;
}

/** Attempts the delivery if it is due and nobody else does. Throws what D1 throws. */
export async function attemptIfDue(ports: WebhookDeliveryPorts, deliveryId: string): Promise<void> {
  const nowMs = ports.nowMs();
  const [claimed] = await ports.spendDb
    .update(webhookDeliveries)
    .set({ nextAttemptAtMs: nowMs + ATTEMPT_LEASE_MS })
    .where(and(eq(webhookDeliveries.id, deliveryId), lte(webhookDeliveries.nextAttemptAtMs, nowMs + EARLY_MS)))
    .returning();
  if (claimed !== undefined) await attempt(ports, claimed);
}

/** Attempts the delivery now, whatever became of it before; gives its row afterwards. Throws what D1 throws. */
export async function attempt(ports: WebhookDeliveryPorts, row: DeliveryRow): Promise<DeliveryRow> {
  const webhook = await findWebhook(ports.db, row.webhookId);
  const beganAtMs = ports.nowMs();
  const result = await send(ports, webhook, row);
  const decision = decideDelivery(result, readAttempts(row).length + 1);
  const retries = isStopped(webhook, row) || row.type === TEST_EVENT ? null : decision.delaySeconds;
  if (decision.disablesWebhook && webhook !== null) await disable(ports.db, webhook);
  const attempted: DeliveryAttempt = {
    at: formatTime(beganAtMs),
    status: result.status,
    error: result.error,
    duration_ms: result.durationMs,
  };
  const [saved] = await ports.spendDb
    .update(webhookDeliveries)
    .set({
      status: decision.status === "pending" && retries === null ? "failed" : decision.status,
      attemptsJson: sql`json_insert(${webhookDeliveries.attemptsJson}, '$[#]', json(${JSON.stringify(attempted)}))`,
      nextAttemptAtMs: retries === null ? null : ports.nowMs() + retries * 1_000,
    })
    .where(eq(webhookDeliveries.id, row.id))
    .returning();
  if (retries !== null) await ports.schedule([row.id], retries);
  // Deleted meanwhile with its webhook.
  return saved ?? row;
}

/** Makes the delivery due at once, whatever became of it before; gives its row. Twice is as good as once. */
export async function retry(ports: WebhookDeliveryPorts, row: DeliveryRow): Promise<DeliveryRow> {
  const nowMs = ports.nowMs();
  const isLater = or(isNull(webhookDeliveries.nextAttemptAtMs), gt(webhookDeliveries.nextAttemptAtMs, nowMs));
  const [due] = await ports.spendDb
    .update(webhookDeliveries)
    .set({ status: "pending", nextAttemptAtMs: nowMs })
    .where(and(eq(webhookDeliveries.id, row.id), isLater))
    .returning();
  await ports.schedule([row.id], 0);
  return due ?? row;
}

/** Schedules the deliveries that the queue forgot, the oldest first. Throws what D1 throws. */
export async function scheduleOverdue(ports: WebhookDeliveryPorts): Promise<void> {
  const rows = await ports.spendDb
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(lte(webhookDeliveries.nextAttemptAtMs, ports.nowMs() - OVERDUE_MS))
    .orderBy(asc(webhookDeliveries.nextAttemptAtMs))
    .limit(MAX_SWEPT);
  await ports.schedule(
    rows.map(({ id }) => id),
    0,
  );
}

async function send(ports: WebhookDeliveryPorts, webhook: WebhookRow | null, row: DeliveryRow): Promise<AttemptResult> {
  if (webhook === null || isStopped(webhook, row)) return { status: null, error: "webhook_disabled", durationMs: 0 };
  return ports.send(webhook, { id: row.eventId, payload: row.payloadJson });
}

/** A webhook that is being tried out may be disabled. */
function isStopped(webhook: WebhookRow | null, row: DeliveryRow): boolean {
  return webhook === null || (!webhook.enabled && row.type !== TEST_EVENT);
}

/** Unless it has another address by now. */
async function disable(db: ControlDatabase, { id, url }: WebhookRow): Promise<void> {
  await db
    .update(webhooks)
    .set({ enabled: false })
    .where(and(eq(webhooks.id, id), eq(webhooks.url, url)));
}
