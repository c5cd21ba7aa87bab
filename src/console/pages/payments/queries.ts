/** What the pages of payments ask. */
import { queryOptions } from "@tanstack/react-query";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import { endOfDay, startOfDay } from "../../parts/days.ts";
import type { Pages } from "../../parts/search.ts";

export type Payment = Wire<"PaymentSession">;
export type Scope = Payment["scope"];

const UNDER_WAY = new Set<Payment["status"]>(["created", "capturing", "captured"]);
const POLL_MS = 2_000;

export function isUnderWay({ status }: Pick<Payment, "status">): boolean {
  return UNDER_WAY.has(status);
}

/** Asked anew until it has ended; the gateway asks the provider. */
export function paymentQuery(id: string) {
  return queryOptions({
    queryKey: ["payments", "one", id],
    queryFn: async ({ signal }) => read(api.GET("/v1/payments/sessions/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data === undefined || isUnderWay(state.data) ? POLL_MS : false),
  });
}

export interface HistoryFilter {
  readonly status?: Payment["status"];
  /** Instants. */
  readonly from?: string;
  readonly to?: string;
}

/** What the URL says, as the API wants it: its days are those of the zone. */
export function historyFilterOf(
  search: { status?: Payment["status"] | undefined; from?: string | undefined; to?: string | undefined },
  timeZone: string,
): HistoryFilter {
  const { status, from, to } = search;
  return {
    ...(status === undefined ? {} : { status }),
    ...(from === undefined ? {} : { from: startOfDay(from, timeZone) }),
    ...(to === undefined ? {} : { to: endOfDay(to, timeZone) }),
  };
}

export function historyQuery(filter: HistoryFilter, pages: Pages) {
  return listQuery(["payments", "list", filter], pages, async (cursor, signal) =>
    read(api.GET("/v1/payments/history", { params: { query: { ...filter, ...cursor } }, signal })),
  );
}

export const paymentSettingsQuery = queryOptions({
  queryKey: ["payments", "settings"],
  queryFn: async ({ signal }) => read(api.GET("/v1/payments/settings", { signal })),
});

export const paymentsConfigQuery = queryOptions({
  queryKey: ["payments", "config"],
  queryFn: async ({ signal }) => read(api.GET("/v1/admin/payments/config", { signal })),
});

export function allPaymentsQuery(filter: HistoryFilter & { readonly organization_id?: string }, pages: Pages) {
  return listQuery(["payments", "all", filter], pages, async (cursor, signal) =>
    read(api.GET("/v1/admin/payments", { params: { query: { ...filter, ...cursor } }, signal })),
  );
}
