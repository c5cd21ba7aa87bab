/** Gives a seat to a member who has none. */
import { Modal, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { api, read } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { seatlessQuery } from "./queries.ts";

const formSchema = z.object({ member_id: z.string().min(1, "Choose a member.") });

type FormValues = z.output<typeof formSchema>;

interface GiveSeatDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function GiveSeatDialog({ opened, onClose }: GiveSeatDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Give a seat">
      <GiveSeatForm onClose={onClose} />
    </Modal>
  );
}

function GiveSeatForm({ onClose }: Omit<GiveSeatDialogProps, "opened">) {
  const members = useQuery(seatlessQuery);
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, { member_id: "" });
  const { submit, isPending, error } = useChange({
    change: async ({ member_id: id }: FormValues, headers) =>
      read(api.PUT("/v1/members/{id}/seat", { params: { path: { id } }, headers })),
    invalidates: [["members"], ["wallets"]],
    done: "The seat is given.",
    onDone: onClose,
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Text size="sm">
          The first credit is granted at once, or next month when this month&apos;s grants of the plan are used up.
        </Text>
        <Select
          label="Member"
          placeholder="Who has no seat yet"
          searchable
          data-autofocus
          nothingFoundMessage="Every member has a seat."
          data={(members.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps("member_id")}
        />
        <FormEnd error={error} verb="Give" isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
