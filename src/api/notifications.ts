/** `/v1/notifications`: what the people of an organization should know. Read once for all of them. */
import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import type { z } from "zod";
import { formatTime, formatTimeOrNull } from "../contract/amount.ts";
import { listOf, pageOf } from "../contract/list.ts";
import { allReadSchema, notificationQuerySchema, notificationSchema } from "../contract/notification-api.ts";
import { fail, ok } from "../core/failure.ts";
import type { Visibility } from "../core/visibility.ts";
import { keys } from "../platform/d1/control-schema.ts";
import { notifications } from "../platform/d1/spend-schema.ts";
import type { ApiDeps } from "./deps.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { afterTimeCursor, timeCursorOf } from "./time-cursor.ts";
import { findVisibility } from "./visibility.ts";
import { visibleKeys, visibleNotifications } from "./visible-rows.ts";

const TAG = "Notifications";

type NotificationRow = typeof notifications.$inferSelect;

export function addNotificationRoutes(api: Api, deps: ApiDeps): void {
  addListRoute(api, deps);
  addReadRoutes(api, deps);
}

function addListRoute(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "GET /v1/notifications",
    {
      summary: "List notifications",
      description:
        "Newest first. Without `org:read`: those about the caller's wallet, budgets and keys, and about the teams that it leads.",
      tag: TAG,
      query: notificationQuerySchema,
      answer: listOf(notificationSchema),
    },
    async ({ principal, query }) => {
      const after = afterTimeCursor(query.cursor, notifications);
      if (!after.ok) return after;
      const { readAtMs } = notifications;
      const sight = await findVisibility(deps, principal);
      const rows = await deps.spendDb
        .select()
        .from(notifications)
        .where(
          and(
            eq(notifications.organizationId, principal.organizationId),
            visibleNotifications(sight, await listKeyIds(deps, principal.organizationId, sight)),
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

/** Of the caller's keys; none are needed to see all notifications. */
async function listKeyIds(deps: ApiDeps, organizationId: string, sight: Visibility): Promise<readonly string[]> {
  if (sight.sees === "organization") return [];
  const own = and(eq(keys.organizationId, organizationId), visibleKeys(sight));
  const rows = await deps.db.select({ id: keys.id }).from(keys).where(own);
  return rows.map(({ id }) => id);
}

function addReadRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
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
    async ({ principal, params, nowMs }) => {
      const own = and(eq(notifications.id, params.id), eq(notifications.organizationId, principal.organizationId));
      await deps.spendDb
        .update(notifications)
        .set({ readAtMs: nowMs })
        .where(and(own, isNull(notifications.readAtMs)));
      const rows = await deps.spendDb.select().from(notifications).where(own);
      return rows[0] === undefined ? fail({ kind: "not_found", what: "notification" }) : ok(toWire(rows[0]));
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "POST /v1/notifications/read-all",
    { summary: "Mark all notifications as read", tag: TAG, answer: allReadSchema },
    async ({ principal, nowMs }) => {
      await deps.spendDb
        .update(notifications)
        .set({ readAtMs: nowMs })
        .where(and(eq(notifications.organizationId, principal.organizationId), isNull(notifications.readAtMs)));
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
