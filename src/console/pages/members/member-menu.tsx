/** What can be done with a member: invite again, change, seat, remove. */
import { Menu, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMail, IconPencil, IconTrash } from "@tabler/icons-react";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { limitFields, limitsOf, limitValuesOf, RateLimitInputs } from "../../parts/rate-limits.tsx";
import { RemoveDialog } from "../../parts/remove-dialog.tsx";
import { RowMenu } from "../../parts/row-menu.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { ROLE_MEANINGS, ROLE_OPTIONS, ROLES } from "./roles.ts";

type Member = Wire<"Member">;

export function MemberMenu({ of }: { readonly of: Member }) {
  const mayChange = useMay("org:admin");
  const [editing, edit] = useDisclosure(false);
  const [removing, removal] = useDisclosure(false);
  const { submit: invite } = useChange({
    change: async (id: string, headers) =>
      read(api.POST("/v1/members/{id}/invite", { params: { path: { id } }, headers })),
    invalidates: [["members"]],
    done: `Another invitation goes to ${of.email}.`,
  });
  if (!mayChange) return "–";
  const { status } = of.invitation;
  return (
    <>
      <RowMenu of={of.name}>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={edit.open}>
          Change
        </Menu.Item>
        {status === "accepted" ? null : (
          <Menu.Item leftSection={<IconMail size={16} aria-hidden />} onClick={() => invite(of.id)}>
            {status === "none" ? "Send an invitation" : "Invite again"}
          </Menu.Item>
        )}
        <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={removal.open}>
          Remove
        </Menu.Item>
      </RowMenu>
      <Modal opened={editing} onClose={edit.close} title={`Change ${of.name}`}>
        <MemberForm of={of} onClose={edit.close} />
      </Modal>
      <RemoveDialog
        name={removing ? of.name : null}
        verb="Remove"
        consequence="The member's keys, seat and sessions with this organization end at once. What they spent stays in the logs."
        remove={async (reclaim, headers) =>
          read(api.DELETE("/v1/members/{id}", { params: { path: { id: of.id }, query: { reclaim } }, headers }))
        }
        invalidates={[["members"], ["keys"], ["teams"]]}
        onClose={removal.close}
      />
    </>
  );
}

const formSchema = z.object({
  name: z.string().trim().min(1, "Give a name.").max(200, "At most 200 characters."),
  role: z.enum(ROLES),
  ...limitFields,
});

type FormValues = z.output<typeof formSchema>;

function MemberForm({ of, onClose }: { readonly of: Member; readonly onClose: () => void }) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    name: of.name,
    role: of.role,
    ...limitValuesOf(of.rate_limits),
  });
  const { submit, isPending, error } = useChange({
    change: async (values: FormValues, headers) =>
      read(
        api.PATCH("/v1/members/{id}", {
          params: { path: { id: of.id } },
          body: { name: values.name, role: values.role, rate_limits: limitsOf(values) },
          headers,
        }),
      ),
    invalidates: [["members"], ["session"]],
    done: "The member is changed.",
    onDone: onClose,
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
        <Select
          label="Role"
          description={ROLE_MEANINGS[form.values.role]}
          allowDeselect={false}
          data={ROLE_OPTIONS}
          {...form.getInputProps("role")}
        />
        <RateLimitInputs propsOf={(field) => form.getInputProps(field)} />
        <FormEnd error={error} verb="Save" isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
