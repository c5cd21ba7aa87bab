/** Who did what, and what it changed. */
import { Button, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { Wire } from "../../api/client.ts";
import { adviceFor } from "../../api/failure.ts";
import { useTimeZone } from "../../api/organization-settings.ts";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { PlatformOnly } from "../../parts/platform-only.tsx";
import { saveFile } from "../../parts/save-file.ts";
import { Time } from "../../parts/time.tsx";
import { Actor } from "./actor.tsx";
import { AuditFilters } from "./filters.tsx";
import { auditQuery, filterOf, readAuditFile, type Chain } from "./queries.ts";
import { RecordDrawer } from "./record-drawer.tsx";
import type { AuditSearch } from "./route.ts";
import { VerifyButton } from "./verify.tsx";

type AuditRecord = Wire<"AuditRecord">;

const route = getRouteApi("/audit");
const platformRoute = getRouteApi("/platform/audit");
const column = columnsOf<AuditRecord>();

const COLUMNS = [
  column.display({
    id: "sequence",
    header: "No.",
    cell: ({ row }) => (
      <PageLink to="." search={(before) => ({ ...before, record: String(row.original.sequence) })} size="sm">
        {row.original.sequence}
      </PageLink>
    ),
  }),
  column.display({ id: "time", header: "Time", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "actor", header: "Who", cell: ({ row }) => <Actor id={row.original.actor} /> }),
  column.display({ id: "action", header: "Did", cell: ({ row }) => row.original.action }),
  column.display({ id: "object", header: "To", cell: ({ row }) => nameOfObject(row.original) }),
  column.display({ id: "changed", header: "Fields", cell: ({ row }) => sayFields(row.original) }),
];

export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Needs capability="org:read" title="Audit log">
      <AuditView chain="organization" search={search} onSearch={(next) => void navigate({ search: next })} />
    </Needs>
  );
}

export function PlatformAuditPage() {
  const search = platformRoute.useSearch();
  const navigate = platformRoute.useNavigate();
  return (
    <PlatformOnly title="Platform audit log">
      <AuditView chain="platform" search={search} onSearch={(next) => void navigate({ search: next })} />
    </PlatformOnly>
  );
}

interface AuditViewProps {
  readonly chain: Chain;
  readonly search: AuditSearch;
  readonly onSearch: (search: AuditSearch) => void;
}

function AuditView({ chain, search, onSearch }: AuditViewProps) {
  const filter = filterOf(search, useTimeZone());
  const records = useQuery(auditQuery(chain, filter, search.pages));
  const isPlatform = chain === "platform";
  const opened = records.data?.data.find(({ sequence }) => String(sequence) === search.record) ?? null;
  return (
    <Stack gap="lg">
      <PageHeader
        title={isPlatform ? "Platform audit log" : "Audit log"}
        lead={
          isPlatform
            ? "Prices, exchange rates and platform administrators: who did what, and what it changed."
            : "Who did what, and what it changed. Records are kept for ever, and each has the hash of the one before."
        }
        actions={
          <>
            <VerifyButton chain={chain} />
            <ExportButton chain={chain} filter={filter} format="csv" />
            <ExportButton chain={chain} filter={filter} format="ndjson" />
          </>
        }
      />
      <AuditFilters search={search} onSearch={onSearch} />
      <ListAnswer
        query={records}
        caption="Audit log"
        columns={COLUMNS}
        rowId={({ sequence }) => String(sequence)}
        pages={search.pages}
        onPages={(turned) => onSearch({ ...search, pages: turned, record: undefined })}
        empty={
          <EmptyState title="No records here">Choose other filters. Whatever is changed is recorded here.</EmptyState>
        }
      />
      {search.record !== undefined && records.data !== undefined && opened === null ? (
        <Text size="sm">Record {search.record} is not on this page of the list.</Text>
      ) : null}
      <RecordDrawer record={opened} onClose={() => onSearch({ ...search, record: undefined })} />
    </Stack>
  );
}

/** Its name, where it has one, else its id. */
function nameOfObject({ before, after, object_type: type, object_id: id }: AuditRecord): string {
  const name = after?.["name"] ?? before?.["name"];
  return `${type.replaceAll("_", " ")} ${typeof name === "string" && name !== "" ? `“${name}”` : id}`;
}

const MAX_FIELDS = 4;

function sayFields({ before, after }: AuditRecord): string {
  if (before === null) return "new";
  if (after === null) return "gone";
  const names = Object.keys(after);
  return names.slice(0, MAX_FIELDS).join(", ") + (names.length > MAX_FIELDS ? ", …" : "");
}

interface ExportButtonProps {
  readonly chain: Chain;
  readonly filter: Parameters<typeof readAuditFile>[1];
  readonly format: "csv" | "ndjson";
}

function ExportButton({ chain, filter, format }: ExportButtonProps) {
  const { mutate, isPending } = useMutation({
    mutationFn: async () => readAuditFile(chain, filter, format),
    onSuccess: (file) => saveFile(file, `audit-log.${format}`),
    onError: (error) => notifications.show({ title: error.message, message: adviceFor(error), color: "red" }),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      loading={isPending}
      onClick={() => mutate()}
      title="Oldest first, at most 10,000 records; a narrower range has the others."
    >
      {format === "csv" ? "CSV" : "NDJSON"}
    </Button>
  );
}
