/** One agent: what it spent, and the ceilings on what it may use. */
import { Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMay } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { Needs } from "../../parts/needs.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { StatCard } from "../../parts/stat-card.tsx";
import { Tags } from "../../parts/tags.tsx";
import { Time } from "../../parts/time.tsx";
import { AgentDialog } from "./agent-dialog.tsx";
import { Constraints } from "./constraints.tsx";
import { agentQuery, agentSpendQuery, lastRequestQuery, type Agent } from "./queries.ts";
import { AgentMenu, AgentStatus } from "./status.tsx";

const route = getRouteApi("/agents/$id");

export function AgentPage() {
  return (
    <Needs capability="agents:read" title="Agent">
      <AgentContent />
    </Needs>
  );
}

function AgentContent() {
  const { id } = route.useParams();
  const agent = useQuery(agentQuery(id));
  return (
    <Stack gap="lg">
      <PageLink to="/agents" size="sm">
        All agents
      </PageLink>
      <Answer query={agent}>{(found) => <Page agent={found} />}</Answer>
    </Stack>
  );
}

function Page({ agent }: { readonly agent: Agent }) {
  const [changing, { open, close }] = useDisclosure(false);
  const mayChange = useMay("agents:write");
  return (
    <>
      <PageHeader
        title={agent.name}
        lead={LEADS[agent.status]}
        actions={
          <>
            <AgentStatus of={agent.status} />
            {mayChange ? (
              <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={open}>
                Change
              </Button>
            ) : null}
            <AgentMenu of={agent} />
          </>
        }
      />
      <Group gap="sm">
        <Text size="sm" c="dimmed">
          Its requests carry X-Agent-Id
        </Text>
        <Copy what="agent id" text={agent.id} />
        <Tags of={agent.tags} />
      </Group>
      <Figures id={agent.id} />
      <Constraints agentId={agent.id} />
      <AgentDialog agent={agent} opened={changing} onClose={close} onSaved={() => undefined} />
    </>
  );
}

const LEADS = {
  active: "Its requests are served, within its limits.",
  paused: "It is paused: its requests are refused until it is active again.",
  disabled: "It is disabled: its requests are refused.",
} as const satisfies Record<Agent["status"], string>;

function Figures({ id }: { readonly id: string }) {
  const mayRead = useMay("org:read");
  const spent = useQuery({ ...agentSpendQuery, enabled: mayRead });
  const last = useQuery({ ...lastRequestQuery(id), enabled: mayRead });
  if (!mayRead) return null;
  const newest = last.data?.data[0];
  const row = spent.data?.rows.find(({ group }) => group === id);
  // What is further down than the rows of the summary has no sum of its own there.
  const isUnknown = row === undefined && spent.data !== undefined && spent.data.rest !== null;
  const shown = (text: string) => (isUnknown ? "–" : text);
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <StatCard
        label="Spend, 30 days"
        value={
          spent.data === undefined ? undefined : shown(formatAmount(row?.total_cost ?? "0.00", spent.data.currency))
        }
      />
      <StatCard
        label="Requests, 30 days"
        value={spent.data === undefined ? undefined : shown(formatCount(row?.requests ?? 0))}
        note={spent.data === undefined ? undefined : `${shown(formatCount(row?.total_tokens ?? 0))} tokens`}
      />
      <StatCard
        label="Last active"
        value={last.data === undefined ? undefined : newest === undefined ? "never" : <Time at={newest.created_at} />}
        note="When its newest request came"
      />
    </SimpleGrid>
  );
}
