/** `/v1/notifications`: what the people of an organization should know. Read once for all of them. */
import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import type { z } from "zod";
import { formatTime, formatTimeOrNull } from "../contract/amount.ts";
import { listOf, pageOf } from "../contract/list.ts";
import { allReadSchema, notificationQuerySchema, notificationSchema } from "../contract/notification-api.ts";
import { fail, ok } from "../core/failure.ts";
import { notifications } from "../platform/d1/spend-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addKeyRoute, type Api } from "./route.ts";
import { afterTimeCursor, timeCursorOf } from "./time-cursor.ts";

const TAG = "Notifications";

type NotificationRow = typeof notifications.$inferSelect;

export function addNotificationRoutes(api: Api, deps: ApiDeps): void {
  addListRoute(api, deps);
  addReadRoutes(api, deps);
}

function addListRoute(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    "GET /v1/notifications",
    {
      summary: "List notifications",
      description: "Newest first.",
      tag: TAG,
      query: notificationQuerySchema,
      answer: listOf(notificationSchema),
    },
    async ({ key, query }) => {
      const after = afterTimeCursor(query.cursor, notifications);
      if (!after.ok) return after;
      const { readAtMs } = notifications;
      const rows = await deps.spendDb
        .select()
        .from(notifications)
        .where(
          and(
            eq(notifications.organizationId, key.organizationId),
            query.type === undefined ? undefined : eq(notifications.type, query.type),
            query.unread === undefined ? undefined : query.unread ? isNull(readAtMs) : isNotNull(readAtMs),
            after.value,
          ),
        )
        .orderBy(desc(notifications.createdAtMs), desc(notifications.id))
        .limit(query.limit + 1);
      return ok(pageOf(rows, query.limit, timeCursorOf, toWire));
    },
  );
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addKeyRoute(
    api,
    deps,
    "POST /v1/notifications/{id}/read",
    {
      summary: "Mark a notification as read",
      description: "For everybody in the organization. The first time counts.",
      tag: TAG,
      params: idParams,
      answer: notificationSchema,
      refusals: [404],
    },
    async ({ key, params, nowMs }) => {
      const own = and(eq(notifications.id, params.id), eq(notifications.organizationId, key.organizationId));
      await deps.spendDb
        .update(notifications)
        .set({ readAtMs: nowMs })
        .where(and(own, isNull(notifications.readAtMs)));
      const rows = await deps.spendDb.select().from(notifications).where(own);
      return rows[0] === undefined ? fail({ kind: "not_found", what: "notification" }) : ok(toWire(rows[0]));
    },
  );

  addKeyRoute(
    api,
    deps,
    "POST /v1/notifications/read-all",
    { summary: "Mark all notifications as read", tag: TAG, answer: allReadSchema },
    async ({ key, nowMs }) => {
      await deps.spendDb
        .update(notifications)
        .set({ readAtMs: nowMs })
        .where(and(eq(notifications.organizationId, key.organizationId), isNull(notifications.readAtMs)));
      return ok({ unread: 0 });
    },
  );
}

function toWire(row: NotificationRow): z.input<typeof notificationSchema> {
  return notificationSchema.parse({
    id: row.id,
    type: row.type,
    data: JSON.parse(row.dataJson),
    created_at: formatTime(row.createdAtMs),
    read_at: formatTimeOrNull(row.readAtMs),
  });
}
