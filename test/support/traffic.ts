/** Raw requests to the three endpoints, for what the SDKs would hide. */
import type { Endpoint } from "../../src/core/endpoint.ts";
import type { TestGateway } from "./gateway.ts";

export const PATHS: Readonly<Record<Endpoint, string>> = {
  "openai.chat": "/v1/chat/completions",
  "openai.responses": "/v1/responses",
  "anthropic.messages": "/v1/messages",
};

export const MODELS: Readonly<Record<Endpoint, string>> = {
  "openai.chat": "gpt-5.4-mini",
  "openai.responses": "gpt-5.4-mini",
  "anthropic.messages": "claude-sonnet-5",
};

export interface BodyOptions {
  readonly text?: string;
  readonly model?: string;
  /** Null: the request has no cap of its own (Messages always has one). */
  readonly cap?: number | null;
  readonly stream?: boolean;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** A small valid body for an endpoint; `text` may hold a directive for the demo provider. */
export function bodyFor(endpoint: Endpoint, options: BodyOptions = {}): Readonly<Record<string, unknown>> {
  const { text = "Hello there", cap = 100, stream = false, extra = {}, model = MODELS[endpoint] } = options;
  const streamed = stream ? { stream: true } : {};
  const capped = (name: string): Readonly<Record<string, unknown>> => (cap === null ? {} : { [name]: cap });
  const messages = [{ role: "user", content: text }];
  switch (endpoint) {
    case "openai.chat":
      return { model, messages, ...capped("max_completion_tokens"), ...streamed, ...extra };
    case "openai.responses":
      return { model, input: text, ...capped("max_output_tokens"), ...streamed, ...extra };
    case "anthropic.messages":
      return { model, messages, max_tokens: cap ?? 100, ...streamed, ...extra };
  }
}

/** Sends a body as it is; `init` may carry a signal and further headers. */
export async function send(
  gateway: TestGateway,
  key: string,
  endpoint: Endpoint,
  body: unknown,
  init: { readonly headers?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
): Promise<Response> {
  return fetch(gateway.url + PATHS[endpoint], {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      ...(endpoint === "anthropic.messages" ? { "anthropic-version": "2023-06-01" } : {}),
      ...init.headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(init.signal === undefined ? {} : { signal: init.signal }),
  });
}
