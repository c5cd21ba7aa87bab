/** The people with the platform role. */
import { Button, Modal, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { confirmChange } from "../../parts/confirm.tsx";
import { columnsOf } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { FormEnd } from "../../parts/form-end.tsx";
import { ListAnswer } from "../../parts/list-answer.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PlatformOnly } from "../../parts/platform-only.tsx";
import { Time } from "../../parts/time.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { administratorsQuery } from "./queries.ts";

type Administrator = Wire<"Administrator">;

const route = getRouteApi("/platform/administrators");
const column = columnsOf<Administrator>();

const COLUMNS = [
  column.display({ id: "name", header: "Name", cell: ({ row }) => row.original.name }),
  column.display({ id: "email", header: "E-mail", cell: ({ row }) => row.original.email }),
  column.display({ id: "since", header: "Since", cell: ({ row }) => <Time at={row.original.created_at} /> }),
  column.display({ id: "actions", header: "Actions", cell: ({ row }) => <RemoveButton of={row.original} /> }),
];

export function AdministratorsPage() {
  return (
    <PlatformOnly title="Administrators">
      <Stack gap="lg">
        <PageHeader title="Administrators" lead="People whose session reaches everything of the platform." />
        <Administrators />
      </Stack>
    </PlatformOnly>
  );
}

function Administrators() {
  const { pages } = route.useSearch();
  const navigate = route.useNavigate();
  const administrators = useQuery(administratorsQuery(pages));
  const [adding, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} style={{ alignSelf: "flex-start" }}>
        Add administrator
      </Button>
      <ListAnswer
        query={administrators}
        caption="Administrators"
        columns={COLUMNS}
        rowId={(administrator) => administrator.user_id}
        pages={pages}
        onPages={(turned) => void navigate({ search: { pages: turned } })}
        empty={<EmptyState title="Nobody">Whoever has the deployment&apos;s token can claim the role.</EmptyState>}
      />
      <Modal opened={adding} onClose={close} title="Add administrator">
        <AddForm onClose={close} />
      </Modal>
    </>
  );
}

const formSchema = z.object({ email: z.email("Write an e-mail address.") });

type FormValues = z.output<typeof formSchema>;

function AddForm({ onClose }: { readonly onClose: () => void }) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, { email: "" });
  const { submit, isPending, error } = useChange({
    change: async (body: FormValues, headers) => read(api.POST("/v1/admin/administrators", { body, headers })),
    invalidates: [["platform"]],
    done: "The person is a platform administrator.",
    onDone: onClose,
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label="E-mail"
          description="Of somebody who has signed up and verified the address."
          type="email"
          required
          data-autofocus
          {...form.getInputProps("email")}
        />
        <FormEnd error={error} verb="Add" isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

function RemoveButton({ of }: { readonly of: Administrator }) {
  const { user } = useSession();
  const { submit, isPending } = useChange({
    change: async (id: string, headers) =>
      read(api.DELETE("/v1/admin/administrators/{id}", { params: { path: { id } }, headers })),
    invalidates: [["session"], ["platform"]],
    done: `${of.name} is no platform administrator any more.`,
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={isPending}
      aria-label={`Remove ${of.name}`}
      onClick={() =>
        confirmChange({
          title: `Take the platform role from ${user.id === of.user_id ? "yourself" : of.name}?`,
          consequence: "From the next request on. The last administrator keeps the role.",
          verb: "Take",
          onConfirm: () => submit(of.user_id),
        })
      }
    >
      Remove
    </Button>
  );
}
