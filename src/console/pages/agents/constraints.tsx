/** The ceilings of an agent: what is used and held of each, and when it starts anew. */
import { ActionIcon, Group, Progress, Stack, Text, TextInput } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, read } from "../../api/client.ts";
import { useCurrency } from "../../api/organization-settings.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { Answer } from "../../parts/answer.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";
import { ConstraintDialog } from "./constraint-dialog.tsx";
import { constraintsQuery, type Constraint } from "./queries.ts";

const route = getRouteApi("/agents/$id");

export function Constraints({ agentId }: { readonly agentId: string }) {
  const { run } = route.useSearch();
  const navigate = route.useNavigate();
  const constraints = useQuery(constraintsQuery(agentId, run));
  /** Null: closed; `new`: another one. */
  const [edited, setEdited] = useState<Constraint | "new" | null>(null);
  return (
    <Panel
      title="Limits"
      lead="All must pass. They are tested after the model and its policies and before the money."
      actions={
        <ActionButton
          needs="agents:write"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setEdited("new")}
        >
          Add limit
        </ActionButton>
      }
    >
      <Answer query={constraints}>
        {({ data }) => (
          <>
            {data.length === 0 ? (
              <EmptyState title="Nothing limits it">
                It may use whatever its wallets and policies allow. A limit of credits a day is a good first one.
              </EmptyState>
            ) : (
              <ConstraintTable agentId={agentId} constraints={data} onEdit={setEdited} />
            )}
            {data.some(({ window }) => window === "run") ? (
              <TextInput
                label="Usage of the run"
                description="As in X-Agent-Run-Id: limits per run show what that run used."
                maw={420}
                maxLength={200}
                value={run ?? ""}
                onChange={({ currentTarget: { value } }) =>
                  void navigate({ search: { run: value === "" ? undefined : value }, replace: true })
                }
              />
            ) : null}
          </>
        )}
      </Answer>
      <ConstraintDialog agentId={agentId} edited={edited} onClose={() => setEdited(null)} />
    </Panel>
  );
}

const column = columnsOf<Constraint>();

interface ConstraintTableProps {
  readonly agentId: string;
  readonly constraints: readonly Constraint[];
  readonly onEdit: (constraint: Constraint) => void;
}

function ConstraintTable({ agentId, constraints, onEdit }: ConstraintTableProps) {
  const columns = useMemo(
    () => [
      column.display({ id: "what", header: "Limit", cell: ({ row }) => <LimitWords of={row.original} /> }),
      column.display({ id: "use", header: "Used and held", cell: ({ row }) => <UseBar of={row.original} /> }),
      column.display({
        id: "reset",
        header: "Starts anew",
        cell: ({ row: { original } }) => <Reset of={original} />,
      }),
      column.display({
        id: "actions",
        header: "Actions",
        cell: ({ row }) => <ConstraintActions agentId={agentId} of={row.original} onEdit={onEdit} />,
      }),
    ],
    [agentId, onEdit],
  );
  return <DataTable caption="Limits" columns={columns} rows={constraints} rowId={({ id }) => id} />;
}

export const WINDOW_WORDS = {
  total: "in total",
  run: "a run",
  hourly: "an hour",
  daily: "a day",
  weekly: "a week",
  monthly: "a month",
} as const satisfies Record<Constraint["window"], string>;

function useAmounts(type: Constraint["type"]): (amount: string | number) => string {
  const currency = useCurrency();
  if (type === "credits") return (amount) => formatAmount(String(amount), currency);
  return (amount) => `${formatCount(Number(amount))} ${type}`;
}

function LimitWords({ of }: { readonly of: Constraint }) {
  const show = useAmounts(of.type);
  return `${show(of.limit)} ${WINDOW_WORDS[of.window]}`;
}

function Reset({ of: { window, resets_at: at } }: { readonly of: Constraint }) {
  if (at !== null) return <Time at={at} />;
  return window === "run" ? "with each run" : "never";
}

function UseBar({ of: { type, limit, used, held } }: { readonly of: Constraint }) {
  const show = useAmounts(type);
  if (used === null || held === null) return "name a run below";
  const [usedShare, heldShare] = [shareOf(used, limit), shareOf(held, limit)];
  const isOver = usedShare >= 100;
  return (
    <Stack gap={4} miw={200}>
      <Progress.Root size="lg">
        <Progress.Section value={usedShare} color={isOver ? "red" : "indigo"} aria-label="Used" />
        <Progress.Section value={Math.min(heldShare, 100 - usedShare)} color="orange" aria-label="Held" striped />
      </Progress.Root>
      <Text size="xs" c="dimmed">
        {show(used)} used, {show(held)} held{isOver ? ": its requests are refused" : ""}
      </Text>
    </Stack>
  );
}

/** Percent, for the length of a bar alone. */
function shareOf(part: string | number, whole: string | number): number {
  const [numerator, denominator] = [Number(part), Number(whole)];
  return denominator === 0 ? 100 : Math.min(100, (numerator / denominator) * 100);
}

function ConstraintActions({
  agentId,
  of,
  onEdit,
}: {
  readonly agentId: string;
  readonly of: Constraint;
  readonly onEdit: (constraint: Constraint) => void;
}) {
  const mayChange = useMay("agents:write");
  const { submit } = useChange({
    change: async (constraintId: string, headers) =>
      read(
        api.DELETE("/v1/agents/{id}/usage-constraints/{constraint_id}", {
          params: { path: { id: agentId, constraint_id: constraintId } },
          headers,
        }),
      ),
    invalidates: [["agents", "constraints"]],
    done: "The limit is deleted.",
  });
  // Those of a gateway's configuration are changed there: their ids name it.
  if (of.id.includes(":")) return "of a gateway’s configuration";
  if (!mayChange) return "–";
  const ask = (): void =>
    confirmChange({
      title: "Delete the limit?",
      consequence: "The agent may use more from the next request on. A new limit of the same kind counts from zero.",
      verb: "Delete",
      onConfirm: () => submit(of.id),
    });
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Change the ${of.window} limit of ${of.type}`}
        onClick={() => onEdit(of)}
      >
        <IconPencil size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="red" aria-label={`Delete the ${of.window} limit of ${of.type}`} onClick={ask}>
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
