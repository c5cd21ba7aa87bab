/** What the list of events is narrowed to; it lives in the URL. */
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { namesQuery, type NamedKind } from "../../api/names.ts";
import { useTimeZone } from "../../api/organization-settings.ts";
import { useMay } from "../../api/session.ts";
import { DayRange } from "../../parts/day-range.tsx";
import { EVENT_STATUSES, type EventsSearch } from "./route.ts";

const route = getRouteApi("/events");
const TYPING_MS = 400;

export function EventFilters() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const timeZone = useTimeZone();
  // Another filter has other pages.
  const change = (changed: EventsSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...changed, pages: undefined, event: undefined }) });
  const changeModel = useDebouncedCallback(
    (model: string) => change({ model: model === "" ? undefined : model }),
    TYPING_MS,
  );
  return (
    <Group align="flex-end" gap="md">
      <Select
        label="Decision"
        placeholder="All"
        clearable
        w={120}
        data={["allow", "deny"]}
        value={search.decision ?? null}
        onChange={(decision) =>
          change({ decision: decision === "allow" || decision === "deny" ? decision : undefined })
        }
      />
      <Select
        label="Status"
        placeholder="All"
        clearable
        w={170}
        data={EVENT_STATUSES.map((value) => ({ value, label: value.replaceAll("_", " ") }))}
        value={search.status ?? null}
        onChange={(chosen) => change({ status: EVENT_STATUSES.find((status) => status === chosen) })}
      />
      <NameFilter label="User" kind="user" value={search.user} onChange={(user) => change({ user })} />
      <NameFilter label="Team" kind="team" value={search.team} onChange={(team) => change({ team })} />
      <NameFilter label="Key" kind="key" value={search.key} onChange={(key) => change({ key })} />
      <NameFilter label="Agent" kind="agent" value={search.agent} onChange={(agent) => change({ agent })} />
      <TextInput
        key={search.model ?? ""}
        label="Model"
        placeholder="All"
        w={160}
        defaultValue={search.model ?? ""}
        onChange={(event) => changeModel(event.currentTarget.value.trim())}
      />
      <DayRange from={search.from} to={search.to} timeZone={timeZone} onChange={change} />
      <Button variant="subtle" onClick={() => void navigate({ search: {} })}>
        Clear
      </Button>
    </Group>
  );
}

interface NameFilterProps {
  readonly label: string;
  readonly kind: NamedKind;
  readonly value: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}

/** Only for those who see whom there is. */
function NameFilter({ label, kind, value, onChange }: NameFilterProps) {
  const mayRead = useMay(kind === "agent" ? "agents:read" : "org:read");
  const { data } = useQuery({ ...namesQuery(kind), enabled: mayRead });
  if (!mayRead) return null;
  const options = new Map(data ?? []);
  if (value !== undefined && !options.has(value)) options.set(value, value);
  return (
    <Select
      label={label}
      placeholder="All"
      clearable
      searchable
      w={160}
      data={[...options].map(([id, name]) => ({ value: id, label: name === "" ? id : name }))}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  );
}
