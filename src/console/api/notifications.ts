/** What the people of the organization should know, and has not been read yet. */
import { queryOptions } from "@tanstack/react-query";
import { api, read } from "./client.ts";

/** The bell counts so far. */
export const MAX_UNREAD = 99;

export const unreadQuery = queryOptions({
  queryKey: ["notifications", "unread"],
  queryFn: async ({ signal }) => {
    const query = { unread: "true", limit: MAX_UNREAD + 1 } as const;
    return (await read(api.GET("/v1/notifications", { params: { query }, signal }))).data;
  },
  refetchInterval: 60_000,
});
