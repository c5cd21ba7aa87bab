/** The wallets that a person's requests ask for money, in their order, and the one that pays next. */
import { Badge, Group, Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMay, useOrganization } from "../../api/session.ts";
import { Answer } from "../../parts/answer.tsx";
import { formatAmount } from "../../parts/format.ts";
import { NameSelect } from "../../parts/name-picker.tsx";
import { PageLink } from "../../parts/page-link.tsx";
import { WalletStatusBadge } from "../../parts/wallet-status.tsx";
import classes from "./cascade.module.css";
import { scopeName, walletName } from "./names.ts";
import { cascadeQuery, type Wallet } from "./queries.ts";

const route = getRouteApi("/wallets");

export function Cascade() {
  const { user, team } = route.useSearch();
  const navigate = route.useNavigate();
  const mayRead = useMay("org:read");
  const cascade = useQuery(cascadeQuery(user, team));
  return (
    <Stack gap="sm" component="section" aria-label="Who pays">
      <Group justify="space-between" align="flex-end">
        <Stack gap={2}>
          <Title order={2} size="h4">
            Who pays
          </Title>
          <Text size="sm" c="dimmed">
            The first wallet that covers all of what a request may cost holds it. When none does, the request is
            refused.
          </Text>
        </Stack>
        {mayRead ? (
          <Group gap="sm" align="flex-end">
            <NameSelect
              kind="user"
              label="Member"
              placeholder="You"
              w={190}
              value={user ?? null}
              onChange={(id) => void navigate({ search: (before) => ({ ...before, user: id ?? undefined }) })}
            />
            <NameSelect
              kind="team"
              label="With the team"
              placeholder="Their only one"
              w={170}
              value={team ?? null}
              onChange={(id) => void navigate({ search: (before) => ({ ...before, team: id ?? undefined }) })}
            />
          </Group>
        ) : null}
      </Group>
      <Answer query={cascade}>
        {(data) => (
          <ol className={classes["steps"]}>
            {data.sources.map((source, index) => (
              <li
                key={source.id}
                className={classes["step"]}
                data-next={source.id === data.effective_wallet_id ? true : undefined}
              >
                <Source of={source} paysNext={source.id === data.effective_wallet_id} />
                {index === data.sources.length - 1 ? null : (
                  <IconArrowRight className={classes["arrow"]} size={20} aria-hidden />
                )}
              </li>
            ))}
          </ol>
        )}
      </Answer>
    </Stack>
  );
}

function Source({ of, paysNext }: { readonly of: Wallet; readonly paysNext: boolean }) {
  return (
    <Paper withBorder p="sm">
      <Stack gap={6}>
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="dimmed">
            {scopeName(of.scope)}
          </Text>
          {paysNext ? <Badge size="sm">pays next</Badge> : null}
        </Group>
        <WalletLink of={of} />
        <Text fw={700} style={{ fontVariantNumeric: "tabular-nums", overflowWrap: "anywhere" }}>
          {formatAmount(of.available, of.currency)}
        </Text>
        <Shares of={of} />
        <Group gap="xs" justify="space-between">
          <Text size="xs" c="dimmed">
            {formatAmount(of.held, of.currency)} reserved
          </Text>
          <WalletStatusBadge of={of.status} />
        </Group>
      </Stack>
    </Paper>
  );
}

/** What of the balance is free, and what requests hold. */
function Shares({ of }: { readonly of: Wallet }) {
  // Only the width of a bar is a float.
  const [balance, held] = [Number(of.balance), Number(of.held)];
  const heldShare = balance <= 0 ? 0 : Math.min(100, (held / balance) * 100);
  return (
    <Progress.Root size="sm" aria-hidden>
      <Progress.Section value={balance <= 0 ? 0 : 100 - heldShare} color="indigo" />
      <Progress.Section value={heldShare} color="orange" />
    </Progress.Root>
  );
}

/** Wallets that the viewer may not see the books of have no page for them. */
function WalletLink({ of }: { readonly of: Wallet }) {
  const organization = useOrganization();
  const mayRead = useMay("org:read");
  const leads = organization?.teams.some(({ id, role }) => id === of.owner_id && role === "lead") ?? false;
  const isSeen = mayRead || leads || of.owner_id === organization?.member_id;
  if (!isSeen) return <Text fw={600}>{walletName(of)}</Text>;
  return (
    <PageLink to="/wallets/$walletId" params={{ walletId: of.id }} fw={600}>
      {walletName(of)}
    </PageLink>
  );
}
