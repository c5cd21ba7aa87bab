/** Every version of a configuration: what differs, and the way back to it. */
import { Badge, Button, Group, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { api, read } from "../../api/client.ts";
import { useNames } from "../../api/names.ts";
import { useChange } from "../../api/use-change.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { Answer, SkeletonRows } from "../../parts/answer.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { PagedAnswer } from "../../parts/list-answer.tsx";
import { formatCount } from "../../parts/format.ts";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";
import { versionQuery, versionsQuery, type ConfigVersion, type GatewayConfig } from "./queries.ts";

const YamlEditor = lazy(async () => ({ default: (await import("./yaml-editor.tsx")).YamlEditor }));

const route = getRouteApi("/gateways/$id");

interface VersionsProps {
  readonly gatewayId: string;
  readonly inForce: GatewayConfig;
}

export function Versions({ gatewayId, inForce }: VersionsProps) {
  const { pages, version, against } = route.useSearch();
  const navigate = route.useNavigate();
  const versions = useQuery(versionsQuery(gatewayId, pages));
  return (
    <Stack gap="lg">
      <PagedAnswer
        query={versions}
        empty={<EmptyState title="No versions yet">Each push makes one. None is ever changed or dropped.</EmptyState>}
        pages={pages}
        onPages={(turned) => void navigate({ search: (before) => ({ ...before, pages: turned }) })}
      >
        {(rows) => <VersionTable versions={rows} inForce={inForce} />}
      </PagedAnswer>
      {version === undefined ? null : (
        <Comparison
          gatewayId={gatewayId}
          version={version}
          against={against ?? Math.max(version - 1, 0)}
          newest={inForce.version}
        />
      )}
    </Stack>
  );
}

const column = columnsOf<ConfigVersion>();

function VersionTable({
  versions,
  inForce,
}: {
  readonly versions: readonly ConfigVersion[];
  readonly inForce: GatewayConfig;
}) {
  const columns = useMemo(
    () => [
      column.display({
        id: "version",
        header: "Version",
        cell: ({ row: { original } }) => (
          <Group gap="xs" wrap="nowrap">
            {original.version}
            {original.version === inForce.version ? (
              <Badge variant="dot" color="green" tt="none">
                in force
              </Badge>
            ) : null}
          </Group>
        ),
      }),
      column.display({ id: "pack", header: "Pack", cell: ({ row }) => packWords(row.original) }),
      column.display({
        id: "size",
        header: "Bytes",
        meta: { numeric: true },
        cell: ({ row }) => formatCount(row.original.size_bytes),
      }),
      column.display({ id: "actor", header: "By", cell: ({ row }) => <Actor of={row.original.actor} /> }),
      column.display({
        id: "created",
        header: "Deployed",
        cell: ({ row: { original } }) => (original.created_at === null ? "–" : <Time at={original.created_at} />),
      }),
      column.display({
        id: "actions",
        header: "Actions",
        cell: ({ row }) => <VersionActions of={row.original} inForce={inForce} />,
      }),
    ],
    [inForce],
  );
  return <DataTable caption="Versions" columns={columns} rows={versions} rowId={({ version }) => String(version)} />;
}

function packWords({ pack, rolled_back_from: from }: ConfigVersion): string {
  if (pack === null) return "none: taken away";
  return `${pack.name} ${pack.version}${from === null ? "" : `, brought back from ${from}`}`;
}

function Actor({ of }: { readonly of: string | null }) {
  const nameOfUser = useNames("user");
  const nameOfKey = useNames("key");
  if (of === null) return "–";
  return of.startsWith("key_") ? nameOfKey(of) : nameOfUser(of);
}

function VersionActions({ of, inForce }: { readonly of: ConfigVersion; readonly inForce: GatewayConfig }) {
  const navigate = route.useNavigate();
  const { submit, isPending } = useChange({
    change: async (version: number, headers) =>
      read(
        api.POST("/v1/gateways/{id}/config/rollback", {
          params: { path: { id: of.gateway_id }, query: { expected_version: String(inForce.version) } },
          body: { version },
          headers,
        }),
      ),
    invalidates: [["gateways"], ["models"]],
    done: `The configuration of version ${of.version} is in force again.`,
  });
  const ask = (): void =>
    confirmChange({
      title: `Bring version ${of.version} back?`,
      consequence: `Its text becomes version ${inForce.version + 1}, in force for the next request, if it is still valid. It is refused when somebody deploys meanwhile.`,
      verb: "Bring back",
      onConfirm: () => submit(of.version),
    });
  const canComeBack = of.pack !== null && of.version !== inForce.version;
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => void navigate({ search: (before) => ({ ...before, version: of.version, against: undefined }) })}
      >
        Look at {of.version}
      </Button>
      {canComeBack ? (
        <ActionButton needs="org:admin" size="compact-sm" variant="default" loading={isPending} onClick={ask}>
          Bring back
        </ActionButton>
      ) : null}
    </Group>
  );
}

interface ComparisonProps {
  readonly gatewayId: string;
  readonly version: number;
  /** 0: nothing. */
  readonly against: number;
  readonly newest: number;
}

/** So many versions are offered to compare with. */
const MAX_OFFERED = 200;

function Comparison({ gatewayId, version, against, newest }: ComparisonProps) {
  const navigate = route.useNavigate();
  const shown = useQuery(versionQuery(gatewayId, version));
  const other = useQuery({ ...versionQuery(gatewayId, against), enabled: against > 0 });
  const offered = Array.from({ length: Math.min(newest, MAX_OFFERED) }, (_, index) => String(newest - index));
  return (
    <Panel
      title={`Version ${version}`}
      lead={against > 0 ? `What differs from version ${against}.` : "The first version."}
      actions={
        <Select
          label="Compare with version"
          allowDeselect={false}
          searchable
          w={190}
          data={offered.filter((number) => number !== String(version))}
          value={against > 0 ? String(against) : null}
          onChange={(chosen) =>
            void navigate({
              search: (before) => ({ ...before, against: chosen === null ? undefined : Number(chosen) }),
            })
          }
        />
      }
    >
      <Answer query={shown}>
        {({ yaml }) =>
          yaml === null ? (
            <Text size="sm">This version took the configuration away.</Text>
          ) : against > 0 && other.data === undefined ? (
            <SkeletonRows />
          ) : (
            <Suspense fallback={<SkeletonRows />}>
              <YamlEditor
                label={`Version ${version}`}
                text={yaml}
                onText={null}
                before={against > 0 ? (other.data?.yaml ?? "") : null}
              />
            </Suspense>
          )
        }
      </Answer>
    </Panel>
  );
}
