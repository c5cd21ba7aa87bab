/** What the audit log is narrowed to; it lives in the URL. */
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useTimeZone } from "../../api/organization-settings.ts";
import { DayRange } from "../../parts/day-range.tsx";
import { AUDIT_ACTIONS } from "./actions.ts";
import type { AuditSearch } from "./route.ts";

const TYPING_MS = 400;

interface AuditFiltersProps {
  readonly search: AuditSearch;
  readonly onSearch: (search: AuditSearch) => void;
}

export function AuditFilters({ search, onSearch }: AuditFiltersProps) {
  const timeZone = useTimeZone();
  const change = (changed: AuditSearch): void =>
    onSearch({ ...search, ...changed, pages: undefined, record: undefined });
  const type = useDebouncedCallback(change, TYPING_MS);
  const types = [...new Set(AUDIT_ACTIONS.map((action) => action.slice(0, action.indexOf("."))))];
  return (
    <Group align="flex-end" gap="md">
      <Select
        label="Action"
        placeholder="All"
        clearable
        searchable
        w={220}
        data={AUDIT_ACTIONS}
        value={search.action ?? null}
        onChange={(action) => change({ action: action ?? undefined })}
      />
      <Select
        label="Kind of object"
        placeholder="All"
        clearable
        searchable
        w={180}
        data={types.map((value) => ({ value, label: value.replaceAll("_", " ") }))}
        value={search.type ?? null}
        onChange={(chosen) => change({ type: chosen ?? undefined })}
      />
      <IdInput label="Who" placeholder="mem_… or key_…" value={search.actor} onType={(actor) => type({ actor })} />
      <IdInput label="Object's id" placeholder="team_…" value={search.object} onType={(object) => type({ object })} />
      <DayRange from={search.from} to={search.to} timeZone={timeZone} onChange={change} />
      <Button variant="subtle" onClick={() => onSearch({})}>
        Clear
      </Button>
    </Group>
  );
}

interface IdInputProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | undefined;
  readonly onType: (id: string | undefined) => void;
}

function IdInput({ label, placeholder, value, onType }: IdInputProps) {
  return (
    <TextInput
      key={value ?? ""}
      label={label}
      placeholder={placeholder}
      w={180}
      defaultValue={value ?? ""}
      onChange={(event) => {
        const typed = event.currentTarget.value.trim();
        onType(typed === "" ? undefined : typed);
      }}
    />
  );
}
