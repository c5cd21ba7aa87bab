/** Applications that may ask members for consent. */
import { Menu, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil, IconPlus, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, read, type Wire } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import { Copy } from "../../parts/copy.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { RowMenu } from "../../parts/row-menu.tsx";
import { SecretDialog, type NewSecret } from "../../parts/secret-dialog.tsx";
import { Tags } from "../../parts/tags.tsx";
import { Time } from "../../parts/time.tsx";
import { ClientForm } from "./client-form.tsx";
import { oauthClientsQuery } from "./queries.ts";

type OAuthClient = Wire<"OAuthClient">;

const route = getRouteApi("/oauth-clients");
const column = columnsOf<OAuthClient>();

export function OAuthClientsPage() {
  return (
    <Needs capability="org:read" title="OAuth clients">
      <OAuthClients />
    </Needs>
  );
}

function OAuthClients() {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const clients = useQuery(oauthClientsQuery(pages));
  const [creating, { open, close }] = useDisclosure(false);
  const [secret, setSecret] = useState<NewSecret | null>(null);
  return (
    <Stack gap="lg">
      <PageHeader
        title="OAuth clients"
        lead="Applications that may ask members for consent, and act for those who give it."
        actions={
          <ActionButton needs="org:admin" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            Register client
          </ActionButton>
        }
      />
      <Text size="sm">
        Who has consented to what is under{" "}
        <PageLink to="/applications" underline="always">
          Connected applications
        </PageLink>
        .
      </Text>
      <ListAnswer
        query={clients}
        caption="OAuth clients"
        columns={columnsWith(setSecret)}
        rowId={({ id }) => id}
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
        empty={
          <EmptyState title="No applications yet">
            Register an application with the exact addresses that it is sent back to. It then leads people to
            /v1/oauth/authorize, where they consent.
          </EmptyState>
        }
      />
      <Modal opened={creating} onClose={close} title="Register client">
        <ClientForm of={null} onClose={close} onSecret={setSecret} />
      </Modal>
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </Stack>
  );
}

type OnSecret = (secret: NewSecret) => void;

function columnsWith(onSecret: OnSecret) {
  return [
    column.display({ id: "name", header: "Name", cell: ({ row }) => row.original.name }),
    column.display({
      id: "id",
      header: "Client id",
      cell: ({ row }) => <Copy what={`client id of ${row.original.name}`} text={row.original.client_id} />,
    }),
    column.display({ id: "type", header: "Type", cell: ({ row }) => row.original.type }),
    column.display({
      id: "uris",
      header: "Redirect URIs",
      cell: ({ row }) => (
        <>
          {row.original.redirect_uris.map((uri) => (
            <div key={uri} style={{ overflowWrap: "anywhere" }}>
              {uri}
            </div>
          ))}
        </>
      ),
    }),
    column.display({ id: "scopes", header: "Scopes", cell: ({ row }) => <Tags of={row.original.scopes} /> }),
    column.display({ id: "created", header: "Registered", cell: ({ row }) => <Time at={row.original.created_at} /> }),
    column.display({
      id: "actions",
      header: "Actions",
      cell: ({ row }) => <ClientMenu of={row.original} onSecret={onSecret} />,
    }),
  ];
}

function ClientMenu({ of, onSecret }: { readonly of: OAuthClient; readonly onSecret: OnSecret }) {
  const mayChange = useMay("org:admin");
  const [editing, { open, close }] = useDisclosure(false);
  const { submit: remove } = useChange({
    change: async (id: string, headers) =>
      read(api.DELETE("/v1/unified-access/oauth-clients/{id}", { params: { path: { id } }, headers })),
    invalidates: [["oauth-clients"], ["applications"]],
    done: `“${of.name}” is deleted.`,
  });
  const { submit: rotate } = useChange({
    change: async (id: string, headers) =>
      read(api.POST("/v1/unified-access/oauth-clients/{id}/rotate-secret", { params: { path: { id } }, headers })),
    invalidates: [["oauth-clients"]],
    done: null,
    onDone: ({ name, client_secret: text }) =>
      text !== undefined && onSecret({ title: `Secret of ${name}`, what: "client secret", text }),
  });
  if (!mayChange) return "–";
  return (
    <>
      <RowMenu of={of.name}>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={open}>
          Change
        </Menu.Item>
        {of.type === "public" ? null : (
          <Menu.Item
            leftSection={<IconRefresh size={16} aria-hidden />}
            onClick={() =>
              confirmChange({
                title: `Replace the secret of “${of.name}”?`,
                consequence:
                  "The secret of now is no good from then on: the application fails until it has the new one.",
                verb: "Replace",
                onConfirm: () => rotate(of.id),
              })
            }
          >
            Rotate secret
          </Menu.Item>
        )}
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() =>
            confirmChange({
              title: `Delete “${of.name}”?`,
              consequence: "Everything that its users gave it is revoked first. This cannot be undone.",
              verb: "Delete",
              onConfirm: () => remove(of.id),
            })
          }
        >
          Delete
        </Menu.Item>
      </RowMenu>
      <Modal opened={editing} onClose={close} title={`Change ${of.name}`}>
        <ClientForm of={of} onClose={close} onSecret={onSecret} />
      </Modal>
    </>
  );
}
