/** The organization's gateways: what each keeps, and the way to its configuration. */
import { Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ActionButton } from "../../parts/action-button.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Tags } from "../../parts/tags.tsx";
import { Time } from "../../parts/time.tsx";
import { GatewayDialog } from "./gateway-dialog.tsx";
import { configQuery, gatewaysQuery, type Gateway } from "./queries.ts";
import { cacheWords, ZDR_WORDS } from "./words.ts";

const route = getRouteApi("/gateways");

export function GatewaysPage() {
  return (
    <Needs capability="org:read" title="Gateways">
      <GatewaysContent />
    </Needs>
  );
}

function GatewaysContent() {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const gateways = useQuery(gatewaysQuery(pages));
  const [creating, { open, close }] = useDisclosure(false);
  return (
    <Stack gap="lg">
      <PageHeader
        title="Gateways"
        lead="Each has keys of its own, and a configuration that says where its requests go."
        actions={
          <ActionButton needs="org:admin" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            Create gateway
          </ActionButton>
        }
      />
      <ListAnswer
        query={gateways}
        caption="Gateways"
        columns={COLUMNS}
        rowId={({ id }) => id}
        empty={
          <EmptyState title="No gateways yet">
            Keys work without one. A gateway gives the requests of an application targets, prices, limits and retention
            of their own.
          </EmptyState>
        }
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
      />
      <GatewayDialog
        gateway={null}
        opened={creating}
        onClose={close}
        onSaved={({ id }) => void navigate({ to: "/gateways/$id", params: { id }, search: {} })}
      />
    </Stack>
  );
}

const column = columnsOf<Gateway>();

const COLUMNS = [
  column.display({
    id: "name",
    header: "Name",
    cell: ({ row: { original } }) => (
      <PageLink to="/gateways/$id" params={{ id: original.id }}>
        {original.name}
      </PageLink>
    ),
  }),
  column.display({ id: "tags", header: "Tags", cell: ({ row }) => <Tags of={row.original.tags} /> }),
  column.display({ id: "config", header: "Configuration", cell: ({ row }) => <InForce id={row.original.id} /> }),
  column.display({ id: "zdr", header: "Retention", cell: ({ row }) => ZDR_WORDS[row.original.zdr_mode] }),
  column.display({ id: "cache", header: "Cache", cell: ({ row }) => cacheWords(row.original.cache) }),
  column.display({ id: "created", header: "Created", cell: ({ row }) => <Time at={row.original.created_at} /> }),
];

function InForce({ id }: { readonly id: string }) {
  const { data } = useQuery(configQuery(id));
  if (data === undefined) return "…";
  return data.pack === null ? "none" : `${data.pack.name} ${data.pack.version}, version ${data.version}`;
}
