/** What is kept of a chat, in this browser alone. */
import { z } from "zod";
import { refusalSchema } from "./refusal.ts";

export const ENDPOINTS = ["openai.chat", "openai.responses", "anthropic.messages"] as const;
const endpointSchema = z.enum(ENDPOINTS);
export type ChatEndpoint = z.output<typeof endpointSchema>;

const receiptSchema = z.object({
  cost: z.string(),
  currency: z.string(),
  inputTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  walletScope: z.string().nullable(),
});
/** What an answer has cost, by its row in the spend log. */
export type Receipt = z.output<typeof receiptSchema>;

const answerSchema = z.object({
  state: z.enum(["streaming", "done", "cut", "stopped", "broken", "refused"]),
  text: z.string(),
  /** Of a broken one: what went wrong. */
  note: z.string().nullable(),
  model: z.string(),
  endpoint: endpointSchema,
  requestId: z.string().nullable(),
  /** Its row in the spend log. */
  logId: z.string().nullable(),
  /** What the stream itself said that it costs, until the row is there. */
  quote: z.object({ cost: z.string(), currency: z.string() }).nullable(),
  receipt: receiptSchema.nullable(),
  refusal: refusalSchema.nullable(),
  /** The request to the byte while it is not answered: a cost ticket is good for this body alone. */
  body: z.string().nullable(),
});
export type Answer = z.output<typeof answerSchema>;

const turnSchema = z.object({ id: z.string(), prompt: z.string(), sentAt: z.string(), answer: answerSchema });
export type Turn = z.output<typeof turnSchema>;

export const conversationSchema = z.object({
  id: z.string(),
  title: z.string(),
  model: z.string(),
  /** Null: the model's first. */
  endpoint: endpointSchema.nullable(),
  systemPrompt: z.string(),
  maxOutputTokens: z.int().positive(),
  createdAt: z.string(),
  updatedAt: z.string(),
  turns: z.array(turnSchema),
});
export type Conversation = z.output<typeof conversationSchema>;

/** What a new conversation begins with. */
export type Setup = Pick<Conversation, "model" | "endpoint" | "systemPrompt" | "maxOutputTokens">;

/** Enough for most answers; what a request may cost is held before it is sent. */
export const DEFAULT_MAX_OUTPUT_TOKENS = 4_096;
/** OpenAI's Responses takes no fewer. */
export const LEAST_OUTPUT_TOKENS = 16;

const TITLE_LENGTH = 60;

export function titleOf(prompt: string): string {
  const line = prompt.trim().split("\n", 1)[0] ?? "";
  return line.length > TITLE_LENGTH ? `${line.slice(0, TITLE_LENGTH)}…` : line;
}
