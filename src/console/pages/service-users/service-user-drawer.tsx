/** One service user: its limits and its keys. */
import { Button, Drawer, Group, Modal, Stack, Table, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { Answer } from "../../parts/answer.tsx";
import { confirmChange } from "../../parts/confirm.tsx";
import { Copy } from "../../parts/copy.tsx";
import { Facts, Section } from "../../parts/facts.tsx";
import { FormEnd } from "../../parts/form-end.tsx";
import { sayLimits } from "../../parts/rate-limits.tsx";
import { SecretDialog, type NewSecret } from "../../parts/secret-dialog.tsx";
import { Tags } from "../../parts/tags.tsx";
import { Time } from "../../parts/time.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { serviceUserKeysQuery, serviceUserQuery } from "./queries.ts";

interface ServiceUserDrawerProps {
  /** Null: closed. */
  readonly id: string | null;
  readonly onClose: () => void;
}

export function ServiceUserDrawer({ id, onClose }: ServiceUserDrawerProps) {
  return (
    <Drawer opened={id !== null} onClose={onClose} title="Service user" size="lg">
      {id === null ? null : <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { readonly id: string }) {
  const user = useQuery(serviceUserQuery(id));
  return (
    <Answer query={user}>
      {(data) => (
        <Stack gap="lg">
          <Section title={data.name}>
            <Facts
              rows={[
                ["Id", <Copy key="id" what="service user id" text={data.id} />],
                ["Tags", <Tags key="tags" of={data.tags} />],
                ["Rate limits", sayLimits(data.rate_limits)],
                ["Created", <Time key="created" at={data.created_at} />],
              ]}
            />
          </Section>
          <Section title="Keys">
            <Keys of={data} />
          </Section>
        </Stack>
      )}
    </Answer>
  );
}

function Keys({ of }: { readonly of: Wire<"LimitedRecord"> }) {
  const keys = useQuery(serviceUserKeysQuery(of.id));
  const mayChange = useMay("org:admin");
  const [creating, { open, close }] = useDisclosure(false);
  const [secret, setSecret] = useState<NewSecret | null>(null);
  return (
    <Stack gap="sm">
      {mayChange ? (
        <Group>
          <Button variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={open}>
            Create key
          </Button>
        </Group>
      ) : null}
      <Answer query={keys}>
        {({ data }) =>
          data.length === 0 ? (
            <Text size="sm" c="dimmed">
              None yet: without a key it can send nothing.
            </Text>
          ) : (
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">Name</Table.Th>
                  <Table.Th scope="col">Token</Table.Th>
                  <Table.Th scope="col">Status</Table.Th>
                  <Table.Th scope="col">Last used</Table.Th>
                  <Table.Th scope="col">Actions</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map((key) => (
                  <Table.Tr key={key.id}>
                    <Table.Td>{key.name}</Table.Td>
                    <Table.Td>…{key.hint}</Table.Td>
                    <Table.Td>{key.status}</Table.Td>
                    <Table.Td>{key.last_used_at === null ? "never" : <Time at={key.last_used_at} />}</Table.Td>
                    <Table.Td>
                      <RevokeButton of={key} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Answer>
      <Modal opened={creating} onClose={close} title={`Create a key of ${of.name}`}>
        <CreateKeyForm of={of} onClose={close} onIssued={setSecret} />
      </Modal>
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </Stack>
  );
}

function RevokeButton({ of }: { readonly of: Wire<"ListedKey"> }) {
  const mayChange = useMay("org:admin");
  const { submit, isPending } = useChange({
    change: async (id: string, headers) =>
      read(api.POST("/v1/keys/{id}/revoke", { params: { path: { id } }, headers })),
    invalidates: [["keys"]],
    done: `The key “${of.name}” is revoked.`,
  });
  if (!mayChange || of.status === "revoked") return "–";
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={isPending}
      aria-label={`Revoke ${of.name}`}
      onClick={() =>
        confirmChange({
          title: `Revoke the key “${of.name}”?`,
          consequence: "Requests with it are refused from now on. This cannot be undone.",
          verb: "Revoke",
          onConfirm: () => submit(of.id),
        })
      }
    >
      Revoke
    </Button>
  );
}

const keyFormSchema = z.object({
  name: z.string().trim().min(1, "Give the key a name.").max(200, "At most 200 characters."),
});

type KeyFormValues = z.output<typeof keyFormSchema>;

interface CreateKeyFormProps {
  readonly of: Wire<"LimitedRecord">;
  readonly onClose: () => void;
  readonly onIssued: (secret: NewSecret) => void;
}

function CreateKeyForm({ of, onClose, onIssued }: CreateKeyFormProps) {
  const { form, showFailure } = useChangeForm<KeyFormValues>(keyFormSchema, { name: "" });
  const { submit, isPending, error } = useChange({
    change: async ({ name }: KeyFormValues, headers) =>
      read(api.POST("/v1/keys", { body: { name, type: "gateway", service_user_id: of.id }, headers })),
    invalidates: [["keys"]],
    done: null,
    onDone: (key) => {
      onClose();
      onIssued({ title: `Token of ${key.name}`, what: "token", text: key.key });
    },
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Text size="sm">A key for model traffic. What it spends is the service user&apos;s.</Text>
        <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
        <FormEnd error={error} verb="Create" isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
