/** One window of a budget: how much of its limit is used and held, when it begins anew, and where it leads. */
import { Group, Progress, Stack, Text } from "@mantine/core";
import { Countdown } from "../../parts/countdown.tsx";
import { formatAmount } from "../../parts/format.ts";
import { Time } from "../../parts/time.tsx";
import type { BudgetWindow, StandingWindow } from "./queries.ts";

interface WindowBarProps {
  readonly of: BudgetWindow | StandingWindow;
  readonly currency: string;
  /** Its name, where several budgets are shown together. */
  readonly label?: string;
}

export function WindowBar({ of, currency, label }: WindowBarProps) {
  const amount = (text: string): string => formatAmount(text, currency);
  const { used, held } = sharesOf(of);
  const color = used + held >= 100 ? "red" : used + held >= 80 ? "yellow" : "indigo";
  return (
    <Stack gap={4} miw={220} data-window={of.window}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {label === undefined ? of.window : `${label}, ${of.window}`}
        </Text>
        <Text size="xs" c="dimmed">
          resets in <Countdown to={of.resets_at} />
        </Text>
      </Group>
      <Progress.Root size="lg" aria-hidden>
        <Progress.Section value={used} color={color} />
        <Progress.Section value={held} color="orange" />
      </Progress.Root>
      <Text size="xs" style={{ fontVariantNumeric: "tabular-nums" }}>
        {amount(of.used)} used, {amount(of.held)} held of {amount(of.limit)}; {amount(of.remaining)} left
      </Text>
      <Outlook of={of} currency={currency} />
    </Stack>
  );
}

function Outlook({ of, currency }: WindowBarProps) {
  if (!("projected" in of)) return null;
  if (of.exhausts_at !== null) {
    return (
      <Text size="xs" fw={600}>
        At this pace used up <Time at={of.exhausts_at} />, before it resets
      </Text>
    );
  }
  if (of.projected === null) return null;
  return (
    <Text size="xs" c="dimmed">
      At this pace {formatAmount(of.projected, currency)} when it resets
    </Text>
  );
}

/** In percent, together at most 100. Only the width of a bar is a float. */
function sharesOf({ used, held, limit }: BudgetWindow): { used: number; held: number } {
  const whole = Number(limit);
  if (whole <= 0) return { used: 100, held: 0 };
  const usedShare = Math.min(100, (Number(used) / whole) * 100);
  return { used: usedShare, held: Math.min(100 - usedShare, (Number(held) / whole) * 100) };
}
