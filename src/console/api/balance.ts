/** What the person who is signed in can spend. */
import { queryOptions } from "@tanstack/react-query";
import { api, read } from "./client.ts";

/** Of the wallet that pays first for their own requests. */
export const balanceQuery = queryOptions({
  queryKey: ["wallets", "balance"],
  queryFn: async ({ signal }) => read(api.GET("/v1/wallets/balance", { signal })),
  refetchInterval: 15_000,
});
