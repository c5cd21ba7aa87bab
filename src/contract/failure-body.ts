/** Refusals as the API reference describes them (contract: Failures). `src/provider/failure.ts` writes them. */
import { z } from "zod";
import { WALLET_SCOPES } from "../core/wallet.ts";
import { amountTextSchema, currencySchema, timeTextSchema } from "./amount.ts";

const topUpSchema = z
  .object({
    available: z.boolean(),
    url: z.string().nullable(),
    pending: z
      .literal(true)
      .optional()
      .meta({ description: "An auto top-up is under way: repeat with the ticket soon." }),
  })
  .meta({ id: "TopUp" });

const costTicketSchema = z
  .object({
    id: z.string().meta({ description: "To be sent as `X-Cost-Ticket` with the same body, once." }),
    estimated_cost: amountTextSchema.meta({ description: "What it holds, buffer included." }),
    currency: currencySchema,
    provider: z.string(),
    model: z.string(),
    request_sha256: z.string(),
    created_at: timeTextSchema,
    expires_at: timeTextSchema,
    affordable_output_tokens: z.int().meta({ description: "What the best funded wallet could pay for now." }),
    top_up: topUpSchema,
  })
  .meta({ id: "CostTicket" });

const fundsShape = {
  required: amountTextSchema,
  available: amountTextSchema,
  currency: currencySchema,
  scope: z.enum(WALLET_SCOPES).meta({ description: "Of the best funded wallet." }),
  top_up: topUpSchema,
  cost_ticket: costTicketSchema.optional(),
};

const TICKET_PLACES = "On a request for a model the ticket stands inside `error` and beside it.";

const openaiError = z.object({
  message: z.string(),
  type: z.string(),
  param: z.string().nullable(),
  code: z.string(),
});
const anthropicError = z.object({
  type: z.string(),
  message: z.string(),
  code: z.string(),
  param: z.string().optional(),
});

export const failureSchema = z.object({ error: openaiError }).meta({
  id: "Failure",
  description: "OpenAI's shape; also that of the whole control plane. Some codes add fields to `error`.",
  example: {
    error: {
      message: "Unknown field `colour`.",
      type: "invalid_request_error",
      param: "colour",
      code: "unknown_parameter",
    },
  },
});

export const fundsFailureSchema = z
  .object({
    error: openaiError.extend(fundsShape).meta({ id: "FundsError" }),
    cost_ticket: costTicketSchema.optional(),
  })
  .meta({ id: "FundsFailure", description: TICKET_PLACES });

export const anthropicFailureSchema = z
  .object({ type: z.literal("error"), error: anthropicError, request_id: z.string() })
  .meta({ id: "AnthropicFailure", description: "Anthropic's shape, and our `code` in it." });

export const anthropicFundsFailureSchema = z
  .object({
    type: z.literal("error"),
    error: anthropicError.extend(fundsShape).meta({ id: "AnthropicFundsError" }),
    request_id: z.string(),
    cost_ticket: costTicketSchema.optional(),
  })
  .meta({ id: "AnthropicFundsFailure", description: TICKET_PLACES });
