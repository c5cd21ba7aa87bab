/** The form of a new member. */
import { Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { limitFields, limitsOf, limitValuesOf, RateLimitInputs } from "../../parts/rate-limits.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { ROLE_MEANINGS, ROLE_OPTIONS, ROLES } from "./roles.ts";

const formSchema = z.object({
  email: z.email("Write an e-mail address."),
  name: z.string().trim().max(200, "At most 200 characters."),
  role: z.enum(ROLES),
  ...limitFields,
});

type FormValues = z.output<typeof formSchema>;

interface InviteDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function InviteDialog({ opened, onClose }: InviteDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Invite member">
      <InviteForm onClose={onClose} />
    </Modal>
  );
}

function InviteForm({ onClose }: Omit<InviteDialogProps, "opened">) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    email: "",
    name: "",
    role: "member",
    ...limitValuesOf(null),
  });
  const { submit, isPending, error } = useChange({
    change: async (values: FormValues, headers) => read(api.POST("/v1/members", { body: bodyOf(values), headers })),
    invalidates: [["members"]],
    done: "The member is added. The invitation is on its way where this gateway sends mail.",
    onDone: onClose,
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Text size="sm">
          The person is a member at once; whoever signs in with the address becomes it. A mail tells them where.
        </Text>
        <TextInput label="E-mail" type="email" data-autofocus required {...form.getInputProps("email")} />
        <TextInput label="Name" description="Empty: the address." {...form.getInputProps("name")} />
        <Select
          label="Role"
          description={ROLE_MEANINGS[form.values.role]}
          allowDeselect={false}
          data={ROLE_OPTIONS}
          {...form.getInputProps("role")}
        />
        <RateLimitInputs propsOf={(field) => form.getInputProps(field)} />
        <FormEnd error={error} verb="Invite" isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

function bodyOf(values: FormValues): Wire<"NewMember"> {
  const { email, name, role } = values;
  return { email, role, ...(name === "" ? {} : { name }), rate_limits: limitsOf(values) };
}
