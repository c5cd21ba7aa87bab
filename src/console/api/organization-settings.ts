/** Settings of the organization that pages need to show money and days. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, read } from "./client.ts";
import { useMay } from "./session.ts";

export const walletSettingsQuery = queryOptions({
  queryKey: ["wallet-settings"],
  queryFn: async ({ signal }) => read(api.GET("/v1/wallets/settings", { signal })),
  staleTime: 5 * 60_000,
});

/** With its plan of seats; of what the person may see whole. */
export const organizationQuery = queryOptions({
  queryKey: ["organization"],
  queryFn: async ({ signal }) => {
    const answer = await read(api.GET("/v1/organization", { signal }));
    if (!("settings" in answer)) throw new Error("Your role does not show the organization's plan and settings.");
    return answer;
  },
  staleTime: 60_000,
});

/** What members see too, whatever else of the settings they do not. */
const basicsQuery = queryOptions({
  queryKey: ["wallet-settings", "basics"],
  queryFn: async ({ signal }) => {
    const organization = await read(api.GET("/v1/organization", { signal }));
    return "settings" in organization ? organization.settings : organization;
  },
  staleTime: 5 * 60_000,
});

/** The zone of the organization's days; the viewer's own until it is known. */
export function useTimeZone(): string {
  const shown = useQuery({ ...basicsQuery, enabled: useMay("self") });
  return shown.data?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The currency of the organization's money; USD until it is known. */
export function useCurrency(): string {
  const shown = useQuery({ ...basicsQuery, enabled: useMay("self") });
  return shown.data?.currency ?? "USD";
}
