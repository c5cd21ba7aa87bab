/** What becomes of a notification beyond its row: deliveries to webhooks, and e-mail. */
import { formatTime } from "../contract/amount.ts";
import type { LedgerMessage } from "../contract/ledger-message.ts";
import type { NotificationMessage } from "../contract/notification.ts";
import type { CopiedNotifications, PlannedDelivery } from "../platform/d1/ledger-copy.ts";
import type { ControlDatabase } from "../platform/d1/database.ts";
import { listEnabledWebhooks, wantsEvent, type WebhookRow } from "../platform/d1/webhook-row.ts";
import { mailNotification, type SendMail } from "./notification-mail.ts";

export interface NotificationPorts {
  /** One delivery for each webhook that wants it. Throws when the webhooks cannot be read. */
  planDeliveries(notifications: readonly NotificationMessage[]): Promise<readonly PlannedDelivery[]>;
  /** Called once for what is stored. Never rejects. */
  announce(notifications: readonly NotificationMessage[], deliveryIds: readonly string[]): Promise<void>;
}

export interface NotificationParts {
  readonly db: ControlDatabase;
  /** False: nothing could sign, so nothing is delivered. */
  readonly hasWebhooks: boolean;
  /** Never rejects. */
  schedule(deliveryIds: readonly string[], delaySeconds: number): Promise<void>;
  /** Null: no mail binding. */
  readonly sendMail: SendMail | null;
  newId(prefix: string): string;
  nowMs(): number;
  reportError(event: string, error: unknown): void;
}

export function createNotificationPorts(parts: NotificationParts): NotificationPorts {
  return {
    async planDeliveries(notifications) {
      if (!parts.hasWebhooks) return [];
      const organizationIds = new Set(notifications.map((notification) => notification.organization_id));
      const webhooks = await listEnabledWebhooks(parts.db, [...organizationIds]);
      return notifications.flatMap((notification) =>
        webhooks
          .filter((webhook) => webhook.organizationId === notification.organization_id)
          .filter((webhook) => wantsEvent(webhook, notification.type))
          .map((webhook) => planDelivery(parts, notification, webhook)),
      );
    },
    async announce(notifications, deliveryIds) {
      await Promise.all([
        deliveryIds.length === 0 ? undefined : parts.schedule(deliveryIds, 0),
        ...notifications.map((notification) => mailSafely(parts, notification)),
      ]);
    },
  };
}

function planDelivery(
  parts: NotificationParts,
  notification: NotificationMessage,
  webhook: WebhookRow,
): PlannedDelivery {
  const atMs = parts.nowMs();
  return {
    id: parts.newId("dlv"),
    organization_id: notification.organization_id,
    webhook_id: webhook.id,
    event_id: notification.id,
    type: notification.type,
    payload: {
      id: notification.id,
      type: notification.type,
      timestamp: formatTime(notification.created_at_ms),
      data: notification.data,
    },
    status: "pending",
    attempts: [],
    created_at_ms: atMs,
    next_attempt_at_ms: atMs,
  };
}

/** A mail that cannot be sent keeps nothing else from happening. */
async function mailSafely(parts: NotificationParts, notification: NotificationMessage): Promise<void> {
  if (parts.sendMail === null) return;
  try {
    await mailNotification(parts.db, parts.sendMail, notification);
  } catch (error) {
    parts.reportError("notifications.not_mailed", error);
  }
}

/** Tells of those notifications of the messages that were stored for the first time. */
export async function announceStored(
  messages: readonly LedgerMessage[],
  { notificationIds, deliveryIds }: CopiedNotifications,
  ports: NotificationPorts,
): Promise<void> {
  if (notificationIds.length === 0) return;
  const isNew = new Set(notificationIds);
  const told = new Map<string, NotificationMessage>();
  for (const { notification } of messages) {
    if (notification !== undefined && isNew.has(notification.id)) told.set(notification.id, notification);
  }
  await ports.announce([...told.values()], deliveryIds);
}
