/** The people of the organization. */
import { Badge, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Wire } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { sayLimits } from "../../parts/rate-limits.tsx";
import { Time } from "../../parts/time.tsx";
import { InvitationBadge } from "./invitation.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { MemberDrawer } from "./member-drawer.tsx";
import { MemberMenu } from "./member-menu.tsx";
import { membersQuery } from "./queries.ts";
import { ROLE_NAMES } from "./roles.ts";

type Member = Wire<"Member">;

const route = getRouteApi("/members");
const column = columnsOf<Member>();

const COLUMNS = [
  column.display({ id: "name", header: "Name", cell: ({ row }) => <OpenLink member={row.original} /> }),
  column.display({ id: "role", header: "Role", cell: ({ row }) => ROLE_NAMES[row.original.role] }),
  column.display({
    id: "seat",
    header: "Seat",
    cell: ({ row }) => (row.original.seat ? <Badge tt="none">seat</Badge> : "–"),
  }),
  column.display({
    id: "invitation",
    header: "Invitation",
    cell: ({ row }) => <InvitationBadge of={row.original.invitation.status} />,
  }),
  column.display({ id: "limits", header: "Rate limits", cell: ({ row }) => sayLimits(row.original.rate_limits) }),
  column.display({ id: "created", header: "Added", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <MemberMenu of={row.original} /> }),
];

export function MembersPage() {
  const { pages, member } = route.useSearch();
  const navigate = route.useNavigate();
  const members = useQuery(membersQuery(pages));
  const mayRead = useMay("org:read");
  const [inviting, { open, close }] = useDisclosure(false);
  return (
    <Stack gap="lg">
      <PageHeader
        title="Members"
        lead={mayRead ? "The people of the organization, and what each may do." : "You, and the teams that you lead."}
        actions={
          <ActionButton needs="org:admin" leftSection={<IconUserPlus size={16} aria-hidden />} onClick={open}>
            Invite member
          </ActionButton>
        }
      />
      <ListAnswer
        query={members}
        caption="Members"
        columns={COLUMNS}
        rowId={({ id }) => id}
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
        empty={
          <EmptyState title="No members yet">Invite a person by e-mail: what they spend is theirs to see.</EmptyState>
        }
      />
      <InviteDialog opened={inviting} onClose={close} />
      <MemberDrawer
        id={member ?? null}
        onClose={() => void navigate({ search: (before) => ({ ...before, member: undefined }) })}
      />
    </Stack>
  );
}

function OpenLink({ member }: { readonly member: Member }) {
  return (
    <>
      <PageLink from="/members" to="." search={(before) => ({ ...before, member: member.id })} size="sm">
        {member.name}
      </PageLink>
      {member.name === member.email ? null : (
        <Text size="xs" c="dimmed">
          {member.email}
        </Text>
      )}
    </>
  );
}
