/** The prices of a model, by what is counted and by how it is served. */
import type { CatalogModel } from "../../api/catalog.ts";
import type { Wire } from "../../api/client.ts";

export const RATE_FIELDS = [
  ["input_price_per_million", "Input"],
  ["cached_input_price_per_million", "Cached input"],
  ["cache_write_5m_price_per_million", "Cache write, 5 minutes"],
  ["cache_write_30m_price_per_million", "Cache write, 30 minutes"],
  ["cache_write_1h_price_per_million", "Cache write, 1 hour"],
  ["cache_write_12h_price_per_million", "Cache write, 12 hours"],
  ["output_price_per_million", "Output"],
  ["audio_input_price_per_million", "Audio input"],
  ["audio_output_price_per_million", "Audio output"],
] as const;

export type RateField = (typeof RATE_FIELDS)[number][0];
export type Rates = Readonly<Partial<Record<RateField, string | number | null>>>;

/** Whatever has prices: a model of the catalog, a row of the price book. */
export type Priced = Pick<
  CatalogModel | Wire<"StoredModelPrice">,
  RateField | "long_context" | "tiers" | "per_call_fees" | "regional_multiplier"
>;

export const RATE_SETS = [
  ["base", "Standard"],
  ["long_context", "Long context"],
  ["batch", "Batch"],
  ["flex", "Flex"],
  ["fast", "Fast"],
  ["fast_long_context", "Fast, long context"],
] as const;

export type RateSet = (typeof RATE_SETS)[number][0];

/** Null: not offered. */
export function ratesOf(price: Priced, set: RateSet): Rates | null {
  if (set === "base") return price;
  if (set === "long_context") return price.long_context ?? null;
  return price.tiers?.[set] ?? null;
}

export const FEE_FIELDS = [
  ["web_search", "Web search"],
  ["web_search_low", "Web search, low context"],
  ["web_search_high", "Web search, high context"],
  ["file_search", "File search"],
  ["code_interpreter", "Code interpreter, a container"],
] as const;
