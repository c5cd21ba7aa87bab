/** What the three dialects share: a request they were asked, an answer to send. */
import type { IncomingHttpHeaders } from "node:http";
import type { Behaviour } from "./behaviour.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import type { PromptCache } from "./prompt-cache.ts";

export interface Question {
  /** Counts the requests of this process, from 1. */
  readonly number: number;
  readonly seed: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonObject;
  readonly behaviour: Behaviour;
  readonly cache: PromptCache;
  /** Tokens of every stored response, by its id. */
  readonly storedTokens: Map<string, number>;
  readonly nowMs: number;
}

export interface StreamEvent {
  /** The `event:` line; null for Chat, which has none. */
  readonly name: string | null;
  readonly data: string;
  /** True for the event that ends a complete stream. */
  readonly terminal: boolean;
}

export type Answer =
  | { readonly kind: "json"; readonly status: number; readonly headers: Headers; readonly body: JsonObject }
  | { readonly kind: "stream"; readonly headers: Headers; readonly events: readonly StreamEvent[] };

type Headers = Readonly<Record<string, string>>;

export interface Refusal {
  readonly status: number;
  /** OpenAI: `code`; Anthropic: `error.type`. Null: what goes with the status. */
  readonly code: string | null;
  readonly message: string;
  readonly param: string | null;
}

export interface Dialect {
  readonly provider: "openai" | "anthropic";
  /** The last text of the user, where directives are looked for. */
  readLastUserText(body: JsonObject): string;
  /** What the real provider would refuse; null when the request is sound. */
  findFault(body: JsonObject): Refusal | null;
  answer(question: Question): Answer;
  /** The error inside a stream that has begun. */
  writeErrorEvent(sequenceNumber: number): StreamEvent;
}

export function refuse(status: number, message: string, param: string | null = null, code?: string): Refusal {
  return { status, message, param, code: code ?? null };
}

export function jsonAnswer(status: number, body: JsonObject): Answer {
  return { kind: "json", status, headers: {}, body };
}

export function streamEvent(name: string | null, data: JsonValue, terminal = false): StreamEvent {
  return { name, data: JSON.stringify(data), terminal };
}

/** The texts inside a message's content: a string, or a list of parts of any kind. */
export function collectText(content: JsonValue | undefined): string {
  if (content === undefined || content === null) return "";
  if (typeof content === "string") return content;
  if (typeof content !== "object") return String(content);
  return Object.entries(content)
    .filter(([name]) => name !== "type" && name !== "cache_control" && name !== "data")
    .map(([, value]) => collectText(value))
    .join(" ");
}
