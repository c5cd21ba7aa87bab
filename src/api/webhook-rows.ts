/** Webhooks and deliveries between rows and wire, and how they are found. */
import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import { formatTime, formatTimeOrNull } from "../contract/amount.ts";
import type { deliverySchema, WebhookWire } from "../contract/webhook.ts";
import { fail, ok, type Result } from "../core/failure.ts";
import { webhooks } from "../platform/d1/control-schema.ts";
import { webhookDeliveries } from "../platform/d1/spend-schema.ts";
import { readAttempts, readEvents, type DeliveryRow, type WebhookRow } from "../platform/d1/webhook-row.ts";
import type { ApiDeps, WebhookPorts } from "./deps.ts";

export function webhookToWire(row: WebhookRow, nowMs: number): WebhookWire {
  const overlaps = row.previousSecretUntilMs !== null && row.previousSecretUntilMs > nowMs;
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    events: readEvents(row),
    enabled: row.enabled,
    previous_secret_expires_at: overlaps ? formatTimeOrNull(row.previousSecretUntilMs) : null,
    created_at: formatTime(row.createdAtMs),
  };
}

export function deliveryToWire(row: DeliveryRow): z.input<typeof deliverySchema> {
  return {
    id: row.id,
    webhook_id: row.webhookId,
    event_id: row.eventId,
    type: row.type,
    status: row.status,
    attempts: readAttempts(row),
    next_attempt_at: formatTimeOrNull(row.nextAttemptAtMs),
    created_at: formatTime(row.createdAtMs),
  };
}

/** Refuses, where the deployment has no key to sign with. */
export function requireWebhooks(deps: ApiDeps): Result<WebhookPorts> {
  if (deps.webhooks !== null) return ok(deps.webhooks);
  return fail({
    kind: "conflict",
    code: "webhooks_not_configured",
    message: "This gateway has no WEBHOOK_SIGNING_KEY, so it cannot sign events.",
  });
}

export async function findOwnWebhook(deps: ApiDeps, organizationId: string, id: string): Promise<Result<WebhookRow>> {
  const rows = await deps.db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.id, id), eq(webhooks.organizationId, organizationId)));
  return rows[0] === undefined ? fail({ kind: "not_found", what: "webhook" }) : ok(rows[0]);
}

export async function findOwnDelivery(
  deps: ApiDeps,
  organizationId: string,
  webhookId: string,
  id: string,
): Promise<Result<DeliveryRow>> {
  const rows = await deps.spendDb
    .select()
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.id, id),
        eq(webhookDeliveries.webhookId, webhookId),
        eq(webhookDeliveries.organizationId, organizationId),
      ),
    );
  return rows[0] === undefined ? fail({ kind: "not_found", what: "delivery" }) : ok(rows[0]);
}
