/** Every wallet of the organization that the viewer sees, and who pays for a request. */
import { Group, SegmentedControl, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMay } from "../../api/session.ts";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount } from "../../parts/format.ts";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { WalletStatusBadge } from "../../parts/wallet-status.tsx";
import { Cascade } from "./cascade.tsx";
import { scopeName, walletName } from "./names.ts";
import { walletsQuery, type Wallet } from "./queries.ts";
import { SCOPES } from "./route.ts";
import { TransferButtons } from "./transfer-buttons.tsx";

const route = getRouteApi("/wallets");
const column = columnsOf<Wallet>();

const AMOUNTS = [
  ["balance", "Balance"],
  ["held", "Reserved"],
  ["available", "Available"],
  ["total_allocated", "Total allocated"],
  ["total_spent", "Total spent"],
] as const;

const COLUMNS = [
  column.display({
    id: "name",
    header: "Wallet",
    cell: ({ row }) => (
      <PageLink to="/wallets/$walletId" params={{ walletId: row.original.id }} size="sm">
        {walletName(row.original)}
      </PageLink>
    ),
  }),
  column.display({ id: "scope", header: "Scope", cell: ({ row }) => scopeName(row.original.scope) }),
  ...AMOUNTS.map(([field, header]) =>
    column.display({
      id: field,
      header,
      meta: { numeric: true },
      cell: ({ row }) => formatAmount(row.original[field], row.original.currency),
    }),
  ),
  column.display({
    id: "status",
    header: "Status",
    cell: ({ row }) => <WalletStatusBadge of={row.original.status} />,
  }),
];

export function WalletsPage() {
  const { scope, pages } = route.useSearch();
  const navigate = route.useNavigate();
  const mayRead = useMay("org:read");
  const wallets = useQuery(walletsQuery(scope, pages));
  return (
    <Stack gap="lg">
      <PageHeader
        title="Wallets"
        lead={
          <>
            Prepaid money. Requests hold what they may cost, and pay what they did cost.{" "}
            <PageLink to="/wallets/auto-topups" underline="always">
              Auto top-ups
            </PageLink>{" "}
            {mayRead ? (
              <PageLink to="/wallets/settings" underline="always">
                Wallet settings
              </PageLink>
            ) : null}
          </>
        }
        actions={<TransferButtons wallet={null} />}
      />
      <Cascade />
      <Stack gap="sm" component="section" aria-label="All wallets">
        <Group justify="space-between" align="flex-end">
          <Title order={2} size="h4">
            {mayRead ? "All wallets" : "Your wallets"}
          </Title>
          <SegmentedControl
            aria-label="Scope"
            value={scope ?? "all"}
            onChange={(chosen) =>
              void navigate({
                search: (before) => ({ ...before, scope: SCOPES.find((each) => each === chosen), pages: undefined }),
              })
            }
            data={[{ value: "all", label: "All" }, ...SCOPES.map((value) => ({ value, label: SHORT[value] }))]}
          />
        </Group>
        <ListAnswer
          query={wallets}
          caption="Wallets"
          columns={COLUMNS}
          rowId={({ id }) => id}
          empty={
            <EmptyState title="No wallets here">
              A team or member has a wallet from the first credit that is allocated to it. Until then the
              organization&apos;s pays.
            </EmptyState>
          }
          pages={pages}
          onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
        />
      </Stack>
    </Stack>
  );
}

const SHORT = {
  organization: "Org",
  team: "Teams",
  user: "Users",
  seat: "Seats",
} as const satisfies Record<Wallet["scope"], string>;
