/** `/v1/webhooks/{id}/deliveries`, and trying an endpoint out. */
import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import { formatTime } from "../contract/amount.ts";
import { listOf, pageOf } from "../contract/list.ts";
import { deliveryQuerySchema, deliverySchema, TEST_EVENT, type EventPayload } from "../contract/webhook.ts";
import { fail, ok } from "../core/failure.ts";
import { webhookDeliveries } from "../platform/d1/spend-schema.ts";
import type { DeliveryRow, WebhookRow } from "../platform/d1/webhook-row.ts";
import { isSourceViolation } from "../platform/d1/audit-log.ts";
import { deriveId } from "../platform/identifiers.ts";
import type { AuditEvent } from "./audit-trail.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveRecorded } from "./save-change.ts";
import { afterTimeCursor, timeCursorOf } from "./time-cursor.ts";
import { deliveryToWire, findOwnDelivery, findOwnWebhook, requireWebhooks } from "./webhook-rows.ts";

const TAG = "Webhooks";

export function addWebhookDeliveryRoutes(api: Api, deps: ApiDeps): void {
  addListRoute(api, deps);
  addTestRoute(api, deps);
  addRetryRoute(api, deps);
}

function addListRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/webhooks/{id}/deliveries",
    {
      summary: "List a webhook's deliveries",
      description: "Newest first, with every attempt.",
      tag: TAG,
      params: idParams,
      query: deliveryQuerySchema,
      answer: listOf(deliverySchema),
      refusals: [404],
    },
    async ({ principal, params, query }) => {
      const webhook = await findOwnWebhook(deps, principal.organizationId, params.id);
      if (!webhook.ok) return webhook;
      const after = afterTimeCursor(query.cursor, webhookDeliveries);
      if (!after.ok) return after;
      const rows = await deps.spendDb
        .select()
        .from(webhookDeliveries)
        .where(
          and(
            eq(webhookDeliveries.organizationId, principal.organizationId),
            eq(webhookDeliveries.webhookId, params.id),
            query.status === undefined ? undefined : eq(webhookDeliveries.status, query.status),
            after.value,
          ),
        )
        .orderBy(desc(webhookDeliveries.createdAtMs), desc(webhookDeliveries.id))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, timeCursorOf, deliveryToWire));
    },
  );
}

function addTestRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/webhooks/{id}/test",
    {
      summary: "Send a test event",
      description:
        "Sends `webhook.test` now, once, also to a webhook that is disabled, and answers what became of it; that can take " +
        "15 seconds.",
      tag: TAG,
      params: idParams,
      answer: deliverySchema,
      refusals: [404, 409],
    },
    async ({ principal, params, nowMs, actor, idempotencyKey, trail }) => {
      const ports = requireWebhooks(deps);
      if (!ports.ok) return ports;
      const webhook = await findOwnWebhook(deps, principal.organizationId, params.id);
      if (!webhook.ok) return webhook;
      const id =
        idempotencyKey === null ? deps.newId("dlv") : await deriveId("dlv", [params.id, actor, idempotencyKey]);
      const row = draftTest(deps, webhook.value, id, nowMs);
      await recordOnce(deps, webhook.value, trail.record("webhook.test", params.id, null, null, id));
      await deps.spendDb.insert(webhookDeliveries).values(row).onConflictDoNothing();
      const delivery = await findOwnDelivery(deps, principal.organizationId, params.id, id);
      if (!delivery.ok) return delivery;
      const isNew = delivery.value.status === "pending";
      return ok(deliveryToWire(isNew ? await ports.value.attempt(delivery.value) : delivery.value));
    },
  );
}

function addRetryRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/webhooks/{id}/deliveries/{delivery_id}/retry",
    {
      summary: "Send an event again",
      description: "Makes the delivery due now, whether the event arrived before or not, and answers it as it is then.",
      tag: TAG,
      params: z.strictObject({ id: z.string(), delivery_id: z.string() }),
      answer: deliverySchema,
      refusals: [404, 409],
    },
    async ({ principal, params, trail }) => {
      const ports = requireWebhooks(deps);
      if (!ports.ok) return ports;
      const webhook = await findOwnWebhook(deps, principal.organizationId, params.id);
      if (!webhook.ok) return webhook;
      const delivery = await findOwnDelivery(deps, principal.organizationId, params.id, params.delivery_id);
      if (!delivery.ok) return delivery;
      if (!webhook.value.enabled && delivery.value.type !== TEST_EVENT) {
        return fail({ kind: "conflict", code: "webhook_disabled", message: "Enable the webhook first." });
      }
      // Before it is sent: nothing leaves without a record.
      const event = trail.record("webhook_delivery.retry", params.delivery_id, null, null);
      await saveRecorded(deps, principal.organizationId, event, []);
      return ok(deliveryToWire(await ports.value.retry(delivery.value)));
    },
  );
}

/** Before it is sent: nothing leaves without a record. The repeat of a request that died finds it recorded. */
async function recordOnce(deps: ApiDeps, { organizationId }: WebhookRow, event: AuditEvent): Promise<void> {
  try {
    await saveRecorded(deps, organizationId, event, []);
  } catch (error) {
    if (!isSourceViolation(error)) throw error;
  }
}

/** Not due for anybody else: it is attempted once, by the request that asks for it. */
function draftTest(deps: ApiDeps, webhook: WebhookRow, id: string, nowMs: number): DeliveryRow {
  const payload: EventPayload = {
    id: deps.newId("evt"),
    type: TEST_EVENT,
    timestamp: formatTime(nowMs),
    data: { webhook_id: webhook.id, name: webhook.name },
  };
  return {
    id,
    organizationId: webhook.organizationId,
    webhookId: webhook.id,
    eventId: payload.id,
    type: TEST_EVENT,
    payloadJson: JSON.stringify(payload),
    status: "pending",
    attemptsJson: "[]",
    createdAtMs: nowMs,
    nextAttemptAtMs: null,
  };
}
