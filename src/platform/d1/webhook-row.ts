/** Webhooks and deliveries as rows of D1. */
import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { deliveryAttemptSchema, webhookEventsSchema, type DeliveryAttempt } from "../../contract/webhook.ts";
import type { NotificationType } from "../../contract/notification.ts";
import { webhooks } from "./control-schema.ts";
import type { ControlDatabase } from "./database.ts";
import type { webhookDeliveries } from "./spend-schema.ts";

export type WebhookRow = typeof webhooks.$inferSelect;
export type DeliveryRow = typeof webhookDeliveries.$inferSelect;

export function readEvents(row: WebhookRow): NotificationType[] {
  return webhookEventsSchema.parse(JSON.parse(row.eventsJson));
}

export function readAttempts(row: DeliveryRow): DeliveryAttempt[] {
  return z.array(deliveryAttemptSchema).parse(JSON.parse(row.attemptsJson));
}

/** No events named: all of them. */
export function wantsEvent(row: WebhookRow, type: NotificationType): boolean {
  const events = readEvents(row);
  return events.length === 0 || events.includes(type);
}

export async function listEnabledWebhooks(
  db: ControlDatabase,
  organizationIds: readonly string[],
): Promise<WebhookRow[]> {
  return db
    .select()
    .from(webhooks)
    .where(and(inOrganizations(organizationIds), eq(webhooks.enabled, true)));
}

/** As one JSON text: a statement binds at most a hundred values. */
function inOrganizations(organizationIds: readonly string[]) {
  return inArray(webhooks.organizationId, sql`(SELECT value FROM json_each(${JSON.stringify(organizationIds)}))`);
}

export async function findWebhook(db: ControlDatabase, id: string): Promise<WebhookRow | null> {
  const rows = await db.select().from(webhooks).where(eq(webhooks.id, id));
  return rows[0] ?? null;
}
