/** Where prompts are written. Enter sends, Shift+Enter begins a line, Escape stops an answer. */
import { ActionIcon, Group, Paper, Text, Textarea, Tooltip } from "@mantine/core";
import { IconArrowUp, IconPlayerStopFilled } from "@tabler/icons-react";
import { useRef, useState, type KeyboardEvent } from "react";

interface ComposerProps {
  readonly isAnswering: boolean;
  /** Why nothing can be sent; null: it can. */
  readonly obstacle: string | null;
  readonly onSend: (prompt: string) => void;
  readonly onStop: () => void;
}

export function Composer({ isAnswering, obstacle, onSend, onStop }: ComposerProps) {
  const [prompt, setPrompt] = useState("");
  const input = useRef<HTMLTextAreaElement>(null);
  const canSend = !isAnswering && obstacle === null && prompt.trim() !== "";
  const submit = (): void => {
    if (!canSend) return;
    onSend(prompt.trim());
    setPrompt("");
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter also ends what an input method composes.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <Paper withBorder p="xs" radius="md" shadow="sm">
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <Textarea
          ref={input}
          aria-label="Prompt"
          aria-describedby="prompt-help"
          placeholder="Write a prompt"
          variant="unstyled"
          autosize
          minRows={1}
          maxRows={10}
          style={{ flexGrow: 1 }}
          px="xs"
          autoFocus
          value={prompt}
          onChange={(event) => setPrompt(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {isAnswering ? (
          <Tooltip label="Stop (Esc)">
            <ActionIcon size="lg" radius="xl" color="red" aria-label="Stop" onClick={onStop}>
              <IconPlayerStopFilled size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        ) : (
          <Tooltip label="Send (Enter)">
            <ActionIcon size="lg" radius="xl" aria-label="Send" disabled={!canSend} onClick={submit}>
              <IconArrowUp size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      <Text id="prompt-help" size="xs" c="dimmed" px="xs">
        {obstacle ?? "Enter sends, Shift+Enter begins a line, Esc stops the answer."}
      </Text>
    </Paper>
  );
}
