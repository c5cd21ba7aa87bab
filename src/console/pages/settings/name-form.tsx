/** The organization's name. */
import { TextInput } from "@mantine/core";
import { z } from "zod";
import { api, read } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { SettingsForm } from "./settings-form.tsx";

const formSchema = z.object({
  name: z.string().trim().min(1, "Give the organization a name.").max(200, "At most 200 characters."),
});

type FormValues = z.output<typeof formSchema>;

export function NameForm({ name, isEditable }: { readonly name: string; readonly isEditable: boolean }) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, { name });
  const { submit, isPending, error } = useChange({
    change: async (body: FormValues, headers) => read(api.PATCH("/v1/organization", { body, headers })),
    invalidates: [["organization"], ["session"]],
    done: "The organization is renamed.",
    onFailure: showFailure,
  });
  return (
    <SettingsForm
      label="Name"
      isEditable={isEditable}
      isPending={isPending}
      error={error}
      onSubmit={form.onSubmit(submit)}
    >
      <TextInput label="Name" required {...form.getInputProps("name")} />
    </SettingsForm>
  );
}
