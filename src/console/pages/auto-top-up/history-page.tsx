/** What was charged to refill wallets, what was not, and why. */
import { Badge, Group, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useNames } from "../../api/names.ts";
import { useTimeZone } from "../../api/organization-settings.ts";
import { useMay } from "../../api/session.ts";
import { columnsOf } from "../../parts/data-table.tsx";
import { DayRange } from "../../parts/day-range.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { endOfDay, startOfDay } from "../../parts/days.ts";
import { formatAmount } from "../../parts/format.ts";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";
import { autoTopUpsQuery, type AutoTopUp } from "./queries.ts";
import { STATUSES } from "./route.ts";
import { CAUSES, reasonOf, STATUS_COLORS } from "./words.ts";

const route = getRouteApi("/wallets/auto-topups");
const column = columnsOf<AutoTopUp>();

const COLUMNS = [
  column.display({ id: "time", header: "Begun", cell: ({ row }) => <Begun of={row.original} /> }),
  column.display({
    id: "status",
    header: "Status",
    cell: ({ row }) => (
      <Badge variant="dot" color={STATUS_COLORS[row.original.status]} tt="none">
        {row.original.status}
      </Badge>
    ),
  }),
  column.display({
    id: "amount",
    header: "Amount",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.amount, row.original.currency),
  }),
  column.display({ id: "wallet", header: "Wallet", cell: ({ row }) => <WalletOf of={row.original} /> }),
  column.display({
    id: "balance",
    header: "Balance then",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.balance, row.original.currency),
  }),
  column.display({ id: "why", header: "Why", cell: ({ row }) => <Why of={row.original} /> }),
  column.display({
    id: "ended",
    header: "Ended",
    cell: ({ row: { original } }) => (original.ended_at === null ? "–" : <Time at={original.ended_at} />),
  }),
];

export function AutoTopUpsPage() {
  const { status, wallet, from, to, pages } = route.useSearch();
  const navigate = route.useNavigate();
  const timeZone = useTimeZone();
  const filter = {
    ...(status === undefined ? {} : { status }),
    ...(wallet === undefined ? {} : { wallet_id: wallet }),
    ...(from === undefined ? {} : { from: startOfDay(from, timeZone) }),
    ...(to === undefined ? {} : { to: endOfDay(to, timeZone) }),
  };
  const history = useQuery(autoTopUpsQuery(filter, pages));
  return (
    <Stack gap="lg">
      <PageHeader title="Auto top-ups" lead={<Lead wallet={wallet} />} />
      <Group gap="md" align="flex-end">
        <Select
          label="Status"
          placeholder="All"
          clearable
          w={170}
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
        <DayRange
          from={from}
          to={to}
          timeZone={timeZone}
          onChange={(range) => void navigate({ search: (before) => ({ ...before, ...range, pages: undefined }) })}
        />
      </Group>
      <ListAnswer
        query={history}
        caption="Auto top-ups"
        columns={COLUMNS}
        rowId={({ id }) => id}
        empty={
          <EmptyState title="No auto top-up here">
            A wallet&apos;s page sets when it refills itself. Each charge is listed here, with what came of it.
          </EmptyState>
        }
        pages={pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
      />
    </Stack>
  );
}

function Lead({ wallet }: { readonly wallet: string | undefined }) {
  return (
    <>
      What was charged so that wallets do not run dry.{" "}
      {wallet === undefined ? (
        <PageLink to="/wallets" underline="always">
          All wallets
        </PageLink>
      ) : (
        <>
          <PageLink to="/wallets/$walletId" params={{ walletId: wallet }} underline="always">
            This wallet
          </PageLink>{" "}
          <PageLink to="/wallets/auto-topups" underline="always">
            Of all wallets
          </PageLink>
        </>
      )}
    </>
  );
}

/** Its payment, for those who see payments. */
function Begun({ of }: { readonly of: AutoTopUp }) {
  const mayRead = useMay("org:billing");
  if (!mayRead) return <Time at={of.created_at} />;
  return (
    <PageLink to="/payments" search={{ payment: of.id }} size="sm">
      <Time at={of.created_at} />
    </PageLink>
  );
}

/** What made it necessary, and why it brought nothing. */
function Why({ of: { cause, failure_code: code } }: { readonly of: AutoTopUp }) {
  return (
    <>
      {CAUSES[cause]}
      {code === null ? null : (
        <Text size="sm" component="span" display="block">
          {reasonOf(code)}
        </Text>
      )}
    </>
  );
}

function WalletOf({ of: { scope, owner_id: ownerId, wallet_id: walletId } }: { readonly of: AutoTopUp }) {
  const names = { team: useNames("team"), user: useNames("user") };
  return (
    <PageLink to="/wallets/$walletId" params={{ walletId }} size="sm">
      {scope === "organization" ? "organization" : `${scope} ${names[scope](ownerId)}`}
    </PageLink>
  );
}
