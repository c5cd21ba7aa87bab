/** The dialects, one adapter per endpoint. */
import type { Endpoint } from "../core/endpoint.ts";
import type { Usage } from "../core/usage.ts";
import type { ProviderAdapter, UsageContext } from "./adapter.ts";
import { chatAdapter } from "./chat.ts";
import { messagesAdapter } from "./messages.ts";
import { responsesAdapter } from "./responses.ts";

const ADAPTERS: Readonly<Record<Endpoint, ProviderAdapter>> = {
  "openai.chat": chatAdapter,
  "openai.responses": responsesAdapter,
  "anthropic.messages": messagesAdapter,
};

export function adapterOf(endpoint: Endpoint): ProviderAdapter {
  return ADAPTERS[endpoint];
}

/**
 * Turns a provider's usage object into disjoint buckets. Null when it cannot be priced: it is no usage object, or a counter
 * is negative, fractional or above 10⁹.
 */
export function normalizeUsage(endpoint: Endpoint, usage: unknown, context: UsageContext): Usage | null {
  return ADAPTERS[endpoint].normalizeUsage(usage, context);
}
