/** What the events of a stream mean, in each of the three dialects. */
import { z } from "zod";
import type { ChatEndpoint } from "./conversation.ts";

export type StreamStep =
  | { readonly kind: "text"; readonly text: string }
  /** `cut`: at the output limit. */
  | { readonly kind: "end"; readonly cut: boolean }
  | { readonly kind: "error"; readonly message: string };

const chatSchema = z.object({
  error: z.object({ message: z.string() }).nullish(),
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
});

const responsesSchema = z.object({
  type: z.string(),
  delta: z.unknown().optional(),
  message: z.string().nullish(),
  response: z
    .object({
      error: z.object({ message: z.string() }).nullish(),
      incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
    })
    .nullish(),
});

const messagesSchema = z.object({
  type: z.string(),
  delta: z.object({ text: z.string().nullish(), stop_reason: z.string().nullish() }).nullish(),
  error: z.object({ message: z.string() }).nullish(),
});

const costSchema = z.object({ cost: z.string(), currency: z.string() });

const BROKEN = "The provider ended the answer with an error.";
const FILTERED: StreamStep = { kind: "error", message: "The provider's content filter ended the answer." };

/** The steps of one event's data; what else a dialect tells, and a chat does not show, is none. Throws for what is no JSON. */
export function readEvent(endpoint: ChatEndpoint, data: string): readonly StreamStep[] {
  if (data === "[DONE]") return [];
  const event: unknown = JSON.parse(data);
  switch (endpoint) {
    case "openai.chat":
      return stepsBy(chatSchema, chatSteps, event);
    case "openai.responses":
      return stepsBy(responsesSchema, responsesSteps, event);
    case "anthropic.messages":
      return stepsBy(messagesSchema, messagesSteps, event);
  }
}

function stepsBy<Shape>(
  schema: z.ZodType<Shape>,
  stepsOf: (event: Shape) => readonly StreamStep[],
  event: unknown,
): readonly StreamStep[] {
  const read = schema.safeParse(event);
  return read.success ? stepsOf(read.data) : [];
}

function endAt(cut: boolean): StreamStep {
  return { kind: "end", cut };
}

function chatSteps({ error, choices }: z.output<typeof chatSchema>): readonly StreamStep[] {
  if (error !== null && error !== undefined) return [{ kind: "error", message: error.message }];
  const [choice] = choices ?? [];
  const text = choice?.delta?.content ?? choice?.delta?.refusal ?? "";
  const reason = choice?.finish_reason ?? null;
  return [
    ...(text === "" ? [] : [{ kind: "text", text } as const]),
    ...(reason === null ? [] : [reason === "content_filter" ? FILTERED : endAt(reason === "length")]),
  ];
}

function responsesSteps({ type, delta, message, response }: z.output<typeof responsesSchema>): readonly StreamStep[] {
  switch (type) {
    case "response.output_text.delta":
    case "response.refusal.delta":
      return typeof delta === "string" ? [{ kind: "text", text: delta }] : [];
    case "response.completed":
      return [endAt(false)];
    case "response.incomplete":
      return [response?.incomplete_details?.reason === "content_filter" ? FILTERED : endAt(true)];
    case "response.failed":
      return [{ kind: "error", message: response?.error?.message ?? BROKEN }];
    case "error":
      return [{ kind: "error", message: message ?? BROKEN }];
    default:
      return [];
  }
}

function messagesSteps({ type, delta, error }: z.output<typeof messagesSchema>): readonly StreamStep[] {
  switch (type) {
    case "content_block_delta":
      return delta?.text ? [{ kind: "text", text: delta.text }] : [];
    case "message_delta":
      if (!delta?.stop_reason) return [];
      return [delta.stop_reason === "refusal" ? FILTERED : endAt(delta.stop_reason === "max_tokens")];
    case "error":
      return [{ kind: "error", message: error?.message ?? BROKEN }];
    default:
      return [];
  }
}

/** Of the gateway's comment at a stream's end, `keeptrusts-cost {…}`; null: another comment. */
export function readCost(comment: string): { readonly cost: string; readonly currency: string } | null {
  const json = /^\s*keeptrusts-cost (\{.*\})\s*$/.exec(comment)?.[1];
  if (json === undefined) return null;
  const { cost, currency } = costSchema.parse(JSON.parse(json));
  return { cost, currency };
}
