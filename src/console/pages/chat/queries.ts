/** What the chat asks the control plane. */
import { queryOptions } from "@tanstack/react-query";
import { api, read } from "../../api/client.ts";
import type { Receipt } from "./conversation.ts";

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
