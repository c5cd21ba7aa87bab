/** Provider, From and To; they live in the URL. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTimeZone } from "../../api/organization-settings.ts";
import { DayRange } from "../../parts/day-range.tsx";
import { spendSummaryQuery } from "../../api/spend.ts";
import { filterOf } from "./queries.ts";
import type { SpendSearch } from "./route.ts";

const route = getRouteApi("/spend");

export function SpendFilters() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const timeZone = useTimeZone();
  // Another range has other pages.
  const change = (changed: SpendSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...changed, pages: undefined, log: undefined }) });
  return (
    <>
      <Select
        label="Provider"
        placeholder="All"
        clearable
        searchable
        w={180}
        data={useProviders(search)}
        value={search.provider ?? null}
        onChange={(provider) => change({ provider: provider ?? undefined })}
      />
      <DayRange from={search.from} to={search.to} timeZone={timeZone} onChange={change} />
    </>
  );
}

/** Those that the range has, whichever is chosen. */
function useProviders({ provider, from, to }: SpendSearch): string[] {
  const filter = filterOf({ from, to }, useTimeZone());
  const { data } = useQuery(spendSummaryQuery({ group: "provider", filter }));
  const names = (data?.rows ?? []).flatMap(({ group }) => (group === null ? [] : [group]));
  return [...new Set([...names, ...(provider === undefined ? ["openai", "anthropic"] : [provider])])].toSorted();
}
