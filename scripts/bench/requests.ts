/** What the benchmark asks: bodies of a usual size, in the three dialects. */
import type { Endpoint } from "../../src/core/endpoint.ts";
import { MODELS, PATHS } from "./canned-answers.ts";
import { buildRequest } from "./connection.ts";

const SYSTEM =
  "You keep the books of a small company. Answer in short sentences, and say which account is touched. ".repeat(15);
const QUESTION = "A customer has paid half of an invoice of 1,200 euros. Which entries do I write, and on which day?";

export interface RequestOptions {
  readonly stream: boolean;
  /** The pause between two frames of the answer; 0: none. */
  readonly gapMs?: number;
}

/** A whole HTTP request with both SDKs' ways of presenting the key, of which the endpoint's own is used. */
export function modelRequest(endpoint: Endpoint, key: string, options: RequestOptions): Buffer {
  const question = options.gapMs === undefined ? QUESTION : `${QUESTION} (one frame every ${options.gapMs} ms)`;
  const stream = options.stream ? { stream: true } : {};
  const headers =
    endpoint === "anthropic.messages"
      ? { "x-api-key": key, "anthropic-version": "2023-06-01" }
      : { authorization: `Bearer ${key}` };
  return buildRequest(PATHS[endpoint], headers, { ...bodyOf(endpoint, question), ...stream });
}

/** How a complete answer ends, trimmed. */
export function endingOf(endpoint: Endpoint, stream: boolean): string {
  if (stream && endpoint === "openai.chat") return "data: [DONE]";
  return "}";
}

function bodyOf(endpoint: Endpoint, question: string): Readonly<Record<string, unknown>> {
  const model = MODELS[endpoint];
  const user = { role: "user", content: question };
  switch (endpoint) {
    case "openai.chat":
      return { model, max_completion_tokens: 256, messages: [{ role: "system", content: SYSTEM }, user] };
    case "openai.responses":
      return { model, max_output_tokens: 256, instructions: SYSTEM, input: question };
    case "anthropic.messages":
      return { model, max_tokens: 256, system: SYSTEM, messages: [user] };
  }
}
