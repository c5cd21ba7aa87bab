/** Notifications on the wire of our API. */
import { z } from "zod";
import { timeTextSchema } from "./amount.ts";
import { listQuerySchema } from "./list.ts";
import { NOTIFICATION_TYPES, notificationDataSchema } from "./notification.ts";

export const notificationSchema = z
  .strictObject({
    id: z.string(),
    type: z.enum(NOTIFICATION_TYPES),
    data: notificationDataSchema.meta({ description: "The event's own fields: docs/webhooks.md." }),
    created_at: timeTextSchema,
    read_at: timeTextSchema.nullable(),
  })
  .meta({ id: "Notification" });

export const notificationQuerySchema = listQuerySchema.extend({
  type: z.enum(NOTIFICATION_TYPES).optional(),
  unread: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .meta({ description: "`true`: only those that nobody has read; `false`: only the others." }),
});

export const allReadSchema = z.strictObject({ unread: z.literal(0) }).meta({ id: "AllRead" });
