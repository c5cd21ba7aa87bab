/** What the card and the history of auto top-ups ask. */
import { queryOptions } from "@tanstack/react-query";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { ChangeHeaders } from "../../api/use-change.ts";
import type { Pages } from "../../parts/search.ts";

export type Standing = Wire<"AutoTopUpStanding">;
export type Settings = Wire<"AutoTopUpSettings">;
export type AutoTopUp = Wire<"AutoTopUp">;

const UNDER_WAY_MS = 2_000;
/** Requests make charges necessary, and nobody tells the page. */
const EVERY_MS = 10_000;

export function standingQuery(walletId: string) {
  return queryOptions({
    queryKey: ["wallets", "auto-top-up", walletId],
    queryFn: async ({ signal }) =>
      read(api.GET("/v1/wallets/{id}/auto-topup", { params: { path: { id: walletId } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === "pending" ? UNDER_WAY_MS : EVERY_MS),
  });
}

export interface HistoryFilter {
  readonly status?: AutoTopUp["status"];
  readonly wallet_id?: string;
  /** Instants. */
  readonly from?: string;
  readonly to?: string;
}

export function autoTopUpsQuery(filter: HistoryFilter, pages: Pages) {
  return {
    ...listQuery(["wallets", "auto-top-ups", filter], pages, async (cursor, signal) =>
      read(api.GET("/v1/wallets/auto-topups", { params: { query: { ...filter, ...cursor } }, signal })),
    ),
    refetchInterval: EVERY_MS,
  };
}

export async function saveSettings(walletId: string, body: Wire<"AutoTopUpChange">, headers: ChangeHeaders) {
  return read(api.PUT("/v1/wallets/{id}/auto-topup", { params: { path: { id: walletId } }, body, headers }));
}

/** The same settings, as the API takes them; saved again they begin anew after declines. */
export function changeOf(settings: Settings, enabled: boolean): Wire<"AutoTopUpChange"> {
  const { wallet_id: _wallet, currency: _currency, ...change } = settings;
  return { ...change, enabled };
}
