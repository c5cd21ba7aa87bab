/** Names of the endpoints that serve a model. */
import type { Endpoint } from "../../api/catalog.ts";

export const ENDPOINT_NAMES = [
  { value: "openai.chat", label: "Chat Completions" },
  { value: "openai.responses", label: "Responses" },
  { value: "anthropic.messages", label: "Messages" },
] as const satisfies readonly { value: Endpoint; label: string }[];

export function endpointName(endpoint: Endpoint): string {
  return ENDPOINT_NAMES.find(({ value }) => value === endpoint)?.label ?? endpoint;
}
