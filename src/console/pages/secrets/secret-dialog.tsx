/** The form that stores a secret, or another value of one. */
import { Modal, PasswordInput, Stack, TextInput } from "@mantine/core";
import { z } from "zod";
import { api, read } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";

const formSchema = z.object({
  name: z
    .string()
    .max(128, "At most 128 characters.")
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, "Letters, digits, _, - and ., and no - or . in front."),
  value: z
    .string()
    .min(1, "Paste the credential.")
    .max(8_192, "At most 8 KiB.")
    .regex(/^[\x21-\x7e]*$/, "Without spaces, line ends and other characters than ASCII."),
});

type SecretForm = z.output<typeof formSchema>;

interface SecretDialogProps {
  readonly opened: boolean;
  /** Whose value is replaced; null: a new secret. */
  readonly name: string | null;
  readonly onClose: () => void;
}

export function SecretDialog({ opened, name, onClose }: SecretDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={name === null ? "Store secret" : `Replace the value of ${name}`}>
      <SecretFields name={name} onClose={onClose} />
    </Modal>
  );
}

function SecretFields({ name, onClose }: Omit<SecretDialogProps, "opened">) {
  const { form, showFailure } = useChangeForm<SecretForm>(formSchema, { name: name ?? "", value: "" });
  const { submit, isPending, error } = useChange({
    change: async ({ name: to, value }: SecretForm, headers) =>
      read(api.PUT("/v1/secrets/{name}", { params: { path: { name: to } }, body: { value }, headers })),
    invalidates: [["secrets"], ["gateways", "lint"]],
    done: "The secret is stored. It is in force within 30 seconds.",
    onDone: onClose,
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        {name === null ? (
          <TextInput
            label="Name"
            description="A secret of the same name gets the new value."
            placeholder="azure-eu"
            data-autofocus
            required
            {...form.getInputProps("name")}
          />
        ) : null}
        <PasswordInput
          label="Value"
          description="The credential alone. It is never shown again."
          autoComplete="off"
          required
          visibilityToggleButtonProps={{ "aria-label": "Show the value" }}
          {...form.getInputProps("value")}
        />
        <FormEnd error={error} verb="Store" isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
