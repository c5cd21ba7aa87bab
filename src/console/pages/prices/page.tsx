/** The price book with its dated periods, and the exchange rates. */
import { Badge, Button, Group, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";
import { usdOf } from "../models/price-table.tsx";
import { ExchangeRates } from "./exchange-rates.tsx";
import { PlatformOnly } from "../../parts/platform-only.tsx";
import { PriceMenu } from "./price-menu.tsx";
import { periodStatus } from "./period.ts";
import { pricesQuery, type StoredPrice } from "./queries.ts";

const route = getRouteApi("/prices");

export function PricesPage() {
  const { view = "book" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <PlatformOnly title="Price book">
      <Stack gap="lg">
        <PageHeader
          title="Price book"
          lead="What every organization of this deployment pays, in USD. A change never touches what is settled."
          actions={
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => void navigate({ to: "/prices/$id", params: { id: "new" }, search: {} })}
            >
              Add price
            </Button>
          }
        />
        <SegmentedControl
          aria-label="View"
          style={{ alignSelf: "flex-start" }}
          value={view}
          onChange={(chosen) => void navigate({ search: chosen === "rates" ? { view: "rates" } : {} })}
          data={[
            { value: "book", label: "Prices" },
            { value: "rates", label: "Exchange rates" },
          ]}
        />
        {view === "rates" ? <ExchangeRates /> : <PriceBook />}
      </Stack>
    </PlatformOnly>
  );
}

function PriceBook() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const prices = useQuery(pricesQuery(search, search.pages));
  return (
    <Stack gap="md">
      <Group align="flex-end">
        <Select
          label="Provider"
          placeholder="All"
          clearable
          w={150}
          data={["openai", "anthropic"] as const}
          value={search.provider ?? null}
          onChange={(provider) =>
            void navigate({ search: (before) => ({ ...before, provider: provider ?? undefined, pages: undefined }) })
          }
        />
        <TextInput
          label="Model"
          placeholder="Its whole name"
          w={220}
          maxLength={200}
          value={search.model ?? ""}
          onChange={({ currentTarget: { value } }) =>
            void navigate({
              search: (before) => ({ ...before, model: value === "" ? undefined : value, pages: undefined }),
              replace: true,
            })
          }
        />
      </Group>
      <ListAnswer
        query={prices}
        caption="Prices"
        columns={COLUMNS}
        rowId={({ id }) => id}
        empty={
          <EmptyState title="No price matches">
            The model’s name must be whole. Without a price a model is not served.
          </EmptyState>
        }
        pages={search.pages}
        onPages={(pages) => void navigate({ search: (before) => ({ ...before, pages }) })}
      />
    </Stack>
  );
}

const column = columnsOf<StoredPrice>();

const COLUMNS = [
  column.display({
    id: "model",
    header: "Model",
    cell: ({ row: { original } }) => (
      <PageLink to="/prices/$id" params={{ id: original.id }} size="sm">
        {original.model}
      </PageLink>
    ),
  }),
  column.display({ id: "provider", header: "Provider", cell: ({ row }) => row.original.provider }),
  column.display({
    id: "input",
    header: "Input / M",
    meta: { numeric: true },
    cell: ({ row }) => (row.original.free === true ? "free" : usdOf(row.original.input_price_per_million)),
  }),
  column.display({
    id: "output",
    header: "Output / M",
    meta: { numeric: true },
    cell: ({ row }) => (row.original.free === true ? "free" : usdOf(row.original.output_price_per_million)),
  }),
  column.display({
    id: "from",
    header: "From",
    cell: ({ row: { original } }) => (original.effective_from ? <Time at={original.effective_from} /> : "ever"),
  }),
  column.display({
    id: "to",
    header: "Until",
    cell: ({ row: { original } }) => (original.effective_to ? <Time at={original.effective_to} /> : "–"),
  }),
  column.display({ id: "status", header: "Status", cell: ({ row }) => <PeriodBadge of={row.original} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <PriceMenu of={row.original} /> }),
];

function PeriodBadge({ of }: { readonly of: StoredPrice }) {
  const status = periodStatus(of, Date.now());
  const color = { "in force": "green", ended: "gray", planned: "blue" }[status];
  return (
    <Badge variant="dot" color={color} tt="none">
      {status}
    </Badge>
  );
}
