/** One conversation: its turns, and where the next prompt is written. */
import { Box, Group, Stack, VisuallyHidden } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { useCallback, useEffect, useRef, useState } from "react";
import type { CatalogModel } from "../../api/catalog.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Composer } from "./composer.tsx";
import { DEFAULT_MAX_OUTPUT_TOKENS, type Answer, type Conversation, type Setup, type Turn } from "./conversation.ts";
import { LowFunds } from "./credits.tsx";
import { useDesk } from "./desk.ts";
import { ModelFacts, ModelPicker } from "./model-picker.tsx";
import { endpointFor } from "./request.ts";
import { SettingsDialog } from "./settings-dialog.tsx";
import { TurnView } from "./turn-view.tsx";

interface ThreadProps {
  readonly models: readonly CatalogModel[];
  /** Of a new conversation. */
  readonly firstModel: string;
  /** Null: a new one. */
  readonly conversation: Conversation | null;
  readonly settingsOpened: boolean;
  readonly onSettingsClose: () => void;
  readonly onBegun: (id: string) => void;
}

export function Thread({ models, firstModel, conversation, settingsOpened, onSettingsClose, onBegun }: ThreadProps) {
  const desk = useDesk();
  const [draft, setDraft] = useState<Omit<Setup, "model"> & { readonly model: string | null }>({
    model: null,
    endpoint: null,
    systemPrompt: "",
    maxOutputTokens: DEFAULT_MAX_OUTPUT_TOKENS,
  });
  const setup: Setup = conversation ?? { ...draft, model: draft.model ?? firstModel };
  const model = models.find((each) => each.model === setup.model) ?? null;
  const turns = conversation?.turns ?? [];
  const running = turns.find(({ answer }) => answer.state === "streaming") ?? null;
  const change = (changed: Partial<Setup>): void => {
    if (conversation === null) setDraft((before) => ({ ...before, ...changed }));
    else desk.change(conversation.id, changed);
  };
  const onSend = (prompt: string): void => {
    if (model === null) return;
    const endpoint = endpointFor(model.endpoints, setup.endpoint);
    if (conversation === null) onBegun(desk.begin(setup, endpoint, prompt));
    else desk.ask(conversation.id, endpoint, prompt);
  };
  const stop = (): void => {
    if (running !== null) desk.stop(running.id);
  };
  useWindowEvent("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) stop();
  });
  const id = conversation?.id;
  const { endpoint: chosen } = setup;
  const onRepeat = useCallback(
    (turnId: string, maxOutputTokens?: number) => {
      if (id === undefined || model === null) return;
      desk.repeat(id, turnId, endpointFor(model.endpoints, chosen), maxOutputTokens);
    },
    [chosen, desk, id, model],
  );
  return (
    <Stack gap="md" mih="calc(100dvh - 200px)">
      <Stack gap={4}>
        <ModelPicker models={models} value={setup.model} onChange={(name) => change({ model: name, endpoint: null })} />
        {model === null ? null : <ModelFacts of={model} />}
      </Stack>
      <LowFunds />
      <Box style={{ flexGrow: 1 }}>
        {conversation === null ? (
          <EmptyState title="What would you like to know?">
            The request is charged as one of yours, and held against your credits while it runs. The conversation stays
            in this browser.
          </EmptyState>
        ) : (
          <Stack gap="lg" component="ol" p={0} m={0} style={{ listStyle: "none" }} aria-label="Conversation">
            {turns.map((turn) => (
              <TurnView
                key={turn.id}
                conversationId={conversation.id}
                turn={turn}
                desk={desk}
                isLast={turn === turns.at(-1)}
                onRepeat={onRepeat}
              />
            ))}
          </Stack>
        )}
      </Box>
      <FollowedEnd of={turns.at(-1) ?? null} />
      <Group pos="sticky" bottom={0} py="xs" bg="var(--mantine-color-body)" grow>
        <Composer isAnswering={running !== null} obstacle={obstacleOf(setup, model)} onSend={onSend} onStop={stop} />
      </Group>
      <Announcer of={turns.at(-1)?.answer ?? null} />
      <SettingsDialog
        opened={settingsOpened}
        onClose={onSettingsClose}
        setup={setup}
        endpoints={model?.endpoints ?? []}
        onSave={change}
      />
    </Stack>
  );
}

function obstacleOf(setup: Setup, model: CatalogModel | null): string | null {
  if (model === null) return `${setup.model} is no longer in the catalog. Choose another model.`;
  return model.allowed ? null : "You may not use this model. Choose another one.";
}

const NEAR_PX = 160;
const COMPOSER_PX = 110;

/** Keeps the growing end in sight for whoever has not scrolled away from it. */
function FollowedEnd({ of }: { readonly of: Turn | null }) {
  const end = useRef<HTMLDivElement>(null);
  const turnId = of?.id ?? null;
  useEffect(() => {
    if (turnId !== null) end.current?.scrollIntoView({ block: "end" });
  }, [turnId]);
  const length = of?.answer.text.length ?? 0;
  useEffect(() => {
    const { scrollHeight } = document.documentElement;
    if (length > 0 && window.scrollY + window.innerHeight > scrollHeight - NEAR_PX) {
      end.current?.scrollIntoView({ block: "end" });
    }
  }, [length]);
  // The composer lies over the last lines of the window.
  return <div ref={end} style={{ scrollMarginBottom: COMPOSER_PX }} />;
}

/** What a screen reader says: that an answer comes, and the answer once it is there. Refusals speak for themselves. */
function Announcer({ of }: { readonly of: Answer | null }) {
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {of === null ? "" : announce(of)}
    </VisuallyHidden>
  );
}

function announce({ state, text, model }: Answer): string {
  switch (state) {
    case "streaming":
      return `${model} is answering.`;
    case "done":
    case "cut":
      return `${model}: ${text}`;
    case "stopped":
      return "The answer was stopped.";
    case "broken":
      return "The answer broke off.";
    case "refused":
      return "";
  }
}
