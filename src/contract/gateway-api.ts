/** The gateway API on the wire: gateways elsewhere hold and settle money through us (contract: Gateway API). */
import { z } from "zod";
import { ENDPOINTS, PROVIDERS, type Endpoint } from "../core/endpoint.ts";
import { formatNanos } from "../core/money.ts";
import { RESERVATION_STATUSES, type ReservationStatus } from "../core/reservation.ts";
import { WALLET_SCOPES } from "../core/wallet.ts";
import { amountSchema, amountTextSchema, currencySchema, formatTime, timeTextSchema } from "./amount.ts";
import type { RequestedTier, RequestFacts } from "../core/request-facts.ts";
import type { Grant, Renewal } from "./commands.ts";
import { idSchema } from "./id.ts";
import { readUsageContext, usageContextShape } from "./usage-context.ts";

const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits")
  .meta({ example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" });
const tokenCountSchema = z.int().min(0).max(100_000_000);

const TIERS = {
  auto: "auto",
  default: "standard",
  standard: "standard",
  flex: "flex",
  fast: "fast",
  priority: "fast",
  batch: "batch",
  scale: "contract",
} as const satisfies Readonly<Record<string, RequestedTier>>;
const REQUESTED_TIERS = ["auto", "default", "standard", "flex", "fast", "priority", "batch", "scale"] as const;

export const reserveSchema = z
  .strictObject({
    request_id: idSchema.meta({ description: "A repeat with the same id finds the same reservation." }),
    provider: z.enum(PROVIDERS),
    model: z.string().min(1).max(256),
    endpoint: z.enum(ENDPOINTS).optional().meta({ description: "By default the first that the model has." }),
    input_tokens: tokenCountSchema,
    max_output_tokens: z.int().min(1).max(100_000_000).nullable().optional().meta({
      description: "Without it the hold covers what the model can give.",
    }),
    user_id: idSchema.optional(),
    team_id: idSchema.optional(),
    agent_id: idSchema.optional(),
    agent_run_id: idSchema.optional(),
    request_sha256: sha256Schema.meta({ description: "SHA-256 of the request body." }),
    stream: z.boolean().default(false),
    ...usageContextShape,
    service_tier: z.enum(REQUESTED_TIERS).nullable().optional().meta({
      description: "As the request asks for it; `auto` holds the dearest. Anthropic's `speed` is given here too.",
    }),
  })
  .meta({
    id: "Reserve",
    example: {
      request_id: "call-1",
      provider: "openai",
      model: "gpt-5-mini",
      input_tokens: 1_200,
      max_output_tokens: 400,
      request_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
  });

/** What a reservation says about a body that is elsewhere. Whatever cache writes the model has on its own can happen. */
export function reserveToFacts(body: z.output<typeof reserveSchema>, endpoint: Endpoint): RequestFacts {
  const context = readUsageContext(body);
  return {
    endpoint,
    model: body.model,
    streamed: body.stream,
    inputTokens: { o200k: body.input_tokens, claude: body.input_tokens, "claude-4-7": body.input_tokens },
    outputCapTokens: body.max_output_tokens ?? null,
    choices: 1,
    requestedTier: TIERS[body.service_tier ?? "standard"],
    cacheWrite: context.cacheLifetime ?? "automatic",
    regional: context.regional,
    calls: {
      webSearch: context.webSearchCalls,
      fileSearch: context.fileSearchCalls,
      codeInterpreter: context.codeInterpreterCalls,
    },
    ...(context.searchContextSize === null ? {} : { searchContextSize: context.searchContextSize }),
    previousResponseId: null,
  };
}

const targetIdSchema = idSchema.meta({
  description: "The target that served, one of the reservation's; by default its first.",
});

export const reservedSchema = z
  .strictObject({
    reservation_id: z.string(),
    status: z.enum(RESERVATION_STATUSES).meta({
      description: "`open`, or in a repeat how the reservation has ended: then nothing is held any more.",
    }),
    wallet: z.strictObject({ id: z.string(), scope: z.enum(WALLET_SCOPES) }).nullable(),
    held_amount: amountTextSchema,
    currency: currencySchema,
    exchange_rate: z.string().meta({ description: "Units of the wallet's currency per 1 USD.", example: "1" }),
    max_output_tokens: z
      .int()
      .nullable()
      .meta({ description: "The cap to send upstream; null: none but the request's." }),
    targets: z
      .array(z.strictObject({ id: z.string(), provider: z.enum(PROVIDERS), model: z.string() }))
      .meta({ description: "Where it may go, in the order to try; the hold covers the dearest." }),
    expires_at: timeTextSchema,
  })
  .meta({ id: "Reserved" });

/** The answer to a reserve. A repeat gets the first one, with the status of now. */
export function grantToWire(grant: Grant, status: ReservationStatus): z.infer<typeof reservedSchema> {
  return {
    reservation_id: grant.reservationId,
    status,
    wallet: grant.wallet === null ? null : { id: grant.wallet.id, scope: grant.wallet.scope },
    held_amount: formatNanos(grant.heldNanos),
    currency: grant.currency,
    exchange_rate: grant.exchangeRate,
    max_output_tokens: grant.outputCapTokens,
    targets: grant.targets.map(({ id, provider, model }) => ({ id, provider, model })),
    expires_at: formatTime(grant.expiresAtMs),
  };
}

export const redeemSchema = z
  .strictObject({ request_id: idSchema, ticket_id: idSchema, request_sha256: sha256Schema })
  .meta({
    id: "RedeemTicket",
    example: {
      request_id: "call-2",
      ticket_id: "ctk_01k9m3v7x2c4d6f8h0j2k4m6n8",
      request_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
  });

const usageSchema = z.record(z.string(), z.unknown()).meta({
  description: "The provider's own usage object, of any of the three endpoints.",
  example: { prompt_tokens: 1_200, completion_tokens: 310 },
});

export const settleSchema = z
  .strictObject({
    reservation_id: idSchema,
    usage: usageSchema.optional(),
    cost: amountSchema.optional().meta({ description: "USD; replaces pricing." }),
    endpoint: z.enum(ENDPOINTS).optional().meta({ description: "Whose usage it is; by default its shape tells." }),
    model: z.string().min(1).max(256).optional().meta({ description: "As the provider's answer names it." }),
    target_id: targetIdSchema.optional(),
    ...usageContextShape,
    latency_ms: z.int().min(0).max(86_400_000).optional(),
  })
  .refine((body) => (body.usage === undefined) !== (body.cost === undefined), {
    message: "send either `usage` or `cost`",
    path: ["usage"],
  })
  .meta({
    id: "Settle",
    example: {
      reservation_id: "res_01k9m3v7x2c4d6f8h0j2k4m6n8",
      usage: { prompt_tokens: 1_200, completion_tokens: 310 },
    },
  });

export const settledSchema = z
  .strictObject({
    reservation_id: z.string(),
    status: z.enum(["settled", "released"]),
    settled_amount: amountTextSchema,
    released_amount: amountTextSchema,
    currency: currencySchema,
    wallet: z.strictObject({ id: z.string(), scope: z.enum(WALLET_SCOPES), available: amountTextSchema }).nullable(),
    pricing_source: z.string().nullable(),
    flags: z.array(z.string()),
  })
  .meta({ id: "Settled" });

export const releaseSchema = z.strictObject({ reservation_id: idSchema }).meta({
  id: "Release",
  example: { reservation_id: "res_01k9m3v7x2c4d6f8h0j2k4m6n8" },
});

export const checkpointSchema = z
  .strictObject({
    reservation_id: idSchema,
    usage: usageSchema.optional(),
    endpoint: z.enum(ENDPOINTS).optional(),
    model: z.string().min(1).max(256).optional(),
    target_id: targetIdSchema.optional(),
    ...usageContextShape,
    hold_for_output_tokens: z.int().min(1).max(100_000_000).optional().meta({
      description:
        "Needs `usage`. Hold so much that so many output tokens in all are paid for. A target: a repeat holds nothing more.",
    }),
  })
  .refine((body) => body.hold_for_output_tokens === undefined || body.usage !== undefined, {
    message: "needs `usage`: what was used so far",
    path: ["hold_for_output_tokens"],
  })
  .meta({
    id: "Checkpoint",
    description:
      "Renews the lease. What was used so far is what an expiry settles; of two checkpoints the one that costs more is kept.",
    example: {
      reservation_id: "res_01k9m3v7x2c4d6f8h0j2k4m6n8",
      usage: { prompt_tokens: 1_200, completion_tokens: 340 },
      hold_for_output_tokens: 2_400,
    },
  });

export const checkpointedSchema = z
  .strictObject({
    reservation_id: z.string(),
    expires_at: timeTextSchema,
    held_amount: amountTextSchema.meta({ description: "All that is held now." }),
    currency: currencySchema,
    covered_output_tokens: z.int().min(0).nullable().meta({
      description:
        "How many output tokens that pays for; fewer than asked for when money is short. Null: any number, or no `usage`.",
    }),
  })
  .meta({ id: "Checkpointed" });

export function renewalToWire(reservationId: string, renewal: Renewal): z.infer<typeof checkpointedSchema> {
  return {
    reservation_id: reservationId,
    expires_at: formatTime(renewal.expiresAtMs),
    held_amount: formatNanos(renewal.heldNanos),
    currency: renewal.currency,
    covered_output_tokens: renewal.coveredOutputTokens,
  };
}
