/** `GET /v1/models` in both dialects: a few models that the demo provider claims to have. */
import type { JsonObject } from "./json.ts";

const MODELS = {
  openai: ["gpt-6.2", "gpt-6-mini", "gpt-5.4", "gpt-5.4-mini", "gpt-4o", "gpt-4o-mini"],
  anthropic: ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-haiku-4-5"],
} as const;

const CREATED_AT_SECONDS = 1_780_000_000;

export function listModels(provider: "openai" | "anthropic"): JsonObject {
  const ids = MODELS[provider];
  if (provider === "openai") {
    const data = ids.map((id) => ({ id, object: "model", created: CREATED_AT_SECONDS, owned_by: "demo" }));
    return { object: "list", data };
  }
  const createdAt = new Date(CREATED_AT_SECONDS * 1_000).toISOString();
  const data = ids.map((id) => ({ type: "model", id, display_name: id, created_at: createdAt }));
  return { data, has_more: false, first_id: ids[0], last_id: ids.at(-1) };
}
