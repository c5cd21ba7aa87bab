/** What the Organization object's outbox sends to the ledger queue: at least once, in any order, keyed by stable ids. */
import { z } from "zod";
import { CURRENCIES } from "../core/money.ts";
import { FUNDABLE_SCOPES } from "../core/payment-settings.ts";
import { eventMessageSchema } from "./event.ts";
import { notificationMessageSchema } from "./notification.ts";
import { nanosText, spendLogSchema } from "./spend-log.ts";

/**
 * Accounts: `wallet:<id>`, the two sides of the world outside, `external` (money that comes in or is returned) and
 * `usage` (what providers were used for), and `suspended` (paid money that is disputed). The lines of an entry sum to zero.
 */
export const ledgerLineSchema = z.strictObject({
  line: z.int().nonnegative(),
  account: z.string(),
  amount_nanos: nanosText,
  /** The account's balance after this line; null for all but wallets. */
  balance_after_nanos: nanosText.nullable(),
});

export const ledgerEntrySchema = z.strictObject({
  id: z.string(),
  organization_id: z.string(),
  /** Gap-free per organization, from 1. */
  sequence: z.int().positive(),
  type: z.string(),
  currency: z.string(),
  reservation_id: z.string().nullable(),
  request_id: z.string().nullable(),
  actor: z.string(),
  note: z.string().nullable(),
  flags: z.array(z.string()),
  created_at_ms: z.int(),
  lines: z.array(ledgerLineSchema).min(2),
});

export type LedgerEntryRow = z.infer<typeof ledgerEntrySchema>;

/** A charge of a saved payment method that the ledger has decided on. Its id makes it happen once. */
export const autoTopUpMessageSchema = z.strictObject({
  session_id: z.string(),
  organization_id: z.string(),
  scope: z.enum(FUNDABLE_SCOPES),
  owner_id: z.string(),
  amount_nanos: nanosText,
  currency: z.enum(CURRENCIES),
  method_id: z.string(),
  /** Of the record under which it was decided: under another one it is not charged. */
  revision: z.int(),
  created_at_ms: z.int(),
});

export type AutoTopUpMessage = z.infer<typeof autoTopUpMessageSchema>;

export const ledgerMessageSchema = z.strictObject({
  entry: ledgerEntrySchema.nullable(),
  spend_log: spendLogSchema.nullable(),
  /** Of the request that the spend log row tells of; a late settlement's row has none, since the request has one already. */
  event: eventMessageSchema.exactOptional(),
  notification: notificationMessageSchema.exactOptional(),
  auto_top_up: autoTopUpMessageSchema.exactOptional(),
  /** Its row in the outbox, which is kept until the message is confirmed as stored. */
  outbox_number: z.int().positive().exactOptional(),
});

export type LedgerMessage = z.infer<typeof ledgerMessageSchema>;

/** Where a message comes from. */
export interface OutboxAddress {
  readonly organizationId: string;
  readonly outboxNumber: number;
}

const organizationPart = z.object({ organization_id: z.string() }).nullable().catch(null);
const addressSchema = z.object({
  entry: organizationPart,
  spend_log: organizationPart,
  notification: organizationPart.optional(),
  auto_top_up: organizationPart.optional(),
  outbox_number: z.int().positive(),
});

/** Also of a message that is unreadable otherwise; null when it does not say. */
export function outboxAddressOf(message: unknown): OutboxAddress | null {
  const { data } = addressSchema.safeParse(message);
  const organizationId =
    data?.entry?.organization_id ??
    data?.spend_log?.organization_id ??
    data?.notification?.organization_id ??
    data?.auto_top_up?.organization_id;
  return data === undefined || organizationId === undefined
    ? null
    : { organizationId, outboxNumber: data.outbox_number };
}
