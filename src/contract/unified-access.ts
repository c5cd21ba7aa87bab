/** The catalog and the estimate on the wire (contract: Prices and spend; Estimate). */
import { z } from "zod";
import { ENDPOINTS, PROVIDERS } from "../core/endpoint.ts";
import { formatNanos } from "../core/money.ts";
import { WALLET_SCOPES } from "../core/wallet.ts";
import { amountTextSchema, currencySchema } from "./amount.ts";
import type { EstimateReply } from "./commands.ts";
import { priceRecordShape } from "./price-fields.ts";

export const storedPriceSchema = priceRecordShape.extend({ id: z.string() }).meta({ id: "StoredModelPrice" });

export const catalogModelSchema = priceRecordShape
  .extend({
    id: z.string(),
    allowed: z.boolean().meta({ description: "The caller may use it." }),
    denied_by: z.string().nullable().meta({
      description:
        "Of a model that is not allowed: the access policy, key or gateway that forbids it; null: no access policy allows it.",
    }),
  })
  .meta({ id: "CatalogModel" });

export const estimateRequestSchema = z
  .strictObject({
    endpoint: z.enum(ENDPOINTS),
    body: z.record(z.string(), z.unknown()).meta({ description: "The request body, as it would be sent." }),
  })
  .meta({
    id: "EstimateRequest",
    example: {
      endpoint: "openai.chat",
      body: { model: "gpt-5-mini", max_completion_tokens: 400, messages: [{ role: "user", content: "Hello" }] },
    },
  });

export const estimateSchema = z
  .strictObject({
    hold: amountTextSchema,
    currency: currencySchema,
    targets: z.array(
      z.strictObject({ id: z.string(), provider: z.enum(PROVIDERS), model: z.string(), hold: amountTextSchema }),
    ),
    payer: z
      .strictObject({ wallet_id: z.string(), scope: z.enum(WALLET_SCOPES) })
      .nullable()
      .meta({ description: "Null: nobody could pay now." }),
    affordable_output_tokens: z.int(),
  })
  .meta({ id: "Estimate" });

export function estimateToWire(
  reply: Extract<EstimateReply, { readonly outcome: "estimated" }>,
): z.infer<typeof estimateSchema> {
  return {
    hold: formatNanos(reply.holdNanos),
    currency: reply.currency,
    targets: reply.targets.map((target) => ({
      id: target.id,
      provider: target.provider,
      model: target.model,
      hold: formatNanos(target.holdNanos),
    })),
    payer: reply.payer === null ? null : { wallet_id: reply.payer.walletId, scope: reply.payer.scope },
    affordable_output_tokens: reply.affordableOutputTokens,
  };
}
