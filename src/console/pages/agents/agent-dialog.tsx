/** The name and tags of an agent, new or not. */
import { Modal, Stack, TagsInput, TextInput } from "@mantine/core";
import { z } from "zod";
import { api, read } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import type { Agent } from "./queries.ts";

const formSchema = z.object({
  name: z.string().trim().min(1, "Give the agent a name.").max(200, "At most 200 characters."),
  tags: z.array(z.string()),
});

interface AgentDialogProps {
  /** Null: a new one. */
  readonly agent: Agent | null;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onSaved: (agent: Agent) => void;
}

export function AgentDialog({ opened, ...props }: AgentDialogProps) {
  return (
    <Modal opened={opened} onClose={props.onClose} title={props.agent === null ? "Create agent" : "Change agent"}>
      <AgentForm {...props} />
    </Modal>
  );
}

function AgentForm({ agent, onClose, onSaved }: Omit<AgentDialogProps, "opened">) {
  const { form, showFailure } = useChangeForm<z.output<typeof formSchema>>(formSchema, {
    name: agent?.name ?? "",
    tags: agent?.tags ?? [],
  });
  const { submit, isPending, error } = useChange({
    change: async (body: z.output<typeof formSchema>, headers) => {
      if (agent === null) return read(api.POST("/v1/agents", { body, headers }));
      return read(api.PATCH("/v1/agents/{id}", { params: { path: { id: agent.id } }, body, headers }));
    },
    invalidates: [["agents"]],
    done: agent === null ? "The agent is created." : "The agent is changed.",
    onDone: (saved) => {
      onClose();
      onSaved(saved);
    },
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" placeholder="Researcher" data-autofocus required {...form.getInputProps("name")} />
        <TagsInput
          label="Tags"
          description="Access policies and budgets can name them."
          placeholder="environment:production"
          {...form.getInputProps("tags")}
        />
        <FormEnd error={error} verb={agent === null ? "Create" : "Save"} isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
