/** The deliveries of one webhook, with every attempt. */
import { Badge, Button, Drawer, List, Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, read, type Wire } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { Time } from "../../parts/time.tsx";
import { sayAttempt } from "./attempt.ts";
import { deliveriesQuery } from "./queries.ts";
import { DELIVERY_STATUSES } from "./route.ts";

type Delivery = Wire<"WebhookDelivery">;

const route = getRouteApi("/webhooks");
const column = columnsOf<Delivery>();

const COLORS = { pending: "blue", delivered: "green", failed: "red" } as const satisfies Record<
  Delivery["status"],
  string
>;

const COLUMNS = [
  column.display({ id: "time", header: "Time", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "type", header: "Event", cell: ({ row }) => row.original.type }),
  column.display({
    id: "status",
    header: "Status",
    cell: ({ row }) => (
      <Badge variant="dot" color={COLORS[row.original.status]} tt="none">
        {row.original.status}
      </Badge>
    ),
  }),
  column.display({ id: "attempts", header: "Attempts", cell: ({ row }) => <Attempts of={row.original} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <RetryButton of={row.original} /> }),
];

interface DeliveriesDrawerProps {
  /** Of the webhook; null: closed. */
  readonly id: string | null;
  readonly onClose: () => void;
}

export function DeliveriesDrawer({ id, onClose }: DeliveriesDrawerProps) {
  return (
    <Drawer opened={id !== null} onClose={onClose} title="Deliveries" size="xl">
      {id === null ? null : <Deliveries id={id} />}
    </Drawer>
  );
}

function Deliveries({ id }: { readonly id: string }) {
  const { status, deliveries: pages } = route.useSearch();
  const navigate = route.useNavigate();
  const deliveries = useQuery(deliveriesQuery(id, status, pages));
  return (
    <Stack>
      <Select
        label="Status"
        placeholder="All"
        clearable
        w={160}
        data={DELIVERY_STATUSES}
        value={status ?? null}
        onChange={(chosen) => {
          const known = DELIVERY_STATUSES.find((one) => one === chosen);
          void navigate({ search: (before) => ({ ...before, status: known, deliveries: undefined }) });
        }}
      />
      <ListAnswer
        query={deliveries}
        caption="Deliveries"
        columns={COLUMNS}
        rowId={(delivery) => delivery.id}
        pages={pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, deliveries: turned }) })}
        empty={
          <EmptyState title="Nothing was sent">
            Send a test from the webhook&apos;s menu, or wait for one of its events.
          </EmptyState>
        }
      />
    </Stack>
  );
}

function Attempts({ of }: { readonly of: Delivery }) {
  return (
    <List listStyleType="none" size="sm">
      {of.attempts.map((attempt) => (
        <List.Item key={attempt.at}>
          <Time at={attempt.at} />: {sayAttempt(attempt)}
        </List.Item>
      ))}
      {of.next_attempt_at === null ? null : (
        <List.Item>
          Next: <Time at={of.next_attempt_at} />
        </List.Item>
      )}
    </List>
  );
}

function RetryButton({ of }: { readonly of: Delivery }) {
  const mayChange = useMay("org:admin");
  const { submit, isPending } = useChange({
    change: async (deliveryId: string, headers) =>
      read(
        api.POST("/v1/webhooks/{id}/deliveries/{delivery_id}/retry", {
          params: { path: { id: of.webhook_id, delivery_id: deliveryId } },
          headers,
        }),
      ),
    invalidates: [["webhooks"]],
    done: "It is sent again.",
  });
  if (!mayChange) return "–";
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={isPending}
      aria-label={`Send again: ${of.type}`}
      onClick={() => submit(of.id)}
    >
      Send again
    </Button>
  );
}
