/** The form of a new key. */
import { Button, Group, Modal, SegmentedControl, Select, Stack, TextInput, Input, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { namesQuery } from "../../api/names.ts";
import { useMay, useOrganization } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";

const formSchema = z.object({
  name: z.string().trim().min(1, "Give the key a name.").max(200, "At most 200 characters."),
  type: z.enum(["gateway", "access"]),
  member_id: z.string().nullable(),
  team_id: z.string().nullable(),
  expires_in_days: z.enum(["never", "30", "90", "365"]),
});

type FormValues = z.output<typeof formSchema>;

const DAY_MS = 24 * 60 * 60 * 1_000;

interface CreateKeyDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onIssued: (key: Wire<"NewKey">) => void;
}

export function CreateKeyDialog({ opened, onClose, onIssued }: CreateKeyDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Create key">
      <CreateKeyForm onClose={onClose} onIssued={onIssued} />
    </Modal>
  );
}

function CreateKeyForm({ onClose, onIssued }: Omit<CreateKeyDialogProps, "opened">) {
  // Without it: a gateway key of one's own, for a team of one's own.
  const mayMakeAny = useMay("org:admin");
  const members = useQuery({ ...namesQuery("user"), enabled: mayMakeAny });
  const teams = useQuery(namesQuery("team"));
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    name: "",
    type: "gateway",
    member_id: useOrganization()?.member_id ?? null,
    team_id: null,
    expires_in_days: "never",
  });
  const { submit, isPending, error } = useChange({
    change: async (values: FormValues, headers) =>
      read(api.POST("/v1/keys", { body: bodyOf(values, Date.now()), headers })),
    invalidates: [["keys"]],
    done: null,
    onDone: (key) => {
      onClose();
      onIssued(key);
    },
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" placeholder="ci" data-autofocus required {...form.getInputProps("name")} />
        {mayMakeAny ? (
          <>
            <Input.Wrapper label="Type" labelElement="div">
              <SegmentedControl
                fullWidth
                aria-label="Type"
                data={[
                  { value: "gateway", label: "Gateway: model traffic" },
                  { value: "access", label: "Access: the API" },
                ]}
                {...form.getInputProps("type")}
              />
            </Input.Wrapper>
            <Select
              label="Member"
              description="Whose wallet pays, and whose spend it is."
              clearable
              searchable
              data={optionsOf(members.data)}
              {...form.getInputProps("member_id")}
            />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            A gateway key of your own: what is sent with it is charged to you.
          </Text>
        )}
        <Select
          label="Team"
          description="Its spend is charged to this team."
          clearable
          searchable
          data={optionsOf(teams.data)}
          {...form.getInputProps("team_id")}
        />
        <Select
          label="Expires"
          allowDeselect={false}
          data={[
            { value: "never", label: "Never" },
            { value: "30", label: "In 30 days" },
            { value: "90", label: "In 90 days" },
            { value: "365", label: "In a year" },
          ]}
          {...form.getInputProps("expires_in_days")}
        />
        {error === null ? null : <FailureNotice error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function bodyOf(values: FormValues, nowMs: number): Wire<"CreateKey"> {
  const { name, type, member_id: memberId, team_id: teamId, expires_in_days: days } = values;
  return {
    name,
    type,
    ...(memberId === null ? {} : { member_id: memberId }),
    ...(teamId === null ? {} : { team_id: teamId }),
    ...(days === "never" ? {} : { expires_at: new Date(nowMs + Number(days) * DAY_MS).toISOString() }),
  };
}

function optionsOf(names: ReadonlyMap<string, string> = new Map()) {
  return [...names].map(([value, name]) => ({ value, label: name === "" ? value : name }));
}
