/** The form of a webhook. */
import { MultiSelect, Stack, TextInput } from "@mantine/core";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useChange, type ChangeHeaders } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { NOTIFICATION_TYPES, type NotificationType } from "../../parts/notification-text.ts";
import type { NewSecret } from "../../parts/secret-dialog.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";

const formSchema = z.object({
  name: z.string().trim().min(1, "Give the webhook a name.").max(200, "At most 200 characters."),
  url: z.url("Write an address, https://…").max(2_048, "At most 2,048 characters."),
  events: z.array(z.custom<NotificationType>(isType)),
});

type FormValues = z.output<typeof formSchema>;

function isType(word: unknown): word is NotificationType {
  return typeof word === "string" && Object.hasOwn(NOTIFICATION_TYPES, word);
}

interface WebhookFormProps {
  /** Null: a new one. */
  readonly of: Wire<"Webhook"> | null;
  readonly onClose: () => void;
  readonly onSecret: (secret: NewSecret) => void;
}

export function WebhookForm({ of, onClose, onSecret }: WebhookFormProps) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    name: of?.name ?? "",
    url: of?.url ?? "",
    events: of?.events ?? [],
  });
  const { submit, isPending, error } = useChange({
    change: async (values: FormValues, headers) => save(of, values, headers),
    invalidates: [["webhooks"]],
    done: of === null ? null : "The webhook is changed.",
    onDone: (secret) => {
      onClose();
      if (secret !== null) onSecret(secret);
    },
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
        <TextInput
          label="Address"
          description="Public and https; it answers 2xx within 15 seconds."
          placeholder="https://hooks.acme.example/keeptrusts"
          required
          {...form.getInputProps("url")}
        />
        <MultiSelect
          label="Events"
          description="None chosen: all, also those that are added later."
          placeholder="All"
          searchable
          clearable
          data={Object.entries(NOTIFICATION_TYPES).map(([value, label]) => ({ value, label: `${value}: ${label}` }))}
          {...form.getInputProps("events")}
        />
        <FormEnd error={error} verb={of === null ? "Create" : "Save"} isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

/** The signing secret of a new one. */
async function save(of: Wire<"Webhook"> | null, body: FormValues, headers: ChangeHeaders): Promise<NewSecret | null> {
  if (of !== null) {
    await read(api.PATCH("/v1/webhooks/{id}", { params: { path: { id: of.id } }, body, headers }));
    return null;
  }
  const made = await read(api.POST("/v1/webhooks", { body, headers }));
  return { title: `Signing secret of ${made.name}`, what: "signing secret", text: made.secret };
}
