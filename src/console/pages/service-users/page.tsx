/** The service users of the organization: programs, each with keys and a wallet of its own. */
import { Modal, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, read, type Wire } from "../../api/client.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { LimitedRecordForm } from "../../parts/limited-record-form.tsx";
import { LimitedRecordMenu } from "../../parts/limited-record-menu.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { sayLimits } from "../../parts/rate-limits.tsx";
import { Tags } from "../../parts/tags.tsx";
import { Time } from "../../parts/time.tsx";
import { serviceUsersQuery } from "./queries.ts";
import { ServiceUserDrawer } from "./service-user-drawer.tsx";

type ServiceUser = Wire<"LimitedRecord">;

const route = getRouteApi("/service-users");
const column = columnsOf<ServiceUser>();

const COLUMNS = [
  column.display({
    id: "name",
    header: "Name",
    cell: ({ row }) => (
      <PageLink from="/service-users" to="." search={(before) => ({ ...before, user: row.original.id })} size="sm">
        {row.original.name}
      </PageLink>
    ),
  }),
  column.display({ id: "tags", header: "Tags", cell: ({ row }) => <Tags of={row.original.tags} /> }),
  column.display({ id: "limits", header: "Rate limits", cell: ({ row }) => sayLimits(row.original.rate_limits) }),
  column.display({ id: "created", header: "Created", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <ServiceUserMenu of={row.original} /> }),
];

export function ServiceUsersPage() {
  return (
    <Needs capability="org:read" title="Service users">
      <ServiceUsers />
    </Needs>
  );
}

function ServiceUsers() {
  const { pages, user } = route.useSearch();
  const navigate = route.useNavigate();
  const users = useQuery(serviceUsersQuery(pages));
  const [creating, { open, close }] = useDisclosure(false);
  return (
    <Stack gap="lg">
      <PageHeader
        title="Service users"
        lead="Programs: each has keys, a wallet and limits of its own."
        actions={
          <ActionButton needs="org:admin" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            Create service user
          </ActionButton>
        }
      />
      <ListAnswer
        query={users}
        caption="Service users"
        columns={COLUMNS}
        rowId={({ id }) => id}
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
        empty={
          <EmptyState title="No service users yet">
            Create one for each program that is not a person: its keys can be replaced, and its spend is told apart.
          </EmptyState>
        }
      />
      <Modal opened={creating} onClose={close} title="Create service user">
        <LimitedRecordForm
          of={null}
          save={async (body, headers) => read(api.POST("/v1/service-users", { body, headers }))}
          invalidates={[["service-users"]]}
          done="The service user is created. Make a key for it next."
          onClose={close}
        />
      </Modal>
      <ServiceUserDrawer
        id={user ?? null}
        onClose={() => void navigate({ search: (before) => ({ ...before, user: undefined }) })}
      />
    </Stack>
  );
}

function ServiceUserMenu({ of }: { readonly of: ServiceUser }) {
  const params = { path: { id: of.id } };
  return (
    <LimitedRecordMenu
      of={of}
      save={async (body, headers) => read(api.PATCH("/v1/service-users/{id}", { params, body, headers }))}
      saved="The service user is changed."
      remove={async (reclaim, headers) =>
        read(api.DELETE("/v1/service-users/{id}", { params: { ...params, query: { reclaim } }, headers }))
      }
      consequence="Its keys go with it, and requests with them are refused at once. What it spent stays in the logs."
      invalidates={[["service-users"]]}
      removalInvalidates={[["keys"]]}
    />
  );
}
