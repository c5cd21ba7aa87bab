/** The organizations of the deployment. */
import { Badge, Menu, Modal, Stack, Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBan, IconCheck, IconPencil, IconPlus, IconScale } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, read, type Wire } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { confirmChange } from "../../parts/confirm.tsx";
import { Copy } from "../../parts/copy.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlatformOnly } from "../../parts/platform-only.tsx";
import { RowMenu } from "../../parts/row-menu.tsx";
import { SecretDialog, type NewSecret } from "../../parts/secret-dialog.tsx";
import { Time } from "../../parts/time.tsx";
import { CreateOrganizationForm, PlanForm } from "./organization-forms.tsx";
import { organizationsQuery } from "./queries.ts";

type Organization = Wire<"Organization">;

const route = getRouteApi("/platform/organizations");
const column = columnsOf<Organization>();

const COLUMNS = [
  column.display({ id: "name", header: "Name", cell: ({ row }) => row.original.name }),
  column.display({
    id: "id",
    header: "Id",
    cell: ({ row }) => <Copy what={`id of ${row.original.name}`} text={row.original.id} />,
  }),
  column.display({
    id: "status",
    header: "Status",
    cell: ({ row }) => (
      <Badge variant="dot" color={row.original.status === "active" ? "green" : "red"} tt="none">
        {row.original.status}
      </Badge>
    ),
  }),
  column.display({ id: "owner", header: "Owner", cell: ({ row }) => row.original.owner_email ?? "–" }),
  column.display({
    id: "seats",
    header: "Seats",
    meta: { numeric: true },
    cell: ({ row }) => formatCount(row.original.seat_count),
  }),
  column.display({
    id: "credit",
    header: "Credit of each",
    meta: { numeric: true },
    cell: ({ row }) => formatAmount(row.original.seat_monthly_credit, row.original.currency),
  }),
  column.display({ id: "created", header: "Created", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <OrganizationActions of={row.original} /> }),
];

export function OrganizationsPage() {
  return (
    <PlatformOnly title="Organizations">
      <Organizations />
    </PlatformOnly>
  );
}

function Organizations() {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const organizations = useQuery(organizationsQuery(pages));
  const [creating, { open, close }] = useDisclosure(false);
  const [secret, setSecret] = useState<NewSecret | null>(null);
  return (
    <Stack gap="lg">
      <PageHeader
        title="Organizations"
        lead="Those of this deployment, with their plan of seats."
        actions={
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            Create organization
          </Button>
        }
      />
      <ListAnswer
        query={organizations}
        caption="Organizations"
        columns={COLUMNS}
        rowId={({ id }) => id}
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
        empty={
          <EmptyState title="No organizations yet">
            Create one with its owner&apos;s address: the owner is invited, and its first access key is shown once.
          </EmptyState>
        }
      />
      <Modal opened={creating} onClose={close} title="Create organization">
        <CreateOrganizationForm onClose={close} onSecret={setSecret} />
      </Modal>
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </Stack>
  );
}

function OrganizationActions({ of }: { readonly of: Organization }) {
  const navigate = route.useNavigate();
  const [editing, { open, close }] = useDisclosure(false);
  const isActive = of.status === "active";
  const { submit: setStatus } = useChange({
    change: async (status: Organization["status"], headers) =>
      read(api.PATCH("/v1/admin/organizations/{id}", { params: { path: { id: of.id } }, body: { status }, headers })),
    invalidates: [["platform"], ["session"], ["organization"]],
    done: isActive ? `“${of.name}” is suspended.` : `“${of.name}” is active again.`,
  });
  const askToSuspend = (): void =>
    confirmChange({
      title: `Suspend “${of.name}”?`,
      consequence:
        "Its keys, people and applications are refused from the next request on. Its money and records stay.",
      verb: "Suspend",
      onConfirm: () => setStatus("suspended"),
    });
  return (
    <>
      <RowMenu of={of.name}>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={open}>
          Change name and plan
        </Menu.Item>
        <Menu.Item
          leftSection={<IconScale size={16} aria-hidden />}
          onClick={() => void navigate({ to: "/platform/books", search: { organization: of.id } })}
        >
          Check its books
        </Menu.Item>
        {isActive ? (
          <Menu.Item color="red" leftSection={<IconBan size={16} aria-hidden />} onClick={askToSuspend}>
            Suspend
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconCheck size={16} aria-hidden />} onClick={() => setStatus("active")}>
            Reactivate
          </Menu.Item>
        )}
      </RowMenu>
      <Modal opened={editing} onClose={close} title={`Change ${of.name}`}>
        <PlanForm of={of} onClose={close} />
      </Modal>
    </>
  );
}
