/** The conversations that this browser keeps. */
import { ActionIcon, Button, Group, Menu, NavLink, Stack, Text, Title } from "@mantine/core";
import { IconDots, IconDownload, IconMessage, IconPlus, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { confirmChange } from "../../parts/confirm.tsx";
import { formatTime } from "../../parts/format.ts";
import { saveFile } from "../../parts/save-file.ts";
import classes from "./chat.module.css";
import type { Conversation } from "./conversation.ts";

interface ConversationListProps {
  readonly conversations: readonly Conversation[];
  readonly shownId: string | null;
  readonly onChoose: () => void;
  /** Of one or of all. */
  readonly onDelete: (ids: readonly string[]) => void;
}

export function ConversationList({ conversations, shownId, onChoose, onDelete }: ConversationListProps) {
  const askToDeleteAll = (): void =>
    confirmChange({
      title: "Delete every conversation?",
      consequence: "They are only in this browser, so they are gone for good. What they have cost stays in Spend.",
      verb: "Delete all",
      onConfirm: () => onDelete(conversations.map(({ id }) => id)),
    });
  return (
    <Stack gap="xs" component="nav" aria-label="Conversations">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h5">
          Conversations
        </Title>
        {conversations.length === 0 ? null : (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label="Actions of all conversations">
                <IconDots size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={() => exportAll(conversations)}>
                Export all
              </Menu.Item>
              <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={askToDeleteAll}>
                Delete all
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/chat" {...props} />}
        onClick={onChoose}
      >
        New conversation
      </Button>
      {conversations.map((conversation) => (
        <Entry
          key={conversation.id}
          of={conversation}
          isShown={conversation.id === shownId}
          onChoose={onChoose}
          onDelete={() => onDelete([conversation.id])}
        />
      ))}
      <Text size="xs" c="dimmed">
        Kept in this browser alone, for you in this organization.
      </Text>
    </Stack>
  );
}

interface EntryProps {
  readonly of: Conversation;
  readonly isShown: boolean;
  readonly onChoose: () => void;
  readonly onDelete: () => void;
}

function Entry({ of, isShown, onChoose, onDelete }: EntryProps) {
  const askToDelete = (): void =>
    confirmChange({
      title: `Delete “${of.title}”?`,
      consequence: "It is only in this browser, so it is gone for good. What it has cost stays in Spend.",
      verb: "Delete",
      onConfirm: onDelete,
    });
  return (
    <Group gap={0} wrap="nowrap">
      <NavLink
        renderRoot={(props) => <Link to="/chat" search={{ conversation: of.id }} {...props} />}
        label={of.title}
        title={formatTime(of.updatedAt)}
        leftSection={<IconMessage size={16} aria-hidden />}
        active={isShown}
        aria-current={isShown ? "page" : undefined}
        onClick={onChoose}
        className={classes["entry"]}
        noWrap
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${of.title}`}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={() => exportAll([of])}>
            Export
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={askToDelete}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function exportAll(conversations: readonly Conversation[]): void {
  const text = JSON.stringify({ conversations }, null, 2);
  saveFile(new Blob([text], { type: "application/json" }), "conversations.json");
}
