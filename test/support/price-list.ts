/** The product's own price list as the domain sees it. */
import modelPrices from "../../src/contract/data/model-prices.json" with { type: "json" };
import { priceRecordSchema, toPrice } from "../../src/contract/price-record.ts";
import { buildPriceBook, findPrice } from "../../src/core/price-book.ts";
import type { Price } from "../../src/core/price.ts";
import type { RequestFacts } from "../../src/core/request-facts.ts";
import type { Usage } from "../../src/core/usage.ts";
import { NO_CALLS, plainUsage } from "../../src/core/usage.ts";

export const PRICES: readonly Price[] = modelPrices.map((record) => toPrice(priceRecordSchema.parse(record)));

export const PRICE_BOOK = buildPriceBook(PRICES);

export const TODAY_MS = Date.parse("2026-11-20T12:00:00Z");

/** Throws when the list has no such model. */
export function priceNamed(model: string, atMs = TODAY_MS): Price {
  const price = findPrice(PRICE_BOOK, { model, atMs });
  if (price === null) throw new Error(`no price for ${model}`);
  return price;
}

export function usageOf(tokens: Partial<Usage["passes"][number]["tokens"]>, rest: Partial<Usage> = {}): Usage {
  return { ...plainUsage(tokens), ...rest };
}

export function factsOf(rest: Partial<RequestFacts> & { readonly tokens?: number } = {}): RequestFacts {
  const { tokens = 1_000, ...others } = rest;
  return {
    endpoint: "openai.chat",
    model: "any",
    streamed: false,
    inputTokens: { o200k: tokens, claude: tokens, "claude-4-7": tokens },
    outputCapTokens: null,
    choices: 1,
    requestedTier: "standard",
    cacheWrite: "none",
    regional: false,
    calls: NO_CALLS,
    previousResponseId: null,
    ...others,
  };
}
