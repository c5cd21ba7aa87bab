/** What the chat asks the control plane. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, read, type Wire } from "../../api/client.ts";
import { compareAmounts } from "../../parts/decimal.ts";
import type { Receipt } from "./conversation.ts";

export type CatalogModel = Wire<"CatalogModel">;

const PAGE = 200;
const MAX_PAGES = 10;

export const catalogQuery = queryOptions({
  queryKey: ["models", "catalog"],
  queryFn: async ({ signal }): Promise<readonly CatalogModel[]> => {
    const models: CatalogModel[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query: { limit: number; cursor?: string } = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
      const answer = await read(api.GET("/v1/unified-access/models", { params: { query }, signal }));
      models.push(...answer.data);
      cursor = answer.next_cursor;
      if (cursor === null) break;
    }
    return models;
  },
  staleTime: 60_000,
});

export function useModel(name: string | null): CatalogModel | null {
  const { data } = useQuery(catalogQuery);
  return data?.find(({ model }) => model === name) ?? null;
}

/** What a first message goes to when nobody has chosen: the cheapest that the caller may use. */
export function cheapestModel(models: readonly CatalogModel[]): CatalogModel | null {
  const [first] = models
    .filter(({ allowed }) => allowed)
    .toSorted((a, b) => compareAmounts(String(a.output_price_per_million), String(b.output_price_per_million)));
  return first ?? null;
}

export const balanceQuery = queryOptions({
  queryKey: ["wallets", "balance"],
  queryFn: async ({ signal }) => read(api.GET("/v1/wallets/balance", { signal })),
  refetchInterval: 15_000,
});

const NEWEST = 50;
const ASK_MS = 1_000;
const MAX_ASKS = 60;

/** An answer's row, which comes a second or two after it; null: not yet. */
export function receiptQuery(logId: string, memberId: string) {
  return queryOptions({
    queryKey: ["receipts", logId],
    queryFn: async ({ signal }): Promise<Receipt | null> => {
      const query = { user_id: memberId, limit: NEWEST };
      const { data } = await read(api.GET("/v1/spend/logs", { params: { query }, signal }));
      const row = data.find(({ id }) => id === logId);
      if (row === undefined) return null;
      return {
        cost: row.total_cost,
        currency: row.currency,
        inputTokens: row.input_tokens,
        outputTokens: row.output_tokens,
        walletScope: row.wallet_scope,
      };
    },
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data === null && state.dataUpdateCount < MAX_ASKS ? ASK_MS : false),
  });
}
