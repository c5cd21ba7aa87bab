/** What requests hold, and what became of it: open now, and what ended lately. */
import { Badge, Group, Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import { useMay } from "../../api/session.ts";
import { Copy } from "../../parts/copy.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount } from "../../parts/format.ts";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import type { Pages } from "../../parts/search.ts";
import { Time } from "../../parts/time.tsx";
import { scopeName, walletName } from "../wallets/names.ts";
import { walletsQuery } from "../wallets/queries.ts";
import { STATUSES } from "./route.ts";

type Reservation = Wire<"Reservation">;
type Filter = Readonly<Partial<Record<"wallet_id", string> & Record<"status", Reservation["status"]>>>;

const EVERY_MS = 3_000;

const route = getRouteApi("/reservations");
const column = columnsOf<Reservation>();

const COLORS = {
  open: "blue",
  settled: "green",
  released: "gray",
  expired: "orange",
} as const satisfies Record<Reservation["status"], string>;

const COLUMNS = [
  column.display({ id: "time", header: "Made", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({
    id: "status",
    header: "Status",
    cell: ({ row }) => (
      <Badge variant="dot" color={COLORS[row.original.status]} tt="none">
        {row.original.status}
      </Badge>
    ),
  }),
  column.display({
    id: "model",
    header: "Model",
    cell: ({ row }) => `${row.original.provider} ${row.original.model}`,
  }),
  column.display({ id: "wallet", header: "Wallet", cell: ({ row }) => <HoldingWallets of={row.original} /> }),
  column.display({
    id: "held",
    header: "Held",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.held_amount, row.original.currency),
  }),
  column.display({
    id: "settled",
    header: "Charged",
    meta: { numeric: true },
    cell: ({ row }) =>
      row.original.status === "open" ? "–" : formatAmount(row.original.settled_amount, row.original.currency),
  }),
  column.display({ id: "expires", header: "Lease ends", cell: ({ row }) => <Time at={row.original.expires_at} /> }),
  column.display({
    id: "id",
    header: "Reservation",
    cell: ({ row }) => <Copy what="reservation id" text={row.original.id} />,
  }),
];

function reservationsQuery(filter: Filter, pages: Pages) {
  return {
    ...listQuery(["reservations", "list", filter], pages, async (cursor, signal) =>
      read(api.GET("/v1/reservations", { params: { query: { ...filter, ...cursor } }, signal })),
    ),
    refetchInterval: EVERY_MS,
  };
}

export function ReservationsPage() {
  const { status, wallet, pages } = route.useSearch();
  const navigate = route.useNavigate();
  const mayRead = useMay("org:read");
  const wallets = useQuery(walletsQuery(undefined, undefined));
  const filter: Filter = {
    ...(status === undefined ? {} : { status }),
    ...(wallet === undefined ? {} : { wallet_id: wallet }),
  };
  const reservations = useQuery(reservationsQuery(filter, pages));
  const options = (wallets.data?.data ?? []).map((each) => ({
    value: each.id,
    label: `${walletName(each)} (${scopeName(each.scope)})`,
  }));
  const isListed = wallet === undefined || options.some(({ value }) => value === wallet);
  return (
    <Stack gap="lg">
      <PageHeader
        title="Reservations"
        lead={
          mayRead
            ? "What requests hold from before they leave until they end: then it is charged, and the rest given back."
            : "What your own requests hold, and those of teams that you lead."
        }
      />
      <Group gap="md" align="flex-end">
        <Select
          label="Status"
          placeholder="All"
          clearable
          w={160}
          data={[...STATUSES]}
          value={status ?? null}
          onChange={(chosen) =>
            void navigate({
              search: (before) => ({
                ...before,
                status: STATUSES.find((each) => each === chosen),
                pages: undefined,
              }),
            })
          }
        />
        <Select
          label="Wallet"
          placeholder="All"
          clearable
          searchable
          w={260}
          data={isListed ? options : [...options, { value: wallet, label: wallet }]}
          value={wallet ?? null}
          onChange={(chosen) =>
            void navigate({ search: (before) => ({ ...before, wallet: chosen ?? undefined, pages: undefined }) })
          }
        />
      </Group>
      <ListAnswer
        query={reservations}
        caption="Reservations"
        columns={COLUMNS}
        rowId={({ id }) => id}
        empty={
          <EmptyState title="No reservations here">
            Open ones are listed while their requests run, ended ones for a day; the spend logs have every request for
            ever.
          </EmptyState>
        }
        pages={pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
      />
    </Stack>
  );
}

/** A long answer can hold money in several. */
function HoldingWallets({ of }: { readonly of: Reservation }) {
  if (of.wallet_id === null || of.wallet_scope === null) return "none";
  const others = of.holds.filter(({ wallet_id: id }) => id !== of.wallet_id).length;
  return (
    <>
      <PageLink to="/wallets/$walletId" params={{ walletId: of.wallet_id }} size="sm">
        {scopeName(of.wallet_scope)}
      </PageLink>
      {others === 0 ? "" : ` and ${others} more`}
    </>
  );
}
