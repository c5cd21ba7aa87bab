/** Budgets: how much may be spent in an hour, a day, a week or a month, and how they stand. */
import { Badge, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMay } from "../../api/session.ts";
import { ActionButton } from "../../parts/action-button.tsx";
import { Answer } from "../../parts/answer.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { BudgetDialog } from "./budget-dialog.tsx";
import { BudgetMenu } from "./budget-menu.tsx";
import { EffectiveWindows } from "./effective.tsx";
import { budgetsQuery, standingQuery, type Budget } from "./queries.ts";
import { ScopeText } from "./scope.tsx";
import { WindowBar } from "./window-bar.tsx";

export function BudgetsPage() {
  const mayRead = useMay("org:read");
  return mayRead ? <AllBudgets /> : <OwnBudgets />;
}

/** Without the organization's view: what counts the viewer's own requests. */
function OwnBudgets() {
  return (
    <Stack gap="lg">
      <PageHeader title="Budgets" lead="The budgets that your requests count in. Each must have room for a request." />
      <EffectiveWindows question={{}} />
    </Stack>
  );
}

const route = getRouteApi("/budgets");
const column = columnsOf<Budget>();

const COLUMNS = [
  column.display({
    id: "name",
    header: "Budget",
    cell: ({ row }) => (
      <Stack gap={4} align="flex-start">
        <PageLink to="/budgets/$budgetId" params={{ budgetId: row.original.id }} size="sm">
          {row.original.name}
        </PageLink>
        <HardBadge of={row.original} />
      </Stack>
    ),
  }),
  column.display({ id: "scope", header: "Counts", cell: ({ row }) => <ScopeText of={row.original.scope} /> }),
  column.display({ id: "windows", header: "Windows", cell: ({ row }) => <Windows of={row.original} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <BudgetMenu of={row.original} /> }),
];

function AllBudgets() {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const budgets = useQuery(budgetsQuery(pages));
  const [creating, { open, close }] = useDisclosure(false);
  const create = (
    <ActionButton needs="org:billing" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      Create budget
    </ActionButton>
  );
  return (
    <Stack gap="lg">
      <PageHeader
        title="Budgets"
        lead={
          <>
            How much may be spent in a calendar window. Every budget that counts a request must have room for it.{" "}
            <PageLink to="/budgets/check" underline="always">
              Would a request pass?
            </PageLink>
          </>
        }
        actions={create}
      />
      <ListAnswer
        query={budgets}
        caption="Budgets"
        columns={COLUMNS}
        rowId={({ id }) => id}
        empty={
          <EmptyState title="No budgets yet">
            Wallets say how much money there is; a budget says how fast it may go. Create one for the organization, a
            team or a model, and requests over it are refused until the window begins anew.
          </EmptyState>
        }
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
      />
      <BudgetDialog opened={creating} of={null} onClose={close} />
    </Stack>
  );
}

export function HardBadge({ of: { hard } }: { readonly of: Pick<Budget, "hard"> }) {
  return (
    <Badge variant="outline" color={hard ? "indigo" : "gray"} tt="none">
      {hard ? "refuses" : "only counts"}
    </Badge>
  );
}

export function Windows({ of }: { readonly of: Budget }) {
  const standing = useQuery(standingQuery);
  return (
    <Answer query={standing}>
      {({ currency, windows }) => {
        const own = windows.filter(({ policy_id: id }) => id === of.id);
        return own.length === 0 ? (
          <Text size="sm" c="dimmed">
            Counts from its first request on.
          </Text>
        ) : (
          <Stack gap="md">
            {own.map((window) => (
              <WindowBar key={window.window} of={window} currency={currency} />
            ))}
          </Stack>
        );
      }}
    </Answer>
  );
}
