/** The catalog: every model in force, what it costs, and whether the person may use it. */
import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { catalogQuery, type CatalogModel } from "../../api/catalog.ts";
import { useSession } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Tags } from "../../parts/tags.tsx";
import { ReachBadge } from "./reach-badge.tsx";
import type { ModelFilter } from "./route.ts";
import { endpointName, ENDPOINT_NAMES } from "./words.ts";

const route = getRouteApi("/models");

export function ModelsPage() {
  const filter = route.useSearch();
  const models = useQuery(catalogQuery);
  const goTo = useNavigate();
  const { platform_admin: isPlatformAdmin } = useSession();
  return (
    <Stack gap="lg">
      <PageHeader
        title="Models"
        lead="Prices are USD for a million tokens, the providers’ own; nothing is added."
        actions={
          isPlatformAdmin ? (
            <Button variant="default" onClick={() => void goTo({ to: "/prices" })}>
              Price book
            </Button>
          ) : undefined
        }
      />
      <Filters models={models.data ?? NONE} />
      <Answer query={models}>{(all) => <Models all={all} filter={filter} />}</Answer>
    </Stack>
  );
}

const NONE: readonly CatalogModel[] = [];

function Filters({ models }: { readonly models: readonly CatalogModel[] }) {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: ModelFilter): void =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const tags = useMemo(() => [...new Set(models.flatMap(({ tags: own = [] }) => own))].toSorted(), [models]);
  return (
    <Group align="flex-end" gap="md">
      <TextInput
        label="Search"
        placeholder="Name or alias"
        leftSection={<IconSearch size={16} aria-hidden />}
        w={220}
        maxLength={200}
        value={filter.q ?? ""}
        onChange={({ currentTarget: { value } }) => change({ q: value === "" ? undefined : value })}
      />
      <Select
        label="Provider"
        placeholder="All"
        clearable
        w={150}
        data={["openai", "anthropic"] as const}
        value={filter.provider ?? null}
        onChange={(provider) => change({ provider: provider ?? undefined })}
      />
      <Select
        label="Endpoint"
        placeholder="All"
        clearable
        w={190}
        data={ENDPOINT_NAMES}
        value={filter.endpoint ?? null}
        onChange={(endpoint) => change({ endpoint: endpoint ?? undefined })}
      />
      <Select
        label="Tag"
        placeholder="All"
        clearable
        searchable
        w={160}
        data={tags}
        value={filter.tag ?? null}
        onChange={(tag) => change({ tag: tag ?? undefined })}
      />
      <Select
        label="May you use it"
        placeholder="All"
        clearable
        w={150}
        data={REACHES}
        value={filter.reach ?? null}
        onChange={(reach) => change({ reach: reach ?? undefined })}
      />
    </Group>
  );
}

const REACHES = [
  { value: "allowed", label: "Yes" },
  { value: "denied", label: "No" },
] as const;

function Models({ all, filter }: { readonly all: readonly CatalogModel[]; readonly filter: ModelFilter }) {
  const shown = useMemo(() => all.filter((model) => matches(model, filter)), [all, filter]);
  if (all.length === 0) {
    return (
      <EmptyState title="The price book is empty">
        A model is served when it has a price. A platform administrator adds prices in the price book.
      </EmptyState>
    );
  }
  if (shown.length === 0) {
    return (
      <EmptyState title="No model matches" action={<PageLink to="/models">Show all {all.length}</PageLink>}>
        Another search or fewer filters may find it.
      </EmptyState>
    );
  }
  return (
    <>
      <Text size="sm" c="dimmed" aria-live="polite">
        {shown.length === all.length ? `${all.length} models` : `${shown.length} of ${all.length} models`}
      </Text>
      <DataTable
        caption="Models"
        columns={COLUMNS}
        rows={shown}
        rowId={({ provider, model }) => `${provider}/${model}`}
      />
    </>
  );
}

function matches(
  { model, aliases = [], provider, endpoints, tags = [], allowed }: CatalogModel,
  filter: ModelFilter,
): boolean {
  const text = filter.q?.toLowerCase();
  return (
    (text === undefined || [model, ...aliases].some((name) => name.toLowerCase().includes(text))) &&
    (filter.provider === undefined || provider === filter.provider) &&
    (filter.endpoint === undefined || endpoints.includes(filter.endpoint)) &&
    (filter.tag === undefined || tags.includes(filter.tag)) &&
    (filter.reach === undefined || allowed === (filter.reach === "allowed"))
  );
}

const column = columnsOf<CatalogModel>();

const COLUMNS = [
  column.display({
    id: "model",
    header: "Model",
    cell: ({ row: { original } }) => (
      <Stack gap={0} miw={170}>
        <PageLink
          to="/models/$provider/$model"
          params={{ provider: original.provider, model: original.model }}
          size="sm"
        >
          {original.model}
        </PageLink>
        <Text size="xs" c="dimmed">
          {original.provider}
        </Text>
      </Stack>
    ),
  }),
  column.display({
    id: "allowed",
    header: "Yours",
    cell: ({ row }) => <ReachBadge allowed={row.original.allowed} />,
  }),
  column.display({
    id: "input",
    header: "Input",
    meta: { numeric: true },
    cell: ({ row: { original } }) => <Rate of={original} rate={original.input_price_per_million} />,
  }),
  column.display({
    id: "cached",
    header: "Cached input",
    meta: { numeric: true },
    cell: ({ row: { original } }) => <Rate of={original} rate={original.cached_input_price_per_million} />,
  }),
  column.display({
    id: "output",
    header: "Output",
    meta: { numeric: true },
    cell: ({ row: { original } }) => <Rate of={original} rate={original.output_price_per_million} />,
  }),
  column.display({
    id: "context",
    header: "Context",
    meta: { numeric: true },
    cell: ({ row }) => formatCount(row.original.context_window ?? null),
  }),
  column.display({
    id: "max_output",
    header: "Most output",
    meta: { numeric: true },
    cell: ({ row }) => formatCount(row.original.max_output_tokens ?? null),
  }),
  column.display({
    id: "endpoints",
    header: "Endpoints",
    cell: ({ row }) => (
      <Text size="xs" miw={120}>
        {row.original.endpoints.map(endpointName).join(", ")}
      </Text>
    ),
  }),
  column.display({ id: "tags", header: "Tags", cell: ({ row }) => <Tags of={row.original.tags ?? []} /> }),
];

function Rate({ of, rate }: { readonly of: CatalogModel; readonly rate: string | number | null | undefined }) {
  if (of.free === true) return "free";
  return rate === null || rate === undefined ? "–" : formatAmount(String(rate), "USD");
}
