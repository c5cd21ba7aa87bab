/** The three metered endpoints, by the names they have wherever an endpoint is a value (contract: Names on the wire). */
export const ENDPOINTS = ["openai.chat", "openai.responses", "anthropic.messages"] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

export const PROVIDERS = ["openai", "anthropic"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Whose error shapes, stream events and headers a caller expects. */
export type Dialect = Provider;

/** The dialect that an endpoint speaks. */
export function dialectOf(endpoint: Endpoint): Dialect {
  return endpoint === "anthropic.messages" ? "anthropic" : "openai";
}

/** The endpoints that a provider's dialect has. */
export function endpointsOf(provider: Provider): readonly Endpoint[] {
  return ENDPOINTS.filter((endpoint) => dialectOf(endpoint) === provider);
}

/**
 * Vocabulary families with different token counts for the same text: OpenAI's o200k, Claude up to 4.6, and Claude from
 * 4.7 on, which yields about a third more (Anthropic, models overview).
 */
export const TOKENIZERS = ["o200k", "claude", "claude-4-7"] as const;
export type Tokenizer = (typeof TOKENIZERS)[number];

/** The vocabulary of the provider's newest models, for a model of which nothing else is known. */
export function newestTokenizer(provider: Provider): Tokenizer {
  return provider === "openai" ? "o200k" : "claude-4-7";
}
