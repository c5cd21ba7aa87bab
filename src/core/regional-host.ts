/** Providers' addresses that serve from one region only, at a surcharge on every token. */
import type { Provider } from "./endpoint.ts";
import type { RequestFacts } from "./request-facts.ts";

/**
 * Whether a base URL is a data-residency host: a name below `api.openai.com`, such as `eu.api.openai.com` (OpenAI, data
 * residency), also with the dot of a full domain name at its end. Anthropic has none; its requests say `inference_geo`. The
 * models' own factor decides whether it costs anything.
 */
export function isRegionalHost(provider: Provider, baseUrl: string): boolean {
  return provider === "openai" && /\.api\.openai\.com\.?$/u.test(new URL(baseUrl).hostname);
}

/** The request asks for a region that costs more, or its target is a host that does. */
export function isServedRegionally(
  facts: Pick<RequestFacts, "regional">,
  provider: Provider,
  baseUrl: string,
): boolean {
  return facts.regional || isRegionalHost(provider, baseUrl);
}
