/** Webhooks and their deliveries on the wire (docs/webhooks.md). */
import { z } from "zod";
import { timeTextSchema } from "./amount.ts";
import { listQuerySchema } from "./list.ts";
import { NOTIFICATION_TYPES } from "./notification.ts";
import { nameSchema } from "./organization.ts";

export const MAX_WEBHOOKS = 20;

/** After a rotation events are signed with both secrets for a day. */
export const SECRET_OVERLAP_MS = 24 * 60 * 60 * 1_000;

/** Only sent on request; nobody subscribes to it. */
export const TEST_EVENT = "webhook.test";

export const webhookEventsSchema = z
  .array(z.enum(NOTIFICATION_TYPES))
  .max(NOTIFICATION_TYPES.length)
  .meta({ description: "The types of events to send; empty: all, also those that are added later." });

/** Whether the address may be used depends on the deployment, so it is tested where that is known. */
const urlSchema = z.string().min(1).meta({
  description: "https, public, without credentials; at most 2,048 characters.",
  example: "https://hooks.acme.example/keeptrusts",
});

export const webhookSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    events: webhookEventsSchema,
    enabled: z.boolean().meta({ description: "An endpoint that answers 410 is disabled." }),
    previous_secret_expires_at: timeTextSchema.nullable().meta({
      description: "Until then events are signed with the secret from before the rotation as well.",
    }),
    created_at: timeTextSchema,
  })
  .meta({ id: "Webhook" });

export type WebhookWire = z.input<typeof webhookSchema>;

export const secretWebhookSchema = webhookSchema
  .extend({ secret: z.string().meta({ description: "`whsec_…`, shown once.", example: "whsec_bm90IGEgc2VjcmV0" }) })
  .meta({ id: "WebhookWithSecret" });

export const newWebhookSchema = z
  .strictObject({
    name: nameSchema,
    url: urlSchema,
    events: webhookEventsSchema.default([]),
    enabled: z.boolean().default(true),
  })
  .meta({
    id: "NewWebhook",
    example: {
      name: "Finance",
      url: "https://hooks.acme.example/keeptrusts",
      events: ["wallet.low_balance", "wallet.depleted"],
    },
  });

export const webhookPatchSchema = z
  .strictObject({
    name: nameSchema.optional(),
    url: urlSchema.optional(),
    events: webhookEventsSchema.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: "WebhookPatch", example: { enabled: false } });

export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;

export const deliveryAttemptSchema = z
  .strictObject({
    at: timeTextSchema,
    status: z.int().nullable().meta({ description: "Of the endpoint's answer; null when there was none." }),
    error: z
      .string()
      .nullable()
      .meta({
        description:
          "Null: delivered. `refused`, `redirect_not_followed`, `gone`, `timeout`, `unreachable`, `url_not_allowed`, " +
          "`webhook_disabled`.",
      }),
    duration_ms: z.int().nonnegative(),
  })
  .meta({ id: "DeliveryAttempt" });

export type DeliveryAttempt = z.infer<typeof deliveryAttemptSchema>;

export const deliverySchema = z
  .strictObject({
    id: z.string(),
    webhook_id: z.string(),
    event_id: z.string().meta({ description: "The header `webhook-id`; the notification's id." }),
    type: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.array(deliveryAttemptSchema),
    next_attempt_at: timeTextSchema.nullable(),
    created_at: timeTextSchema,
  })
  .meta({ id: "WebhookDelivery" });

export const deliveryQuerySchema = listQuerySchema.extend({ status: z.enum(DELIVERY_STATUSES).optional() });

/** What is sent: the body of the request. Its text is stored once, since each attempt signs the same bytes. */
export interface EventPayload {
  readonly id: string;
  readonly type: string;
  /** When it happened, ISO 8601. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/** In the queue: this delivery may be due. The row in SPEND_DB says whether it is. */
export const deliveryMessageSchema = z.strictObject({ delivery_id: z.string() });
