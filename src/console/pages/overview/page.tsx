/** What was spent lately, what is held, what is left, and what needs attention. */
import { Alert, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { balanceQuery } from "../../api/balance.ts";
import { unreadQuery } from "../../api/notifications.ts";
import { useOrganization } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { sayNotification } from "../../parts/notification-text.ts";
import { StatCard } from "../../parts/stat-card.tsx";
import { Time } from "../../parts/time.tsx";
import { spendSummaryQuery } from "../../api/spend.ts";

const MAX_NOTIFICATIONS = 5;

export function OverviewPage() {
  const organization = useOrganization();
  return (
    <Stack gap="lg">
      <PageHeader title="Overview" lead={organization?.name} />
      <Attention />
      <Funds />
      <SpentLately />
    </Stack>
  );
}

/** The wallet that pays for the person's own requests first. */
function Funds() {
  const balance = useQuery(balanceQuery);
  return (
    <Answer query={balance} skeleton={<LoadingCards labels={["Available", "Reserved", "Balance"]} />}>
      {(data) => (
        <Stack gap="sm">
          <Title order={2} size="h4">
            Money for your requests
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <StatCard
              label="Available"
              value={formatAmount(data.available, data.currency)}
              note={`From the ${data.effective_scope} wallet, which pays first`}
            />
            <StatCard
              label="Reserved"
              value={formatAmount(data.held, data.currency)}
              note="By requests that are under way"
            />
            <StatCard
              label="Balance"
              value={formatAmount(data.balance, data.currency)}
              note="Available and reserved together"
            />
          </SimpleGrid>
          {data.alert_state === "healthy" ? null : (
            <Alert
              color="yellow"
              icon={<IconAlertTriangle aria-hidden />}
              title={`The ${data.effective_scope} wallet is ${data.alert_state}`}
            >
              Requests that it cannot cover fall through to the next wallet, and are refused when none can.
            </Alert>
          )}
        </Stack>
      )}
    </Answer>
  );
}

function SpentLately() {
  const summary = useQuery(spendSummaryQuery({ group: "provider" }));
  return (
    <Answer query={summary} skeleton={<LoadingCards labels={["Spent", "Requests", "Top provider"]} />}>
      {(data) => (
        <Stack gap="sm">
          <Title order={2} size="h4">
            The last 30 days
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <StatCard label="Spent" value={formatAmount(data.total_cost, data.currency)} />
            <StatCard
              label="Requests"
              value={formatCount(data.requests)}
              note={`${formatCount(data.refused_requests)} refused`}
            />
            <StatCard label="Top provider" value={data.top_provider ?? "–"} />
          </SimpleGrid>
          {data.requests === 0 ? (
            <EmptyState title="No requests yet" action={<PageLink to="/start">Send a first request</PageLink>}>
              Make a key, copy a snippet for your tool, and see the request arrive.
            </EmptyState>
          ) : (
            <PageLink to="/spend">What it was spent on</PageLink>
          )}
        </Stack>
      )}
    </Answer>
  );
}

function Attention() {
  const unread = useQuery(unreadQuery);
  if (unread.data === undefined || unread.data.length === 0) return null;
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="Needs attention">
      <Stack gap={4}>
        {unread.data.slice(0, MAX_NOTIFICATIONS).map((notification) => (
          <Text key={notification.id} size="sm">
            {sayNotification(notification)} · <Time at={notification.created_at} />
          </Text>
        ))}
        <PageLink to="/notifications" search={{ unread: true }} size="sm">
          All notifications
        </PageLink>
      </Stack>
    </Alert>
  );
}

function LoadingCards({ labels }: { readonly labels: readonly string[] }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      {labels.map((label) => (
        <StatCard key={label} label={label} value={undefined} />
      ))}
    </SimpleGrid>
  );
}
