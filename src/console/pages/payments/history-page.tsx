/** Payments into the organization's wallets. */
import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTimeZone } from "../../api/organization-settings.ts";
import { useMay, useSession } from "../../api/session.ts";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";
import { HistoryFilters, PAYMENT_COLUMNS, PaymentDrawer } from "./payment-list.tsx";
import { historyFilterOf, historyQuery, paymentQuery, type Payment } from "./queries.ts";

const route = getRouteApi("/payments");
const column = columnsOf<Payment>();

const COLUMNS = [
  column.display({
    id: "time",
    header: "Time",
    cell: ({ row }) => (
      <PageLink from="/payments" to="." search={(before) => ({ ...before, payment: row.original.id })} size="sm">
        <Time at={row.original.created_at} />
      </PageLink>
    ),
  }),
  ...PAYMENT_COLUMNS,
];

export function PaymentsPage() {
  const mayRead = useMay("org:billing");
  const { platform_admin: isPlatformAdmin } = useSession();
  return (
    <Stack gap="lg">
      <PageHeader
        title="Payments"
        lead={
          <>
            What was paid into the organization&apos;s wallets.{" "}
            <PageLink to="/payments/settings" underline="always">
              Payment settings
            </PageLink>{" "}
            <PageLink to="/wallets/auto-topups" underline="always">
              Auto top-ups
            </PageLink>
            {isPlatformAdmin ? (
              <>
                {" "}
                <PageLink to="/platform/payments" underline="always">
                  All organizations
                </PageLink>
              </>
            ) : null}
          </>
        }
        actions={<Button renderRoot={(props) => <Link to="/add-credits" {...props} />}>Top up</Button>}
      />
      {mayRead ? (
        <History />
      ) : (
        <EmptyState title="Your role does not show this">
          The history of payments needs org:billing. Ask an administrator of your organization.
        </EmptyState>
      )}
    </Stack>
  );
}

function History() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const history = useQuery(historyQuery(historyFilterOf(search, useTimeZone()), search.pages));
  const opened = useQuery({ ...paymentQuery(search.payment ?? ""), enabled: search.payment !== undefined });
  return (
    <>
      <HistoryFilters
        search={search}
        onChange={(changed) =>
          void navigate({ search: (before) => ({ ...before, ...changed, pages: undefined, payment: undefined }) })
        }
      />
      <ListAnswer
        query={history}
        caption="Payments"
        columns={COLUMNS}
        rowId={({ id }) => id}
        empty={
          <EmptyState title="No payments here">
            Top up with the payment provider, or choose another status or range.
          </EmptyState>
        }
        pages={search.pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
      />
      <PaymentDrawer
        payment={search.payment === undefined ? null : (opened.data ?? null)}
        onClose={() => void navigate({ search: (before) => ({ ...before, payment: undefined }) })}
      />
    </>
  );
}
