/** What requests hold of a wallet at this moment. */
import { Group, Loader, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Wire } from "../../api/client.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { formatAmount } from "../../parts/format.ts";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";
import { holdsQuery } from "./queries.ts";

const column = columnsOf<Wire<"Reservation">>();

const COLUMNS = [
  column.display({ id: "since", header: "Since", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "model", header: "Model", cell: ({ row }) => row.original.model }),
  column.display({
    id: "held",
    header: "Held",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.held_amount, row.original.currency),
  }),
  column.display({ id: "expires", header: "Lease ends", cell: ({ row }) => <Time at={row.original.expires_at} /> }),
  column.display({
    id: "request",
    header: "Request",
    cell: ({ row }) => <Copy what="request id" text={row.original.request_id} />,
  }),
];

export function Holds({ walletId }: { readonly walletId: string }) {
  const holds = useQuery(holdsQuery(walletId));
  return (
    <Stack gap="xs" component="section" aria-label="Holds in flight">
      <Group gap="xs">
        <Title order={2} size="h4">
          Holds in flight
        </Title>
        <Loader size="xs" type="dots" aria-hidden />
        <PageLink to="/reservations" search={{ wallet: walletId }} size="sm">
          All reservations
        </PageLink>
      </Group>
      <Answer query={holds}>
        {({ data }) =>
          data.length === 0 ? (
            <Text size="sm" c="dimmed">
              No request holds money of this wallet now. This list is live.
            </Text>
          ) : (
            <DataTable caption="Holds in flight" columns={COLUMNS} rows={data} rowId={({ id }) => id} />
          )
        }
      </Answer>
    </Stack>
  );
}
