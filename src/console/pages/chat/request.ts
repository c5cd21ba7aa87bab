/** One conversation as a request of each endpoint. Nothing of it is stored at the provider. */
import type { ChatEndpoint, Turn } from "./conversation.ts";

export const PATHS = {
  "openai.chat": "/v1/chat/completions",
  "openai.responses": "/v1/responses",
  "anthropic.messages": "/v1/messages",
} as const satisfies Record<ChatEndpoint, string>;

/** Which one is taken when the person has not chosen, of those that the model has. */
const PREFERENCE: readonly ChatEndpoint[] = ["anthropic.messages", "openai.responses", "openai.chat"];

/** Throws when the model has none: such a model is not offered. */
export function endpointFor(offered: readonly ChatEndpoint[], chosen: ChatEndpoint | null): ChatEndpoint {
  if (chosen !== null && offered.includes(chosen)) return chosen;
  const endpoint = PREFERENCE.find((each) => offered.includes(each));
  if (endpoint === undefined) throw new RangeError("the model has no endpoint");
  return endpoint;
}

export interface Draft {
  readonly model: string;
  readonly systemPrompt: string;
  readonly maxOutputTokens: number;
  /** What was said before; turns without an answer are left out. */
  readonly before: readonly Turn[];
  readonly prompt: string;
}

interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** The body, to the byte. */
export function writeBody(endpoint: ChatEndpoint, draft: Draft): string {
  const { model, maxOutputTokens } = draft;
  const system = draft.systemPrompt.trim();
  const messages = messagesOf(draft);
  switch (endpoint) {
    case "openai.chat":
      return JSON.stringify({
        model,
        messages: system === "" ? messages : [{ role: "system", content: system }, ...messages],
        max_completion_tokens: maxOutputTokens,
        stream: true,
        stream_options: { include_usage: true },
      });
    case "openai.responses":
      return JSON.stringify({
        model,
        ...(system === "" ? {} : { instructions: system }),
        input: messages,
        max_output_tokens: maxOutputTokens,
        store: false,
        stream: true,
      });
    case "anthropic.messages":
      return JSON.stringify({
        model,
        ...(system === "" ? {} : { system }),
        messages,
        max_tokens: maxOutputTokens,
        stream: true,
      });
  }
}

function messagesOf({ before, prompt }: Draft): readonly Message[] {
  const said = before
    .filter(({ answer }) => answer.text.trim() !== "")
    .flatMap((turn): Message[] => [
      { role: "user", content: turn.prompt },
      { role: "assistant", content: turn.answer.text },
    ]);
  return [...said, { role: "user", content: prompt }];
}
