/** What the webhooks page asks. */
import { api, read } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import type { Pages } from "../../parts/search.ts";
import type { DELIVERY_STATUSES } from "./route.ts";

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export function webhooksQuery(pages: Pages) {
  return listQuery(["webhooks", "list"], pages, async (query, signal) =>
    read(api.GET("/v1/webhooks", { params: { query }, signal })),
  );
}

export function deliveriesQuery(id: string, status: DeliveryStatus | undefined, pages: Pages) {
  return listQuery(["webhooks", "deliveries", id, status ?? null], pages, async (cursor, signal) =>
    read(
      api.GET("/v1/webhooks/{id}/deliveries", {
        params: { path: { id }, query: { limit: 20, ...(status === undefined ? {} : { status }), ...cursor } },
        signal,
      }),
    ),
  );
}
