/** One wallet: what it has, how long that lasts, what requests hold of it, and every movement of its money. */
import { Alert, Button, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Wire } from "../../api/client.ts";
import { walletSettingsQuery } from "../../api/organization-settings.ts";
import { useMay } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { Copy } from "../../parts/copy.tsx";
import { sayDuration } from "../../parts/countdown.tsx";
import { formatAmount } from "../../parts/format.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { StatCard } from "../../parts/stat-card.tsx";
import { Time } from "../../parts/time.tsx";
import { WalletStatusBadge } from "../../parts/wallet-status.tsx";
import { AutoTopUpCard } from "../auto-top-up/card.tsx";
import { Holds } from "./holds.tsx";
import { scopeName, walletName } from "./names.ts";
import { forecastQuery, walletQuery, type Wallet } from "./queries.ts";
import { Transactions } from "./transactions.tsx";
import { TransferButtons } from "./transfer-buttons.tsx";

const route = getRouteApi("/wallets/$walletId");

export function WalletPage() {
  const { walletId } = route.useParams();
  const wallet = useQuery(walletQuery(walletId));
  const { data } = wallet;
  return (
    <Stack gap="lg">
      <PageHeader
        title={data === undefined ? "Wallet" : walletName(data)}
        lead={
          <PageLink to="/wallets" underline="always">
            All wallets
          </PageLink>
        }
        actions={
          data === undefined ? undefined : (
            <>
              <TopUpButton of={data} />
              <TransferButtons wallet={data} />
            </>
          )
        }
      />
      <Answer query={wallet}>
        {(shown) => (
          <>
            <AlertState of={shown} />
            <Figures of={shown} />
            <AutoTopUpCard of={shown} />
            <Outlook id={walletId} />
            <Holds walletId={walletId} />
            <Transactions walletId={walletId} />
          </>
        )}
      </Answer>
    </Stack>
  );
}

function Figures({ of }: { readonly of: Wallet }) {
  const amount = (text: string): string => formatAmount(text, of.currency);
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 5 }}>
        <StatCard label="Available" value={amount(of.available)} note="For new requests" />
        <StatCard label="Balance" value={amount(of.balance)} note="Available and reserved together" />
        <StatCard label="Reserved" value={amount(of.held)} note="By requests under way" />
        <StatCard
          label="Total allocated"
          value={amount(of.total_allocated)}
          note="All that came in, less what was reclaimed"
        />
        <StatCard label="Total spent" value={amount(of.total_spent)} note="By requests, since it exists" />
      </SimpleGrid>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {scopeName(of.scope)} wallet
        </Text>
        <Copy what="wallet id" text={of.id} />
        <WalletStatusBadge of={of.status} />
      </Group>
    </Stack>
  );
}

function AlertState({ of }: { readonly of: Wallet }) {
  const { data } = useQuery({ ...walletSettingsQuery, enabled: useMay("org:read") });
  if (of.status === "healthy") return null;
  const threshold = data === undefined ? "the alert threshold" : `${data.alert_threshold_pct} %`;
  return (
    <Alert
      color={of.status === "low" ? "yellow" : "red"}
      icon={<IconAlertTriangle aria-hidden />}
      title={of.status === "low" ? "This wallet is low" : "This wallet is depleted"}
    >
      {of.status === "low"
        ? `What is available is at or under ${threshold} of the balance after the last funding.`
        : "Nothing is available."}{" "}
      {of.scope === "organization"
        ? "When it cannot cover a request, the request is refused with a cost ticket."
        : "Requests that it cannot cover ask the next wallet of the cascade."}
    </Alert>
  );
}

function Outlook({ id }: { readonly id: string }) {
  const forecast = useQuery(forecastQuery(id));
  return (
    <Stack gap="xs" component="section" aria-label="Forecast">
      <Title order={2} size="h4">
        How long it lasts
      </Title>
      <Answer query={forecast}>
        {(data) => (
          <>
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <StatCard
                label="Burn rate"
                value={`${formatAmount(data.daily_rate, data.currency)} a day`}
                note={
                  <>
                    {formatAmount(data.spent, data.currency)} since <Time at={data.from} />
                  </>
                }
              />
              <StatCard
                label="Projected depletion"
                value={data.depletes_at === null ? "–" : <Time at={data.depletes_at} />}
                note={sayDepletion(data)}
              />
            </SimpleGrid>
          </>
        )}
      </Answer>
    </Stack>
  );
}

/** When there is no date: why not. */
function sayDepletion({ depletes_at: at, to, spent, available }: Wire<"WalletForecast">): string {
  if (at !== null) return `In ${sayDuration(Date.parse(at) - Date.parse(to))}, at this pace and without new money.`;
  if (!isPositive(available)) return "Nothing is left already.";
  return isPositive(spent) ? "It lasts for ten years and more." : "No request has spent any of it lately.";
}

function isPositive(amount: string): boolean {
  return !amount.startsWith("-") && /[1-9]/.test(amount);
}

/** A seat's money comes with its plan alone. */
function TopUpButton({ of }: { readonly of: Wallet }) {
  if (of.scope === "seat") return null;
  const owner = of.scope === "team" ? { team: of.owner_id } : of.scope === "user" ? { user: of.owner_id } : {};
  const { scope } = of;
  return (
    <Button
      variant="default"
      renderRoot={(props) => <Link to="/add-credits" search={{ scope, ...owner }} {...props} />}
    >
      Top up
    </Button>
  );
}
