/** A settlement on its way through a queue, because the object could not take it at once. Idempotent by `reservation_id`. */
import { z } from "zod";
import { FEE_KINDS, SEARCH_CONTEXT_SIZES, SERVICE_TIERS, TOKEN_CLASSES } from "../core/usage.ts";
import type { SettleCommand } from "./commands.ts";
import { nanosText, SPEND_STATUSES, USAGE_SOURCES } from "./spend-log.ts";

const count = z.int().nonnegative();

const usageSchema = z.strictObject({
  passes: z
    .array(z.strictObject({ model: z.string().nullable(), tokens: z.record(z.enum(TOKEN_CLASSES), count) }))
    .min(1),
  tier: z.enum(SERVICE_TIERS),
  regional: z.boolean(),
  calls: z.record(z.enum(FEE_KINDS), count),
  searchContextSize: z.enum(SEARCH_CONTEXT_SIZES).exactOptional(),
  reasoningTokens: count,
  flags: z.array(z.string()),
});

const attempt = z.strictObject({
  targetId: z.string(),
  provider: z.string(),
  model: z.string(),
  status: z.int().nullable(),
  latencyMs: z.number(),
  error: z.string().nullable(),
});

export const settleMessageSchema = z.strictObject({
  organizationId: z.string(),
  command: z.strictObject({
    reservationId: z.string(),
    status: z.enum(SPEND_STATUSES),
    usage: usageSchema.nullable(),
    usageSource: z.enum(USAGE_SOURCES),
    costUsdNanos: nanosText.nullable(),
    targetId: z.string().nullable(),
    responseModel: z.string().nullable(),
    responseId: z.string().nullable(),
    attempts: z.array(attempt),
    latencyMs: z.number().nullable(),
    upstreamLatencyMs: z.number().nullable(),
    flags: z.array(z.string()),
  }),
});

export type SettleMessage = z.infer<typeof settleMessageSchema>;

/** JSON has no bigint: the one amount becomes text. */
export function toSettleMessage(organizationId: string, command: SettleCommand): SettleMessage {
  return settleMessageSchema.parse({
    organizationId,
    command: { ...command, costUsdNanos: command.costUsdNanos?.toString() ?? null },
  });
}

export function fromSettleMessage(message: SettleMessage): SettleCommand {
  const { command } = message;
  return { ...command, costUsdNanos: command.costUsdNanos === null ? null : BigInt(command.costUsdNanos) };
}
