/** What the page of OAuth clients asks. */
import { api, read } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";

export function oauthClientsQuery(pages: Pages) {
  return listQuery(["oauth-clients", "list"], pages, async (query, signal) =>
    read(api.GET("/v1/unified-access/oauth-clients", { params: { query }, signal })),
  );
}
