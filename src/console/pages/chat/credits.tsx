/** The money for the person's next request: who pays, what is there, what is held. */
import { Alert, Badge, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { balanceQuery } from "../../api/balance.ts";
import type { Wire } from "../../api/client.ts";
import { Answer } from "../../parts/answer.tsx";
import { formatAmount } from "../../parts/format.ts";
import classes from "./chat.module.css";

type Balance = Wire<"Balance">;

const SCOPE_NAMES = {
  seat: "your seat's credit",
  user: "your wallet",
  team: "your team's wallet",
  organization: "the organization's wallet",
} as const satisfies Record<Balance["effective_scope"], string>;

export function scopeName(scope: string): string {
  return Object.entries(SCOPE_NAMES).find(([known]) => known === scope)?.[1] ?? scope;
}

export function Credits() {
  const balance = useQuery(balanceQuery);
  return (
    <Paper withBorder p="md" component="section" aria-label="Credits">
      <Stack gap="sm">
        <Title order={2} size="h5">
          Credits
        </Title>
        <Answer query={balance}>{(data) => <Sums of={data} />}</Answer>
      </Stack>
    </Paper>
  );
}

function Sums({ of }: { readonly of: Balance }) {
  return (
    <Stack gap="sm">
      <Figure label="Available" value={formatAmount(of.available, of.currency)} large />
      <Figure label="Reserved" value={formatAmount(of.held, of.currency)} />
      <Figure label="Currency" value={of.currency} />
      <Text size="xs" c="dimmed">
        Paid from {SCOPE_NAMES[of.effective_scope]}
        {of.sources.length > 1 ? "; what it cannot cover, the next one does:" : "."}
      </Text>
      {of.sources.length > 1 ? (
        <Stack gap={4} component="ol" className={classes["sources"]}>
          {of.sources.map((source) => (
            <li key={source.id}>
              <Group justify="space-between" gap="xs" wrap="nowrap">
                <Text size="xs" truncate>
                  {source.scope}
                </Text>
                <Text size="xs" style={{ fontVariantNumeric: "tabular-nums" }}>
                  {formatAmount(source.available, source.currency)}
                </Text>
                {source.status === "healthy" ? null : (
                  <Badge size="xs" variant="dot" color="yellow" tt="none">
                    {source.status}
                  </Badge>
                )}
              </Group>
            </li>
          ))}
        </Stack>
      ) : null}
    </Stack>
  );
}

function Figure({
  label,
  value,
  large = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly large?: boolean;
}) {
  return (
    <Group justify="space-between" gap="xs" align="baseline">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size={large ? "lg" : "sm"} fw={large ? 700 : 500} style={{ fontVariantNumeric: "tabular-nums" }}>
        {value}
      </Text>
    </Group>
  );
}

/** Above the conversation while the wallet that pays is at its alert threshold or empty. */
export function LowFunds() {
  const { data } = useQuery(balanceQuery);
  if (data === undefined || data.alert_state === "healthy") return null;
  const whose = SCOPE_NAMES[data.effective_scope];
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={`Credits are ${data.alert_state}`}>
      {data.alert_state === "low"
        ? `${formatAmount(data.available, data.currency)} is left in ${whose}. Ask for a top-up before it is used up.`
        : `Nothing is left in ${whose}. What is sent now is refused with what is missing, and goes through after a top-up.`}
    </Alert>
  );
}
