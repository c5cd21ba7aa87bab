/** How a conversation asks: system prompt, output limit, endpoint. */
import { Button, Group, Modal, NumberInput, Select, Stack, Textarea } from "@mantine/core";
import { z } from "zod";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { ENDPOINTS, LEAST_OUTPUT_TOKENS, type ChatEndpoint, type Setup } from "./conversation.ts";
import { PATHS } from "./request.ts";

const MAX_SYSTEM_PROMPT = 100_000;
const MOST_OUTPUT_TOKENS = 1_000_000;

const formSchema = z.object({
  systemPrompt: z.string().max(MAX_SYSTEM_PROMPT, "At most 100,000 characters."),
  maxOutputTokens: z
    .int("A whole number.")
    .min(LEAST_OUTPUT_TOKENS, `At least ${LEAST_OUTPUT_TOKENS}.`)
    .max(MOST_OUTPUT_TOKENS, "At most a million."),
  endpoint: z.enum(ENDPOINTS).nullable(),
});
type FormValues = z.output<typeof formSchema>;

interface SettingsDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly setup: Setup;
  /** Those that the model has. */
  readonly endpoints: readonly ChatEndpoint[];
  readonly onSave: (changed: FormValues) => void;
}

export function SettingsDialog({ opened, onClose, ...form }: SettingsDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Settings of this conversation">
      <SettingsForm {...form} onClose={onClose} />
    </Modal>
  );
}

function SettingsForm({ setup, endpoints, onSave, onClose }: Omit<SettingsDialogProps, "opened">) {
  const { form } = useChangeForm<FormValues>(formSchema, {
    systemPrompt: setup.systemPrompt,
    maxOutputTokens: setup.maxOutputTokens,
    endpoint: setup.endpoint,
  });
  const save = (values: FormValues): void => {
    onSave(formSchema.parse(values));
    onClose();
  };
  return (
    <form noValidate onSubmit={form.onSubmit(save)}>
      <Stack>
        <Textarea
          label="System prompt"
          description="Sent before every prompt; it is part of the input that is charged."
          placeholder="You answer briefly."
          autosize
          minRows={3}
          maxRows={12}
          data-autofocus
          {...form.getInputProps("systemPrompt")}
        />
        <NumberInput
          label="Output limit"
          description="The most tokens of an answer. What they may cost is held until it has ended."
          min={LEAST_OUTPUT_TOKENS}
          max={MOST_OUTPUT_TOKENS}
          step={1_024}
          allowDecimal={false}
          thousandSeparator=","
          clampBehavior="none"
          {...form.getInputProps("maxOutputTokens")}
        />
        <Select
          label="Endpoint"
          description="Where the model has several."
          placeholder="The model's first"
          clearable
          disabled={endpoints.length < 2}
          data={endpoints.map((endpoint) => ({ value: endpoint, label: PATHS[endpoint] }))}
          {...form.getInputProps("endpoint")}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit">Save</Button>
        </Group>
      </Stack>
    </form>
  );
}
