/** Who has a seat, and what is left of this month's credits. */
import { Alert, Button, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconInfoCircle, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, read, type Wire } from "../../api/client.ts";
import { organizationQuery } from "../../api/organization-settings.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { Answer } from "../../parts/answer.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { StatCard } from "../../parts/stat-card.tsx";
import { Time } from "../../parts/time.tsx";
import { seatQuery } from "../members/queries.ts";
import { GiveSeatDialog } from "./give-seat-dialog.tsx";
import { seatCountQuery, seatedQuery } from "./queries.ts";

type Member = Wire<"Member">;

const route = getRouteApi("/seats");
const column = columnsOf<Member>();

const COLUMNS = [
  column.display({
    id: "member",
    header: "Member",
    cell: ({ row }) => (
      <PageLink to="/members" search={{ member: row.original.id }} size="sm">
        {row.original.name}
      </PageLink>
    ),
  }),
  column.display({
    id: "left",
    header: "Left this month",
    meta: { numeric: true },
    cell: ({ row }) => (
      <OfSeat id={row.original.id}>{({ wallet, currency }) => formatAmount(wallet?.available ?? "0", currency)}</OfSeat>
    ),
  }),
  column.display({
    id: "held",
    header: "Reserved",
    meta: { numeric: true },
    cell: ({ row }) => (
      <OfSeat id={row.original.id}>{({ wallet, currency }) => formatAmount(wallet?.held ?? "0", currency)}</OfSeat>
    ),
  }),
  column.display({
    id: "granted",
    header: "Granted this month",
    meta: { numeric: true },
    cell: ({ row }) => (
      <OfSeat id={row.original.id}>
        {({ granted_amount: amount, currency }) => (amount === null ? "nothing yet" : formatAmount(amount, currency))}
      </OfSeat>
    ),
  }),
  column.display({
    id: "expires",
    header: "Expires",
    cell: ({ row }) => (
      <OfSeat id={row.original.id}>{({ expires_at: at }) => (at === null ? "–" : <Time at={at} />)}</OfSeat>
    ),
  }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <TakeButton of={row.original} /> }),
];

export function SeatsPage() {
  return (
    <Needs capability="org:read" title="Seats">
      <Seats />
    </Needs>
  );
}

function Seats() {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const seated = useQuery(seatedQuery(pages));
  const [giving, { open, close }] = useDisclosure(false);
  return (
    <Stack gap="lg">
      <PageHeader
        title="Seats"
        lead="A member with a seat has credits of their own each month, which are spent before any wallet."
        actions={
          <ActionButton needs="org:admin" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            Give a seat
          </ActionButton>
        }
      />
      <Plan />
      <ListAnswer
        query={seated}
        caption="Members with a seat"
        columns={COLUMNS}
        rowId={({ id }) => id}
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
        empty={
          <EmptyState title="Nobody has a seat">
            Give one to a member: its monthly credit is granted at once, and expires at the end of the month.
          </EmptyState>
        }
      />
      <GiveSeatDialog opened={giving} onClose={close} />
    </Stack>
  );
}

function Plan() {
  const organization = useQuery(organizationQuery);
  const seats = useQuery(seatCountQuery);
  return (
    <Answer query={organization} skeleton={<Skeleton height={90} />}>
      {(data) => (
        <>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <StatCard label="Seats of the plan" value={formatCount(data.seat_count)} />
            <StatCard
              label="Given"
              value={
                seats.data === undefined ? undefined : `${formatCount(seats.data.count)}${seats.data.isMore ? "+" : ""}`
              }
            />
            <StatCard
              label="Credit of each, monthly"
              value={formatAmount(data.seat_monthly_credit, data.currency)}
              note="Granted on the first of the month; what is left expires with it"
            />
          </SimpleGrid>
          {data.seat_count > 0 ? null : (
            <Alert color="blue" icon={<IconInfoCircle aria-hidden />} title="The plan has no seats">
              The operator of this gateway sets how many seats an organization has, and their credit. Until then
              requests are paid from wallets.
            </Alert>
          )}
        </>
      )}
    </Answer>
  );
}

interface OfSeatProps {
  readonly id: string;
  readonly children: (seat: Wire<"Seat">) => React.ReactNode;
}

function OfSeat({ id, children }: OfSeatProps) {
  const { data, isError } = useQuery(seatQuery(id));
  if (data !== undefined) return children(data);
  return isError ? "not known" : <Skeleton height={14} width={60} />;
}

function TakeButton({ of }: { readonly of: Member }) {
  const mayChange = useMay("org:admin");
  const { submit, isPending } = useChange({
    change: async (id: string, headers) =>
      read(api.DELETE("/v1/members/{id}/seat", { params: { path: { id } }, headers })),
    invalidates: [["members"], ["wallets"]],
    done: `${of.name} has no seat any more.`,
  });
  if (!mayChange) return "–";
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={isPending}
      aria-label={`Take the seat of ${of.name}`}
      onClick={() =>
        confirmChange({
          title: `Take the seat of ${of.name}?`,
          consequence: "What is left of its credit expires at once; requests under way keep what they hold.",
          verb: "Take",
          onConfirm: () => submit(of.id),
        })
      }
    >
      Take
    </Button>
  );
}
