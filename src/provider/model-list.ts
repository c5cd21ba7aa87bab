/** `GET /v1/models` and `/v1/models/{id}` in both dialects, from the prices of the models that the caller may use. */
import type { Dialect } from "../core/endpoint.ts";
import type { Price } from "../core/price.ts";

export type ModelFields = Readonly<Record<string, unknown>>;

/** One model. The creation time is the start of its price; models without one count from 1970, which SDKs accept. */
function modelObject(dialect: Dialect, price: Price): ModelFields {
  const createdAtMs = Math.max(0, price.effectiveFromMs ?? 0);
  return dialect === "openai"
    ? { id: price.model, object: "model", created: Math.floor(createdAtMs / 1_000), owned_by: price.provider }
    : {
        type: "model",
        id: price.model,
        display_name: price.model,
        created_at: new Date(createdAtMs).toISOString(),
      };
}

/** All of them, each model once, by name. The list is not paged: `has_more` is always false. */
export function modelList(dialect: Dialect, prices: readonly Price[]): ModelFields {
  const byModel = new Map(prices.map((price) => [price.model, price]));
  const models = [...byModel.values()].toSorted((a, b) => (a.model < b.model ? -1 : a.model > b.model ? 1 : 0));
  const data = models.map((price) => modelObject(dialect, price));
  return dialect === "openai"
    ? { object: "list", data }
    : { data, has_more: false, first_id: models.at(0)?.model ?? null, last_id: models.at(-1)?.model ?? null };
}

/** The one model with this name or alias, under the name that was asked for; null when the caller has none. */
export function findModel(dialect: Dialect, prices: readonly Price[], id: string): ModelFields | null {
  const price = prices.find((candidate) => candidate.model === id || candidate.aliases.includes(id));
  return price === undefined ? null : { ...modelObject(dialect, price), id };
}
