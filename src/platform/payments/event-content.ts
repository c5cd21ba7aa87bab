/** Events of providers as they are stored: JSON with amounts as decimal text. */
import { z } from "zod";
import { CURRENCIES } from "../../core/money.ts";
import type { ProviderEventContent } from "./provider.ts";

const amount = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt);
const subject = z.strictObject({
  sessionId: z.string().nullable(),
  checkoutReference: z.string().nullable(),
  paymentReference: z.string().nullable(),
});
const method = z.strictObject({ customerReference: z.string(), methodReference: z.string(), label: z.string() });
const payment = z.strictObject({
  paymentReference: z.string(),
  amountNanos: amount,
  currency: z.enum(CURRENCIES),
  method: method.nullable(),
});
const decline = z.strictObject({ code: z.string(), retryable: z.boolean() });

const contentSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("captured"), subject, payment }),
  z.strictObject({ type: z.literal("failed"), subject, decline }),
  z.strictObject({ type: z.literal("canceled"), subject }),
  z.strictObject({ type: z.literal("expired"), subject }),
  z.strictObject({
    type: z.literal("refunded"),
    subject,
    refundId: z.string().nullable(),
    refund: z.strictObject({ refundReference: z.string(), status: z.enum(["succeeded", "pending", "failed"]) }),
    amountNanos: amount,
  }),
  z.strictObject({
    type: z.enum(["dispute_opened", "dispute_won", "dispute_lost"]),
    subject,
    disputeReference: z.string(),
    amountNanos: amount,
  }),
  z.strictObject({ type: z.literal("method_saved"), organizationId: z.string().nullable(), subject, method }),
  z.strictObject({ type: z.literal("method_removed"), methodReference: z.string() }),
  z.strictObject({ type: z.literal("ignored") }),
]);

export function writeContent(content: ProviderEventContent): string {
  return JSON.stringify(content, (_name, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/** Throws when it is none. */
export function readContent(json: string): ProviderEventContent {
  return contentSchema.parse(JSON.parse(json));
}
