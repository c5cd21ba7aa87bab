/** The teams of the organization. */
import { Modal, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, read, type Wire } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { LimitedRecordForm } from "../../parts/limited-record-form.tsx";
import { LimitedRecordMenu } from "../../parts/limited-record-menu.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { sayLimits } from "../../parts/rate-limits.tsx";
import { Tags } from "../../parts/tags.tsx";
import { Time } from "../../parts/time.tsx";
import { teamsQuery } from "./queries.ts";
import { TeamDrawer } from "./team-drawer.tsx";

type Team = Wire<"LimitedRecord">;

const route = getRouteApi("/teams");
const column = columnsOf<Team>();

const COLUMNS = [
  column.display({
    id: "name",
    header: "Name",
    cell: ({ row }) => (
      <PageLink from="/teams" to="." search={(before) => ({ ...before, team: row.original.id })} size="sm">
        {row.original.name}
      </PageLink>
    ),
  }),
  column.display({ id: "tags", header: "Tags", cell: ({ row }) => <Tags of={row.original.tags} /> }),
  column.display({ id: "limits", header: "Rate limits", cell: ({ row }) => sayLimits(row.original.rate_limits) }),
  column.display({ id: "created", header: "Created", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <TeamMenu of={row.original} /> }),
];

export function TeamsPage() {
  const { pages, team } = route.useSearch();
  const navigate = route.useNavigate();
  const teams = useQuery(teamsQuery(pages));
  const mayRead = useMay("org:read");
  const [creating, { open, close }] = useDisclosure(false);
  return (
    <Stack gap="lg">
      <PageHeader
        title="Teams"
        lead={
          mayRead ? "A team has a wallet that pays after its members' own, and leads who look after it." : "Your teams."
        }
        actions={
          <ActionButton needs="org:admin" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
            Create team
          </ActionButton>
        }
      />
      <ListAnswer
        query={teams}
        caption="Teams"
        columns={COLUMNS}
        rowId={({ id }) => id}
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
        empty={
          <EmptyState title={mayRead ? "No teams yet" : "You belong to no team"}>
            Create a team, add its members, and move money to its wallet: keys that name the team are charged to it.
          </EmptyState>
        }
      />
      <Modal opened={creating} onClose={close} title="Create team">
        <LimitedRecordForm
          of={null}
          save={async (body, headers) => read(api.POST("/v1/teams", { body, headers }))}
          invalidates={[["teams"]]}
          done="The team is created. Add its members next."
          onClose={close}
        />
      </Modal>
      <TeamDrawer
        id={team ?? null}
        onClose={() => void navigate({ search: (before) => ({ ...before, team: undefined }) })}
      />
    </Stack>
  );
}

function TeamMenu({ of }: { readonly of: Team }) {
  const params = { path: { id: of.id } };
  return (
    <LimitedRecordMenu
      of={of}
      save={async (body, headers) => read(api.PATCH("/v1/teams/{id}", { params, body, headers }))}
      saved="The team is changed."
      remove={async (reclaim, headers) =>
        read(api.DELETE("/v1/teams/{id}", { params: { ...params, query: { reclaim } }, headers }))
      }
      consequence="Its members stay members of the organization, and what was spent stays in the logs. Keys that name the team must be revoked or deleted first."
      invalidates={[["teams"]]}
    />
  );
}
