/** A settlement on its way through a queue, because the object could not take it at once. Idempotent by its reservation's id. */
import { z } from "zod";
import { FEE_KINDS, SEARCH_CONTEXT_SIZES, SERVICE_TIERS, TOKEN_CLASSES } from "../core/usage.ts";
import type { SettleCommand, SettleUnreservedCommand, UnreservedRequest } from "./commands.ts";
import { nanosText, SPEND_STATUSES, USAGE_SOURCES } from "./spend-log.ts";
import { fromWireUnreserved, toWireUnreserved, unreservedRequestSchema } from "./unreserved-request.ts";

const count = z.int().nonnegative();

export const usageSchema = z.strictObject({
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

const commandSchema = z.strictObject({
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
});

/** An ordinary settlement; with `unreserved` also what the request was, and then the command may be still to come. */
export const settleMessageSchema = z.union([
  z.strictObject({ organizationId: z.string(), command: commandSchema }),
  z.strictObject({
    organizationId: z.string(),
    unreserved: unreservedRequestSchema,
    /** Null: the request was sent, and its end is not known yet. */
    command: commandSchema.nullable(),
  }),
]);

export type SettleMessage = z.infer<typeof settleMessageSchema>;

/** What a message asks of the object. */
export type QueuedSettlement =
  | { readonly kind: "settle"; readonly command: SettleCommand }
  | { readonly kind: "begin_unreserved"; readonly request: UnreservedRequest }
  | { readonly kind: "settle_unreserved"; readonly command: SettleUnreservedCommand };

/** JSON has no bigint: amounts become text. Throws when the settlement is none that the schema knows. */
export function toSettleMessage(organizationId: string, queued: QueuedSettlement): SettleMessage {
  return settleMessageSchema.parse({ organizationId, ...contentOf(queued) });
}

function contentOf(queued: QueuedSettlement): object {
  switch (queued.kind) {
    case "settle":
      return { command: writeCommand(queued.command) };
    case "begin_unreserved":
      return { command: null, unreserved: toWireUnreserved(queued.request) };
    case "settle_unreserved": {
      const { request, settlement } = queued.command;
      return { command: writeCommand(settlement), unreserved: toWireUnreserved(request) };
    }
  }
}

export function fromSettleMessage(message: SettleMessage): QueuedSettlement {
  if (!("unreserved" in message)) return { kind: "settle", command: readCommand(message.command) };
  const request = fromWireUnreserved(message.unreserved);
  return message.command === null
    ? { kind: "begin_unreserved", request }
    : { kind: "settle_unreserved", command: { request, settlement: readCommand(message.command) } };
}

function writeCommand(command: SettleCommand): object {
  return { ...command, costUsdNanos: command.costUsdNanos?.toString() ?? null };
}

function readCommand(command: z.infer<typeof commandSchema>): SettleCommand {
  return { ...command, costUsdNanos: command.costUsdNanos === null ? null : BigInt(command.costUsdNanos) };
}
