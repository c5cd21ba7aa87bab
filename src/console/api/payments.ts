/** What several pages need to know of payments. */
import { queryOptions } from "@tanstack/react-query";
import { api, read } from "./client.ts";
import { listQuery } from "./pages.ts";

interface Owner {
  readonly teamId: string | undefined;
  readonly userId: string | undefined;
}

/** Which wallets the viewer may top up, and why not; of neither a team nor a person: the viewer's own. */
export function availabilityQuery({ teamId, userId }: Owner) {
  const query = {
    ...(teamId === undefined ? {} : { team_id: teamId }),
    ...(userId === undefined ? {} : { user_id: userId }),
  };
  return queryOptions({
    queryKey: ["payments", "availability", query],
    queryFn: async ({ signal }) => read(api.GET("/v1/payments/availability", { params: { query }, signal })),
  });
}

/** Without org:billing: those that the viewer has saved. */
export function methodsQuery() {
  return listQuery(["payments", "methods"], undefined, async (cursor, signal) =>
    read(api.GET("/v1/payments/methods", { params: { query: cursor }, signal })),
  );
}
