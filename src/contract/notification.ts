/** What people are told of: in the app, by webhook, by e-mail (contract: Names on the wire, Notifications). */
import { z } from "zod";

export const NOTIFICATION_TYPES = [
  "wallet.low_balance",
  "wallet.depleted",
  "budget.threshold_reached",
  "budget.exhausted",
  "top_up.completed",
  "top_up.failed",
  "payment.refunded",
  "payment.disputed",
  "upstream.account_error",
  "ledger.overrun",
  "config.deployed",
  "key.expiring",
] as const;
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

/** The event's own fields, as they are on the wire. */
export const notificationDataSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** On its way from an organization's object to SPEND_DB. Its id follows from what it tells of, so a repeat is stored once. */
export const notificationMessageSchema = z.strictObject({
  id: z.string(),
  organization_id: z.string(),
  type: z.enum(NOTIFICATION_TYPES),
  data: notificationDataSchema,
  created_at_ms: z.int(),
});

export type NotificationMessage = z.infer<typeof notificationMessageSchema>;
