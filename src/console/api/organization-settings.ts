/** Settings of the organization that pages need to show money and days. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, read } from "./client.ts";
import { useMay } from "./session.ts";

export const walletSettingsQuery = queryOptions({
  queryKey: ["wallet-settings"],
  queryFn: async ({ signal }) => read(api.GET("/v1/wallets/settings", { signal })),
  staleTime: 5 * 60_000,
});

/** The zone of the organization's days; the viewer's own until it is known, or for whom it is not shown. */
export function useTimeZone(): string {
  const shown = useQuery({ ...walletSettingsQuery, enabled: useMay("org:read") });
  return shown.data?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The currency of the organization's money; USD until it is known, or for whom it is not shown. */
export function useCurrency(): string {
  const shown = useQuery({ ...walletSettingsQuery, enabled: useMay("org:read") });
  return shown.data?.currency ?? "USD";
}
