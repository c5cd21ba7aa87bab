/** The head of every page: its heading, the browser's title, what can be done there. */
import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface PageHeaderProps {
  readonly title: string;
  /** One sentence: what the page is for. */
  readonly lead?: ReactNode;
  /** Buttons. */
  readonly actions?: ReactNode;
}

export function PageHeader({ title, lead, actions }: PageHeaderProps) {
  return (
    <Group justify="space-between" align="flex-end" gap="md">
      <title>{`${title} · Keeptrusts Edge`}</title>
      <Stack gap={2}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {lead === undefined ? null : <Text c="dimmed">{lead}</Text>}
      </Stack>
      {actions === undefined ? null : <Group gap="sm">{actions}</Group>}
    </Group>
  );
}
