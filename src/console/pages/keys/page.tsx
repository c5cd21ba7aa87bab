/** The organization's keys: for model traffic, and for the API. */
import { Badge, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { Wire } from "../../api/client.ts";
import { useNames } from "../../api/names.ts";
import { useMay } from "../../api/session.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { PagedAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { SecretDialog } from "../../parts/secret-dialog.tsx";
import { Time } from "../../parts/time.tsx";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { KeyMenu } from "./key-menu.tsx";
import { keysQuery } from "./queries.ts";

type Key = Wire<"Key">;

const route = getRouteApi("/keys");
const column = columnsOf<Key>();

export function KeysPage() {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const mayReadAll = useMay("org:read");
  const keys = useQuery(keysQuery(pages));
  const [creating, { open, close }] = useDisclosure(false);
  const [issued, setIssued] = useState<Wire<"NewKey"> | null>(null);
  const create = (
    <ActionButton needs="self" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      Create key
    </ActionButton>
  );
  return (
    <Stack gap="lg">
      <PageHeader
        title="Keys"
        lead={
          mayReadAll
            ? "Gateway keys carry model traffic; access keys use the API."
            : "Your own keys. What is sent with them is charged to you."
        }
        actions={create}
      />
      <PagedAnswer
        query={keys}
        empty={
          <EmptyState title="No keys yet">Create a gateway key, and give it to your SDK as its API key.</EmptyState>
        }
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
      >
        {(rows) => <KeyTable keys={rows} onIssued={setIssued} />}
      </PagedAnswer>
      <CreateKeyDialog opened={creating} onClose={close} onIssued={setIssued} />
      <SecretDialog
        secret={issued === null ? null : { title: `Token of ${issued.name}`, what: "token", text: issued.key }}
        onClose={() => setIssued(null)}
      />
    </Stack>
  );
}

interface KeyTableProps {
  readonly keys: readonly Key[];
  readonly onIssued: (key: Wire<"NewKey">) => void;
}

function KeyTable({ keys, onIssued }: KeyTableProps) {
  const columns = [
    column.display({ id: "name", header: "Name", cell: ({ row }) => row.original.name }),
    column.display({ id: "type", header: "Type", cell: ({ row }) => row.original.type }),
    column.display({
      id: "token",
      header: "Token",
      cell: ({ row }) => <span style={{ whiteSpace: "nowrap" }}>…{row.original.hint}</span>,
    }),
    column.display({ id: "status", header: "Status", cell: ({ row }) => <KeyStatus of={row.original.status} /> }),
    column.display({ id: "owner", header: "Belongs to", cell: ({ row }) => <Owner of={row.original} /> }),
    column.display({ id: "created", header: "Created", cell: ({ row }) => <Time at={row.original.created_at} /> }),
    column.display({
      id: "expires",
      header: "Expires",
      cell: ({ row }) => (row.original.expires_at === null ? "never" : <Time at={row.original.expires_at} />),
    }),
    column.display({
      id: "actions",
      header: "Actions",
      cell: ({ row }) => <KeyMenu of={row.original} onIssued={onIssued} />,
    }),
  ];
  return <DataTable caption="Keys" columns={columns} rows={keys} rowId={(key) => key.id} />;
}

function Owner({ of }: { readonly of: Key }) {
  const nameOfUser = useNames("user");
  const nameOfTeam = useNames("team");
  const owner =
    of.member_id === null ? (of.service_user_id ?? of.gateway_id ?? "the organization") : nameOfUser(of.member_id);
  return of.team_id === null ? owner : `${owner}, ${nameOfTeam(of.team_id)}`;
}

const COLORS = { active: "green", expired: "gray", revoked: "red" } as const satisfies Record<Key["status"], string>;

function KeyStatus({ of }: { readonly of: Key["status"] }) {
  return (
    <Badge variant="dot" color={COLORS[of]} tt="none">
      {of}
    </Badge>
  );
}
