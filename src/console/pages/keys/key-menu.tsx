/** What can be done with a key: rotate with overlap, revoke. */
import { ActionIcon, Button, Group, Menu, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconRefresh, IconBan } from "@tabler/icons-react";
import { useState } from "react";
import { api, read, type Wire } from "../../api/client.ts";
import { useMay, useOrganization } from "../../api/session.ts";
import { useChange } from "../../api/use-change.ts";
import { confirmChange } from "../../parts/confirm.tsx";

type Key = Wire<"Key">;

interface KeyMenuProps {
  readonly of: Key;
  readonly onIssued: (key: Wire<"NewKey">) => void;
}

export function KeyMenu({ of, onIssued }: KeyMenuProps) {
  const mayChangeAny = useMay("org:admin");
  const memberId = useOrganization()?.member_id;
  const isOwn = of.member_id !== null && of.member_id === memberId;
  const mayChange = mayChangeAny || isOwn;
  // Without the capability only such keys can be rotated as their member could have made.
  const mayRotate = mayChangeAny || (of.type === "gateway" && of.tags.length === 0 && of.capabilities.length === 0);
  const [rotating, { open, close }] = useDisclosure(false);
  const { submit: revoke } = useChange({
    change: async (id: string, headers) =>
      read(api.POST("/v1/keys/{id}/revoke", { params: { path: { id } }, headers })),
    invalidates: [["keys"]],
    done: `The key “${of.name}” is revoked.`,
  });
  if (!mayChange || of.status === "revoked") return "–";
  const askToRevoke = (): void =>
    confirmChange({
      title: `Revoke the key “${of.name}”?`,
      consequence: "Requests with it are refused from now on. This cannot be undone; its spend stays in the logs.",
      verb: "Revoke",
      onConfirm: () => revoke(of.id),
    });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions of ${of.name}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayRotate ? (
            <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={open}>
              Rotate
            </Menu.Item>
          ) : null}
          <Menu.Item color="red" leftSection={<IconBan size={16} aria-hidden />} onClick={askToRevoke}>
            Revoke
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RotateDialog of={of} opened={rotating} onClose={close} onIssued={onIssued} />
    </>
  );
}

const OVERLAPS = [
  { value: "0", label: "At once" },
  { value: "3600", label: "In an hour" },
  { value: "86400", label: "In a day" },
  { value: "604800", label: "In a week" },
];

interface RotateDialogProps extends KeyMenuProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

function RotateDialog({ of, opened, onClose, onIssued }: RotateDialogProps) {
  const [overlap, setOverlap] = useState("3600");
  const { submit, isPending } = useChange({
    change: async (overlapSeconds: number, headers) =>
      read(
        api.POST("/v1/keys/{id}/rotate", {
          params: { path: { id: of.id } },
          body: { overlap_seconds: overlapSeconds },
          headers,
        }),
      ),
    invalidates: [["keys"]],
    done: null,
    onDone: (key) => {
      onClose();
      onIssued(key);
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={`Rotate the key “${of.name}”`}>
      <Stack>
        <Text size="sm">The key gets a new token. Give it to whoever uses the old one before that one ends.</Text>
        <Select
          label="The old token ends"
          allowDeselect={false}
          data={OVERLAPS}
          value={overlap}
          onChange={(chosen) => setOverlap(chosen ?? "0")}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={isPending} onClick={() => submit(Number(overlap))}>
            Rotate
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
