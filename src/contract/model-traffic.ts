/**
 * Model traffic as the API reference describes it: the few fields that we read. Bodies and answers are the providers' own and
 * pass byte for byte, except what decisions about money must change (contract: Model traffic).
 */
import { z } from "zod";

const model = z.string().min(1).max(256).meta({ description: "A model of the price book, or an alias." });
const stream = z.boolean().optional();
const messages = z.array(z.looseObject({ role: z.string() }));
const cap = z.int().min(1).optional();

export const chatRequestSchema = z
  .looseObject({
    model,
    messages,
    max_completion_tokens: cap.meta({ description: "Without a cap the hold covers the model's maximum." }),
    max_tokens: cap.meta({ description: "The older name." }),
    n: z.int().min(1).optional().meta({ description: "Multiplies the output that is held." }),
    stream,
  })
  .meta({
    id: "ChatCompletionRequest",
    description: "OpenAI's own reference has the other fields.",
    example: { model: "gpt-5-mini", max_completion_tokens: 400, messages: [{ role: "user", content: "Hello" }] },
  });

export const responsesRequestSchema = z
  .looseObject({
    model,
    input: z.union([z.string(), z.array(z.looseObject({}))]).optional(),
    max_output_tokens: cap.meta({ description: "Without a cap the hold covers the model's maximum." }),
    previous_response_id: z.string().nullable().optional().meta({ description: "Of the same organization." }),
    background: z.literal(false).nullable().optional(),
    stream,
  })
  .meta({
    id: "ResponseRequest",
    description: "OpenAI's own reference has the other fields.",
    example: { model: "gpt-5-mini", max_output_tokens: 400, input: "Hello" },
  });

export const messagesRequestSchema = z.looseObject({ model, messages, max_tokens: z.int().min(1), stream }).meta({
  id: "MessageRequest",
  description: "Anthropic's own reference has the other fields.",
  example: { model: "claude-opus-4-8", max_tokens: 400, messages: [{ role: "user", content: "Hello" }] },
});

export const countTokensRequestSchema = z.looseObject({ model, messages }).meta({
  id: "CountTokensRequest",
  description: "Anthropic's own reference has the other fields.",
  example: { model: "claude-opus-4-8", messages: [{ role: "user", content: "Hello" }] },
});

export const countTokensAnswerSchema = z.object({ input_tokens: z.int() }).meta({ id: "TokenCount" });

export const providerAnswerSchema = z.record(z.string(), z.unknown()).meta({
  id: "ProviderAnswer",
  description: "The provider's own, unchanged; as server-sent events when `stream` is true.",
});
export const providerEventsSchema = z.string().meta({ description: "The provider's own events, unchanged." });

const openaiModel = z
  .object({ id: z.string(), object: z.literal("model"), created: z.int(), owned_by: z.string() })
  .meta({ id: "OpenaiModel" });
const anthropicModel = z
  .object({ type: z.literal("model"), id: z.string(), display_name: z.string(), created_at: z.string() })
  .meta({ id: "AnthropicModel" });

export const modelAnswerSchema = z.union([openaiModel, anthropicModel]);
export const modelListAnswerSchema = z.union([
  z.object({ object: z.literal("list"), data: z.array(openaiModel) }).meta({ id: "OpenaiModelList" }),
  z
    .object({
      data: z.array(anthropicModel),
      has_more: z.literal(false),
      first_id: z.string().nullable(),
      last_id: z.string().nullable(),
    })
    .meta({ id: "AnthropicModelList" }),
]);
