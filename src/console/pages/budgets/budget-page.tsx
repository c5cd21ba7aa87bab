/** One budget: its windows, its override, whom it tells. */
import { Alert, Group, Paper, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCurrency } from "../../api/organization-settings.ts";
import { useMay } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { Countdown } from "../../parts/countdown.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Facts } from "../../parts/facts.tsx";
import { formatAmount } from "../../parts/format.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { Time } from "../../parts/time.tsx";
import { BudgetMenu } from "./budget-menu.tsx";
import { HardBadge, Windows } from "./page.tsx";
import { budgetQuery, WINDOWS, type Budget } from "./queries.ts";
import { ScopeText } from "./scope.tsx";

const route = getRouteApi("/budgets/$budgetId");

export function BudgetPage() {
  const { budgetId } = route.useParams();
  const navigate = route.useNavigate();
  const mayRead = useMay("org:read");
  const budget = useQuery({ ...budgetQuery(budgetId), enabled: mayRead });
  const { data } = budget;
  return (
    <Stack gap="lg">
      <PageHeader
        title={data?.name ?? "Budget"}
        lead={
          <PageLink to="/budgets" underline="always">
            All budgets
          </PageLink>
        }
        actions={
          data === undefined ? undefined : (
            <BudgetMenu of={data} onDeleted={() => void navigate({ to: "/budgets", search: {} })} />
          )
        }
      />
      {mayRead ? (
        <Answer query={budget}>{(shown) => <Details of={shown} />}</Answer>
      ) : (
        <EmptyState title="Your role does not show this">
          Seeing one budget needs org:read. Those that count your own requests are at Budgets.
        </EmptyState>
      )}
    </Stack>
  );
}

function Details({ of }: { readonly of: Budget }) {
  const currency = useCurrency();
  const limits = WINDOWS.flatMap((window) => {
    const limit = of.windows[window];
    return limit === undefined ? [] : [`${formatAmount(limit, currency)} ${window}`];
  });
  return (
    <>
      <OverrideNotice of={of} />
      <Stack gap="xs" component="section" aria-label="Windows">
        <Group gap="sm">
          <Title order={2} size="h4">
            How it stands
          </Title>
          <HardBadge of={of} />
        </Group>
        <Paper withBorder p="md" maw={640}>
          <Windows of={of} />
        </Paper>
      </Stack>
      <Stack gap="xs" component="section" aria-label="Terms" maw={640}>
        <Title order={2} size="h4">
          What it says
        </Title>
        <Facts
          rows={[
            ["Counts", <ScopeText key="scope" of={of.scope} />],
            ["Limits", limits.join(", ")],
            [
              "Over a limit",
              of.hard ? "requests are refused with 429 until the window begins anew" : "nothing is refused",
            ],
            [
              "Tells people at",
              of.alert_percentages.length === 0 ? "–" : of.alert_percentages.map((each) => `${each} %`).join(", "),
            ],
            ["Made", <Time key="made" at={of.created_at} />],
            ["Id", <Copy key="id" what="budget id" text={of.id} />],
          ]}
        />
      </Stack>
    </>
  );
}

function OverrideNotice({ of: { override } }: { readonly of: Budget }) {
  const currency = useCurrency();
  if (override === null) return null;
  const isOver = Date.parse(override.until) <= Date.now();
  return isOver ? (
    <Alert color="gray" title="An override is over">
      It was {formatAmount(override.amount, currency)} until <Time at={override.until} />.
    </Alert>
  ) : (
    <Alert color="blue" title={`${formatAmount(override.amount, currency)} in the place of every limit`}>
      For another <Countdown to={override.until} />, until <Time at={override.until} />.
    </Alert>
  );
}
