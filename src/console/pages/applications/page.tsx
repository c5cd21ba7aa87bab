/** Applications that members have allowed: one's own and, for administrators, everybody's. */
import { Anchor, Button, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, read, type Wire } from "../../api/client.ts";
import { useNames } from "../../api/names.ts";
import { listQuery } from "../../api/pages.ts";
import { useMay, useOrganization } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { confirmChange } from "../../parts/confirm.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount } from "../../parts/format.ts";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { SCOPE_MEANINGS } from "../../parts/scopes.ts";
import type { Pages } from "../../parts/search.ts";
import { Time } from "../../parts/time.tsx";

type Grant = Wire<"OAuthGrant">;

const route = getRouteApi("/applications");
const column = columnsOf<Grant>();

const COLUMNS = [
  column.display({ id: "client", header: "Application", cell: ({ row }) => row.original.client_name }),
  column.display({ id: "member", header: "Allowed by", cell: ({ row }) => <MemberName id={row.original.member_id} /> }),
  column.display({
    id: "scopes",
    header: "May",
    cell: ({ row }) => row.original.scopes.map((scope) => SCOPE_MEANINGS[scope]).join("; "),
  }),
  column.display({ id: "cap", header: "Spends at most", cell: ({ row }) => sayCap(row.original) }),
  column.display({ id: "created", header: "Since", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "used", header: "Last used", cell: ({ row }) => <Time at={row.original.last_used_at} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <DisconnectButton of={row.original} /> }),
];

/** `memberId` undefined: everybody's. */
function grantsQuery(memberId: string | undefined, pages: Pages) {
  return listQuery(["applications", "list", memberId ?? null], pages, async (cursor, signal) =>
    read(
      api.GET("/v1/oauth/grants", {
        params: { query: { ...(memberId === undefined ? {} : { user_id: memberId }), ...cursor } },
        signal,
      }),
    ),
  );
}

export function ApplicationsPage() {
  const { of, pages } = route.useSearch();
  const navigate = route.useNavigate();
  const mayAdmin = useMay("org:admin");
  const own = useOrganization()?.member_id;
  const isAll = mayAdmin && of === "everybody";
  const grants = useQuery(grantsQuery(isAll ? undefined : own, pages));
  return (
    <Stack gap="lg">
      <PageHeader
        title="Connected applications"
        lead="Programs that act for a member, within what the member allowed."
      />
      <Text size="sm">
        Your passkeys, sessions and password are on{" "}
        <Anchor href="/account" underline="always">
          your account
        </Anchor>
        .
      </Text>
      {mayAdmin ? (
        <SegmentedControl
          aria-label="Whose"
          value={isAll ? "everybody" : "own"}
          onChange={(chosen) => void navigate({ search: chosen === "everybody" ? { of: "everybody" } : {} })}
          data={[
            { value: "own", label: "Mine" },
            { value: "everybody", label: "Everybody's" },
          ]}
          style={{ alignSelf: "flex-start" }}
        />
      ) : null}
      <ListAnswer
        query={grants}
        caption="Connected applications"
        columns={COLUMNS}
        rowId={({ id }) => id}
        pages={pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
        empty={
          <EmptyState title="No application is connected">
            An application that an administrator has registered asks for consent; what is allowed then is listed here,
            and can be taken back.
          </EmptyState>
        }
      />
    </Stack>
  );
}

function MemberName({ id }: { readonly id: string }) {
  const nameOf = useNames("user");
  const isOwn = useOrganization()?.member_id === id;
  return isOwn ? "you" : nameOf(id);
}

function sayCap({ spend_cap: cap, spend_cap_window: window, currency }: Grant): string {
  return cap === null ? "no cap of its own" : `${formatAmount(cap, currency)} ${window ?? ""}`;
}

function DisconnectButton({ of }: { readonly of: Grant }) {
  const { submit, isPending } = useChange({
    change: async (id: string, headers) =>
      read(api.DELETE("/v1/oauth/grants/{id}", { params: { path: { id } }, headers })),
    invalidates: [["applications"]],
    done: `“${of.client_name}” is disconnected.`,
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={isPending}
      aria-label={`Disconnect ${of.client_name}`}
      onClick={() =>
        confirmChange({
          title: `Disconnect “${of.client_name}”?`,
          consequence: "The next request with one of its tokens is refused. It can ask for consent again.",
          verb: "Disconnect",
          onConfirm: () => submit(of.id),
        })
      }
    >
      Disconnect
    </Button>
  );
}
