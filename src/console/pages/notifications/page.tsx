/** What the people of the organization should know. */
import { Badge, Button, Group, Select, Stack, Switch, Text } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { NOTIFICATION_TYPES, sayNotification, type NotificationType } from "../../parts/notification-text.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import type { Pages } from "../../parts/search.ts";
import { Time } from "../../parts/time.tsx";

type Notification = Wire<"Notification">;

const route = getRouteApi("/notifications");
const column = columnsOf<Notification>();

const COLUMNS = [
  column.display({ id: "time", header: "Time", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({
    id: "what",
    header: "What",
    cell: ({ row }) => (
      <Text size="sm" fw={row.original.read_at === null ? 600 : 400}>
        {sayNotification(row.original)}
      </Text>
    ),
  }),
  column.display({
    id: "type",
    header: "Type",
    cell: ({ row }) => (
      <Badge variant="default" tt="none" fw={500}>
        {row.original.type}
      </Badge>
    ),
  }),
  column.display({ id: "read", header: "Read", cell: ({ row }) => <ReadCell of={row.original} /> }),
];

const TYPES = Object.keys(NOTIFICATION_TYPES).filter(isType);

function isType(word: string): word is NotificationType {
  return Object.hasOwn(NOTIFICATION_TYPES, word);
}

function notificationsQuery(isUnread: boolean, type: NotificationType | undefined, pages: Pages) {
  return listQuery(["notifications", "list", isUnread, type ?? null], pages, async (cursor, signal) =>
    read(
      api.GET("/v1/notifications", {
        params: {
          query: {
            ...(isUnread ? { unread: "true" as const } : {}),
            ...(type === undefined ? {} : { type }),
            ...cursor,
          },
        },
        signal,
      }),
    ),
  );
}

export function NotificationsPage() {
  const { unread = false, type, pages } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(
    notificationsQuery(
      unread,
      TYPES.find((known) => known === type),
      pages,
    ),
  );
  const mayRead = useMay("org:read");
  const { submit: readAll, isPending } = useChange({
    change: async (_: null, headers) => read(api.POST("/v1/notifications/read-all", { headers })),
    invalidates: [["notifications"]],
    done: "All notifications are read.",
  });
  return (
    <Stack gap="lg">
      <PageHeader
        title="Notifications"
        lead={
          mayRead
            ? "What the organization should know. Reading one reads it for everybody."
            : "About your wallet, budgets and keys, and about the teams that you lead. Administrators mark them as read."
        }
        actions={
          <ActionButton
            needs="org:read"
            variant="default"
            loading={isPending}
            leftSection={<IconChecks size={16} aria-hidden />}
            onClick={() => readAll(null)}
          >
            Mark all as read
          </ActionButton>
        }
      />
      {mayRead ? (
        <Text size="sm">
          The same events can be sent to other systems:{" "}
          <PageLink to="/webhooks" underline="always">
            Webhooks
          </PageLink>
          .
        </Text>
      ) : null}
      <Group align="flex-end" gap="md">
        <Select
          label="Type"
          placeholder="All"
          clearable
          w={260}
          data={TYPES.map((value) => ({ value, label: NOTIFICATION_TYPES[value] }))}
          value={type ?? null}
          onChange={(chosen) =>
            void navigate({ search: (before) => ({ ...before, type: chosen ?? undefined, pages: undefined }) })
          }
        />
        <Switch
          label="Only unread"
          checked={unread}
          mb={8}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            void navigate({ search: (before) => ({ ...before, unread: checked || undefined, pages: undefined }) });
          }}
        />
      </Group>
      <ListAnswer
        query={list}
        caption="Notifications"
        columns={COLUMNS}
        rowId={({ id }) => id}
        pages={pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
        empty={
          <EmptyState title="Nothing to tell">
            A wallet that runs low, a budget that is used up, a key that is about to expire: it is told here, once.
          </EmptyState>
        }
      />
    </Stack>
  );
}

function ReadCell({ of }: { readonly of: Notification }) {
  const mayRead = useMay("org:read");
  const { submit, isPending } = useChange({
    change: async (id: string, headers) =>
      read(api.POST("/v1/notifications/{id}/read", { params: { path: { id } }, headers })),
    invalidates: [["notifications"]],
    done: null,
  });
  if (of.read_at !== null) return <Time at={of.read_at} />;
  if (!mayRead) return "not yet";
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={isPending}
      aria-label={`Mark as read: ${sayNotification(of)}`}
      onClick={() => submit(of.id)}
    >
      Mark as read
    </Button>
  );
}
