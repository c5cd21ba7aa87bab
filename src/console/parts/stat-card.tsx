/** One figure of a page's head. */
import { Paper, Skeleton, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface StatCardProps {
  readonly label: string;
  /** Undefined: still loading. */
  readonly value: ReactNode;
  readonly note?: ReactNode;
}

export function StatCard({ label, value, note }: StatCardProps) {
  return (
    <Paper withBorder p="md" component="section" aria-label={label}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      {value === undefined ? (
        <Skeleton height={32} my={4} width="70%" />
      ) : (
        <Text size="xl" fw={700} style={{ fontVariantNumeric: "tabular-nums", overflowWrap: "anywhere" }}>
          {value}
        </Text>
      )}
      {note === undefined ? null : (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Paper>
  );
}
