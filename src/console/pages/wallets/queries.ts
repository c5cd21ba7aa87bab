/** What the pages of wallets ask. */
import { queryOptions } from "@tanstack/react-query";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

export type Wallet = Wire<"Wallet">;

/** How often what requests hold is asked anew, while the page is visible. */
const HOLDS_EVERY_MS = 2_000;
const BALANCE_EVERY_MS = 10_000;
const MAX_HOLDS = 100;

export function walletsQuery(scope: Wallet["scope"] | undefined, pages: Pages) {
  const filter = scope === undefined ? {} : { scope };
  return {
    ...listQuery(["wallets", "list", filter], pages, async (cursor, signal) =>
      read(api.GET("/v1/wallets", { params: { query: { ...filter, ...cursor } }, signal })),
    ),
    refetchInterval: BALANCE_EVERY_MS,
  };
}

/** The cascade of a person, with a team; of neither: the viewer's own. */
export function cascadeQuery(userId: string | undefined, teamId: string | undefined) {
  const query = {
    ...(userId === undefined ? {} : { user_id: userId }),
    ...(teamId === undefined ? {} : { team_id: teamId }),
  };
  return queryOptions({
    queryKey: ["wallets", "balance", query],
    queryFn: async ({ signal }) => read(api.GET("/v1/wallets/balance", { params: { query }, signal })),
    refetchInterval: BALANCE_EVERY_MS,
  });
}

export function walletQuery(id: string) {
  return queryOptions({
    queryKey: ["wallets", "one", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/wallets/{id}", { params: { path: { id } }, signal })),
    refetchInterval: HOLDS_EVERY_MS,
  });
}

export function forecastQuery(id: string) {
  return queryOptions({
    queryKey: ["wallets", "forecast", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/wallets/{id}/forecast", { params: { path: { id } }, signal })),
  });
}

export function transactionsQuery(id: string, pages: Pages) {
  return listQuery(["wallets", "transactions", id], pages, async (cursor, signal) =>
    read(api.GET("/v1/wallets/{id}/transactions", { params: { path: { id }, query: cursor }, signal })),
  );
}

/** Requests that hold money of the wallet now. */
export function holdsQuery(walletId: string) {
  return queryOptions({
    queryKey: ["reservations", "open", walletId],
    queryFn: async ({ signal }) =>
      read(
        api.GET("/v1/reservations", {
          params: { query: { wallet_id: walletId, status: "open", limit: MAX_HOLDS } },
          signal,
        }),
      ),
    refetchInterval: HOLDS_EVERY_MS,
  });
}
