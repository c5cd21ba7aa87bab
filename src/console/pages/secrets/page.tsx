/** Credentials of the organization's own targets, by name: a value goes in and never comes out. */
import { ActionIcon, Group, Stack } from "@mantine/core";
import { IconPlus, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, read, type Wire } from "../../api/client.ts";
import { listQuery } from "../../api/pages.ts";
import { useChange } from "../../api/use-change.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import { Copy } from "../../parts/copy.tsx";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { PagedAnswer } from "../../parts/list-answer.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import type { Pages } from "../../parts/search.ts";
import { Time } from "../../parts/time.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

type Secret = Wire<"Secret">;

const route = getRouteApi("/secrets");

function secretsQuery(pages: Pages) {
  return listQuery(["secrets", "list"], pages, async (query, signal) =>
    read(api.GET("/v1/secrets", { params: { query }, signal })),
  );
}

export function SecretsPage() {
  return (
    <Needs capability="org:admin" title="Secrets">
      <Secrets />
    </Needs>
  );
}

function Secrets() {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const secrets = useQuery(secretsQuery(pages));
  /** Null: closed; `new`: another one. */
  const [edited, setEdited] = useState<Secret | "new" | null>(null);
  return (
    <Stack gap="lg">
      <PageHeader
        title="Secrets"
        lead="Credentials for targets of your own: a configuration names them in secret_key_ref: {store: …}."
        actions={
          <ActionButton
            needs="org:admin"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => setEdited("new")}
          >
            Store secret
          </ActionButton>
        }
      />
      <PagedAnswer
        query={secrets}
        empty={
          <EmptyState title="No secrets yet">
            Targets without one use the deployment’s credentials. Store a provider’s API key here, and name it in a
            gateway’s configuration.
          </EmptyState>
        }
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
      >
        {(rows) => <SecretTable secrets={rows} onReplace={setEdited} />}
      </PagedAnswer>
      <SecretDialog
        opened={edited !== null}
        name={edited === null || edited === "new" ? null : edited.name}
        onClose={() => setEdited(null)}
      />
    </Stack>
  );
}

const column = columnsOf<Secret>();

interface SecretTableProps {
  readonly secrets: readonly Secret[];
  readonly onReplace: (secret: Secret) => void;
}

function SecretTable({ secrets, onReplace }: SecretTableProps) {
  const columns = useMemo(
    () => [
      column.display({
        id: "name",
        header: "Name",
        cell: ({ row }) => <Copy what={`name ${row.original.name}`} text={row.original.name} />,
      }),
      column.display({
        id: "value",
        header: "Value",
        cell: ({ row: { original } }) =>
          original.last_four === null ? "too short to show an end" : `…${original.last_four}`,
      }),
      column.display({ id: "updated", header: "Put", cell: ({ row }) => <Time at={row.original.updated_at} /> }),
      column.display({ id: "created", header: "Created", cell: ({ row }) => <Time at={row.original.created_at} /> }),
      column.display({
        id: "actions",
        header: "Actions",
        cell: ({ row }) => <SecretActions of={row.original} onReplace={onReplace} />,
      }),
    ],
    [onReplace],
  );
  return <DataTable caption="Secrets" columns={columns} rows={secrets} rowId={({ name }) => name} />;
}

function SecretActions({ of, onReplace }: { readonly of: Secret; readonly onReplace: (secret: Secret) => void }) {
  const { submit } = useChange({
    change: async (name: string, headers) =>
      read(api.DELETE("/v1/secrets/{name}", { params: { path: { name } }, headers })),
    invalidates: [["secrets"], ["gateways", "lint"]],
    done: `The secret ${of.name} is deleted.`,
  });
  const ask = (): void =>
    confirmChange({
      title: `Delete the secret ${of.name}?`,
      consequence:
        "It is refused while a configuration in force names it. Its value is gone for good, and is used for at most 30 seconds more.",
      verb: "Delete",
      onConfirm: () => submit(of.name),
    });
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Replace the value of ${of.name}`}
        onClick={() => onReplace(of)}
      >
        <IconRefresh size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="red" aria-label={`Delete ${of.name}`} onClick={ask}>
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
