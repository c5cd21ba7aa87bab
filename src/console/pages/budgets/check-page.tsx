/** Which budgets would count a request, and whether it would pass. */
import { Autocomplete, Group, Select, SimpleGrid, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { catalogQuery, findModel } from "../../api/catalog.ts";
import { useMay } from "../../api/session.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { NameSelect } from "../../parts/name-picker.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { EffectiveWindows } from "./effective.tsx";
import type { BudgetQuestion } from "./queries.ts";
import { SUBJECTS, type budgetCheckRoute } from "./route.ts";
import { SCOPE_NAMES } from "./scope.tsx";
import { Simulator } from "./simulator.tsx";

const route = getRouteApi("/budgets/check");

type Search = ReturnType<typeof budgetCheckRoute.useSearch>;

export function BudgetCheckPage() {
  const mayRead = useMay("org:read");
  const search = route.useSearch();
  return (
    <Stack gap="lg">
      <PageHeader
        title="Would a request pass?"
        lead={
          <>
            Whose request, and for which model: every budget that counts it is shown, and a request can be tried without
            sending it.{" "}
            <PageLink to="/budgets" underline="always">
              All budgets
            </PageLink>
          </>
        }
      />
      {mayRead ? (
        <>
          <Subject />
          <Simulator question={questionOf(search)} />
          <Stack gap="sm" component="section" aria-label="Budgets that count it">
            <Title order={2} size="h4">
              Budgets that count it
            </Title>
            <EffectiveWindows question={questionOf(search)} />
          </Stack>
        </>
      ) : (
        <EmptyState
          title="Your role does not show this"
          action={
            <PageLink to="/budgets" underline="always">
              Your budgets
            </PageLink>
          }
        >
          Asking about others needs org:read.
        </EmptyState>
      )}
    </Stack>
  );
}

const ENDPOINTS = ["openai.chat", "openai.responses", "anthropic.messages"] as const;

function Subject() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const catalog = useQuery(catalogQuery);
  const change = (changed: Partial<Search>): void =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <Stack gap="sm" component="section" aria-label="Request">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }}>
        {SUBJECTS.map((subject) => (
          <NameSelect
            key={subject}
            kind={subject}
            label={SCOPE_NAMES[subject]}
            placeholder="any"
            value={search[subject] ?? null}
            onChange={(id) => change({ [subject]: id ?? undefined })}
          />
        ))}
      </SimpleGrid>
      <Group gap="md" align="flex-end">
        <Autocomplete
          label="Model"
          placeholder="any"
          w={260}
          clearable
          data={[...new Set((catalog.data ?? []).map(({ model }) => model))]}
          value={search.model ?? ""}
          onChange={(model) => {
            const endpoint = findModel(catalog.data ?? [], model)?.endpoints[0];
            change({ model: model === "" ? undefined : model, ...(endpoint === undefined ? {} : { endpoint }) });
          }}
        />
        <Select
          label="Endpoint"
          placeholder="one that the model has"
          w={220}
          clearable
          data={[...ENDPOINTS]}
          value={search.endpoint ?? null}
          onChange={(chosen) => change({ endpoint: ENDPOINTS.find((each) => each === chosen) })}
        />
      </Group>
    </Stack>
  );
}

function questionOf(search: Search): BudgetQuestion {
  const { user, team, service_user: serviceUser, agent, key, model, endpoint } = search;
  return {
    ...(user === undefined ? {} : { user_id: user }),
    ...(team === undefined ? {} : { team_id: team }),
    ...(serviceUser === undefined ? {} : { service_user_id: serviceUser }),
    ...(agent === undefined ? {} : { agent_id: agent }),
    ...(key === undefined ? {} : { key_id: key }),
    ...(model === undefined ? {} : { model }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}
