/** Addresses that are told what happens. */
import { Badge, Modal, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { Wire } from "../../api/client.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { SecretDialog, type NewSecret } from "../../parts/secret-dialog.tsx";
import { Time } from "../../parts/time.tsx";
import { DeliveriesDrawer } from "./deliveries-drawer.tsx";
import { webhooksQuery } from "./queries.ts";
import { WebhookForm } from "./webhook-form.tsx";
import { WebhookMenu } from "./webhook-menu.tsx";

type Webhook = Wire<"Webhook">;

const route = getRouteApi("/webhooks");
const column = columnsOf<Webhook>();

export function WebhooksPage() {
  return (
    <Needs capability="org:read" title="Webhooks">
      <Webhooks />
    </Needs>
  );
}

function Webhooks() {
  const { pages, webhook } = route.useSearch();
  const navigate = route.useNavigate();
  const webhooks = useQuery(webhooksQuery(pages));
  const [creating, { open, close }] = useDisclosure(false);
  const [secret, setSecret] = useState<NewSecret | null>(null);
  return (
    <Stack gap="lg">
      <PageHeader
        title="Webhooks"
        lead="Addresses of yours that are told what happens, signed by the Standard Webhooks rules."
        actions={
          <ActionButton needs="org:admin" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            Create webhook
          </ActionButton>
        }
      />
      <ListAnswer
        query={webhooks}
        caption="Webhooks"
        columns={columnsWith(setSecret)}
        rowId={({ id }) => id}
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
        empty={
          <EmptyState title="No webhooks yet">
            Create one with an https address of yours, and verify the signature with any Standard Webhooks library.
          </EmptyState>
        }
      />
      <Modal opened={creating} onClose={close} title="Create webhook">
        <WebhookForm of={null} onClose={close} onSecret={setSecret} />
      </Modal>
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
      <DeliveriesDrawer
        id={webhook ?? null}
        onClose={() =>
          void navigate({
            search: (before) => ({ ...before, webhook: undefined, status: undefined, deliveries: undefined }),
          })
        }
      />
    </Stack>
  );
}

function columnsWith(onSecret: (secret: NewSecret) => void) {
  return [
    column.display({
      id: "name",
      header: "Name",
      cell: ({ row }) => (
        <PageLink from="/webhooks" to="." search={(before) => ({ ...before, webhook: row.original.id })} size="sm">
          {row.original.name}
        </PageLink>
      ),
    }),
    column.display({
      id: "url",
      header: "Address",
      cell: ({ row }) => <span style={{ overflowWrap: "anywhere" }}>{row.original.url}</span>,
    }),
    column.display({
      id: "events",
      header: "Events",
      cell: ({ row }) => (row.original.events.length === 0 ? "all" : row.original.events.join(", ")),
    }),
    column.display({ id: "enabled", header: "Status", cell: ({ row }) => <Status of={row.original} /> }),
    column.display({ id: "created", header: "Created", cell: ({ row }) => <Time at={row.original.created_at} /> }),
    column.display({
      id: "actions",
      header: "Actions",
      cell: ({ row }) => <WebhookMenu of={row.original} onSecret={onSecret} />,
    }),
  ];
}

function Status({ of }: { readonly of: Webhook }) {
  return (
    <>
      <Badge variant="dot" color={of.enabled ? "green" : "gray"} tt="none">
        {of.enabled ? "enabled" : "disabled"}
      </Badge>
      {of.previous_secret_expires_at === null ? null : (
        <div>
          The secret before still signs until <Time at={of.previous_secret_expires_at} />
        </div>
      )}
    </>
  );
}
