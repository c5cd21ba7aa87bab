/** A chat with any model that the person may use, through the gateway and at its prices. */
import { ActionIcon, Box, Drawer, Flex, Stack, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCoin, IconMessages, IconSettings } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { catalogQuery, cheapestModel, type CatalogModel } from "../../api/catalog.ts";
import { Answer } from "../../parts/answer.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import type { Conversation } from "./conversation.ts";
import { ConversationList } from "./conversation-list.tsx";
import { Credits } from "./credits.tsx";
import { conversationsQuery, useDesk, useOwner } from "./desk.ts";
import classes from "./chat.module.css";
import { Thread } from "./thread.tsx";

const route = getRouteApi("/chat");

export function ChatPage() {
  const conversations = useQuery(conversationsQuery(useOwner()));
  const catalog = useQuery(catalogQuery);
  return (
    <Stack gap="md">
      <Answer query={catalog}>
        {(models) => <Answer query={conversations}>{(all) => <Chat models={models} conversations={all} />}</Answer>}
      </Answer>
    </Stack>
  );
}

interface ChatProps {
  readonly models: readonly CatalogModel[];
  readonly conversations: readonly Conversation[];
}

function Chat({ models, conversations }: ChatProps) {
  const { conversation: shownId = null, model } = route.useSearch();
  const navigate = route.useNavigate();
  const desk = useDesk();
  const [listed, list] = useDisclosure(false);
  const [credited, credits] = useDisclosure(false);
  const [setting, settings] = useDisclosure(false);
  const shown = conversations.find(({ id }) => id === shownId) ?? null;
  const onDelete = (ids: readonly string[]): void => {
    for (const id of ids) desk.remove(id);
    if (shownId !== null && ids.includes(shownId)) void navigate({ search: {} });
  };
  const entries = (
    <ConversationList conversations={conversations} shownId={shownId} onChoose={list.close} onDelete={onDelete} />
  );
  const first = models.find((each) => each.model === model && each.allowed) ?? cheapestModel(models);
  const actions = (
    <>
      <Side label="Conversations" onClick={list.open} hiddenFrom="lg">
        <IconMessages size={18} aria-hidden />
      </Side>
      <Side label="Credits" onClick={credits.open} hiddenFrom="md">
        <IconCoin size={18} aria-hidden />
      </Side>
      {first === null ? null : (
        <Side label="Settings of this conversation" onClick={settings.open}>
          <IconSettings size={18} aria-hidden />
        </Side>
      )}
    </>
  );
  return (
    <>
      <PageHeader
        title="Chat"
        lead="With any model that you may use; each answer shows what it has cost."
        actions={actions}
      />
      <Flex gap="lg" align="flex-start">
        <Box visibleFrom="lg" w={240} pos="sticky" top={72} mah="calc(100dvh - 90px)" className={classes["list"]}>
          {entries}
        </Box>
        <Box style={{ flexGrow: 1, minWidth: 0 }}>
          {first === null ? (
            <EmptyState title="No model is open to you">
              Ask an administrator for an access policy that allows you one.
            </EmptyState>
          ) : (
            <Thread
              key={shown?.id ?? "new"}
              models={models}
              firstModel={first.model}
              conversation={shown}
              settingsOpened={setting}
              onSettingsClose={settings.close}
              onBegun={(id) => void navigate({ search: { conversation: id }, replace: true })}
            />
          )}
        </Box>
        <Box visibleFrom="md" w={250} pos="sticky" top={72} style={{ flexShrink: 0 }}>
          <Credits />
        </Box>
      </Flex>
      <Drawer opened={listed} onClose={list.close} title="Your conversations" position="left">
        {entries}
      </Drawer>
      <Drawer opened={credited} onClose={credits.close} title="Your money">
        <Credits />
      </Drawer>
    </>
  );
}

interface SideProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly hiddenFrom?: "md" | "lg";
  readonly children: ReactNode;
}

function Side({ label, children, ...look }: SideProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="lg" aria-label={label} {...look}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
