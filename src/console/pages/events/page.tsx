/** What was decided about each request, and why. */
import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Wire } from "../../api/client.ts";
import { useNames } from "../../api/names.ts";
import { useTimeZone } from "../../api/organization-settings.ts";
import { useMay } from "../../api/session.ts";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";
import { Decision } from "./decision.tsx";
import { EventDrawer } from "./event-drawer.tsx";
import { EventFilters } from "./filters.tsx";
import { eventsQuery, filterOf } from "./queries.ts";

type Event = Wire<"Event">;

const route = getRouteApi("/events");
const column = columnsOf<Event>();

const COLUMNS = [
  column.display({
    id: "time",
    header: "Time",
    cell: ({ row }) => (
      <PageLink from="/events" to="." search={(before) => ({ ...before, event: row.original.id })} size="sm">
        <Time at={row.original.created_at} />
      </PageLink>
    ),
  }),
  column.display({ id: "decision", header: "Decision", cell: ({ row }) => <Decision of={row.original.decision} /> }),
  column.display({
    id: "why",
    header: "Why",
    cell: ({ row }) => sayWhy(row.original),
  }),
  column.display({
    id: "model",
    header: "Model",
    cell: ({ row }) => row.original.model ?? row.original.requested_model,
  }),
  column.display({ id: "status", header: "Status", cell: ({ row }) => row.original.status.replaceAll("_", " ") }),
  column.display({ id: "who", header: "Who", cell: ({ row }) => <Who of={row.original} /> }),
  column.display({ id: "bodies", header: "Bodies", cell: ({ row }) => row.original.bodies }),
];

export function EventsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const events = useQuery(eventsQuery(filterOf(search, useTimeZone()), search.pages));
  const mayRead = useMay("org:read");
  return (
    <Stack gap="lg">
      <PageHeader
        title="Events"
        lead={`${mayRead ? "Every request for a model" : "Each of your requests"}: whether it was let through, by which policies, and what it said.`}
      />
      <EventFilters />
      <ListAnswer
        query={events}
        caption="Events"
        columns={COLUMNS}
        rowId={({ id }) => id}
        pages={search.pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
        empty={
          <EmptyState title="No events here">
            Choose other filters. A request is listed a second or two after its answer, and for as many days as the
            settings keep events.
          </EmptyState>
        }
      />
      <EventDrawer
        id={search.event ?? null}
        onClose={() => void navigate({ search: (before) => ({ ...before, event: undefined }) })}
      />
    </Stack>
  );
}

/** Of a refused one the reason, else the policy that let it through. */
function sayWhy({ failure, matched }: Event): string {
  if (failure !== null) {
    const kind = failure.kind.replaceAll("_", " ");
    return failure.rule === null ? kind : `${kind}: ${failure.rule}`;
  }
  return matched.map(({ name }) => name).join(", ") || "–";
}

function Who({ of }: { readonly of: Event }) {
  const nameOfUser = useNames("user");
  const nameOfKey = useNames("key");
  if (of.user_id !== null) return nameOfUser(of.user_id);
  if (of.service_user_id !== null) return of.service_user_id;
  return of.key_id === null ? "–" : nameOfKey(of.key_id);
}
