/** The platform's side of payments: the provider, every organization's payments, refunds. */
import { Stack, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTimeZone } from "../../api/organization-settings.ts";
import { Answer } from "../../parts/answer.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlatformOnly } from "../../parts/platform-only.tsx";
import { Time } from "../../parts/time.tsx";
import { HistoryFilters, PAYMENT_COLUMNS } from "./payment-list.tsx";
import { ProviderForm } from "./provider-form.tsx";
import { allPaymentsQuery, historyFilterOf, paymentsConfigQuery, type Payment } from "./queries.ts";
import { RefundButton, RefundDialog } from "./refund-dialog.tsx";

const route = getRouteApi("/platform/payments");
const column = columnsOf<Payment>();

export function PlatformPaymentsPage() {
  return (
    <PlatformOnly title="Payments of all organizations">
      <Stack gap="lg">
        <PageHeader
          title="Payments of all organizations"
          lead="Which provider takes payments, what was paid, refunds."
        />
        <Provider />
        <AllPayments />
      </Stack>
    </PlatformOnly>
  );
}

function Provider() {
  const config = useQuery(paymentsConfigQuery);
  return <Answer query={config}>{(data) => <ProviderForm key={JSON.stringify(data)} saved={data} />}</Answer>;
}

function AllPayments() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { organization } = search;
  const filter = {
    ...historyFilterOf(search, useTimeZone()),
    ...(organization === undefined ? {} : { organization_id: organization }),
  };
  const payments = useQuery(allPaymentsQuery(filter, search.pages));
  const [refunding, setRefunding] = useState<Payment | null>(null);
  const columns = useMemo(
    () => [
      column.display({ id: "time", header: "Time", cell: ({ row }) => <Time at={row.original.created_at} /> }),
      column.display({ id: "organization", header: "Organization", cell: ({ row }) => row.original.organization_id }),
      ...PAYMENT_COLUMNS,
      column.display({
        id: "actions",
        header: "Actions",
        cell: ({ row }) => <RefundButton of={row.original} onRefund={setRefunding} />,
      }),
    ],
    [],
  );
  return (
    <Stack gap="sm" component="section" aria-label="All payments">
      <Title order={2} size="h4">
        Payments
      </Title>
      <TextInput
        label="Organization"
        placeholder="All; or an id, org_…"
        maw={360}
        defaultValue={organization ?? ""}
        onBlur={({ currentTarget: { value } }) =>
          void navigate({
            search: (before) => ({ ...before, organization: value.trim() || undefined, pages: undefined }),
          })
        }
      />
      <HistoryFilters
        search={search}
        onChange={(changed) => void navigate({ search: (before) => ({ ...before, ...changed, pages: undefined }) })}
      />
      <ListAnswer
        query={payments}
        caption="All payments"
        columns={columns}
        rowId={({ id }) => id}
        empty={<EmptyState title="No payments here">Payments of every organization are listed here.</EmptyState>}
        pages={search.pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
      />
      <RefundDialog of={refunding} onClose={() => setRefunding(null)} />
    </Stack>
  );
}
