/** What the pages about the price book ask, all of it as a platform administrator. */
import { queryOptions } from "@tanstack/react-query";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

export type StoredPrice = Wire<"StoredModelPrice">;

interface PriceFilter {
  readonly provider?: "openai" | "anthropic" | undefined;
  readonly model?: string | undefined;
}

export function pricesQuery({ provider, model }: PriceFilter, pages: Pages) {
  const filter = {
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
  };
  return listQuery(["prices", "list", filter], pages, async (cursor, signal) =>
    read(api.GET("/v1/admin/model-pricing", { params: { query: { ...filter, ...cursor } }, signal })),
  );
}

/** Null: none is asked for. */
export function priceQuery(id: string | null) {
  return queryOptions({
    queryKey: ["prices", "one", id],
    queryFn: async ({ signal }) => {
      if (id === null) throw new TypeError("no price is asked for");
      return read(api.GET("/v1/admin/model-pricing/{id}", { params: { path: { id } }, signal }));
    },
    enabled: id !== null,
  });
}

export const exchangeRatesQuery = queryOptions({
  queryKey: ["exchange-rates"],
  queryFn: async ({ signal }) => read(api.GET("/v1/admin/exchange-rates", { signal })),
});
