/** A token that was just made: the only time that anybody sees it. */
import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Wire } from "../../api/client.ts";
import { Copy } from "../../parts/copy.tsx";

interface NewTokenDialogProps {
  /** Null: closed. */
  readonly issued: Wire<"NewKey"> | null;
  readonly onClose: () => void;
}

export function NewTokenDialog({ issued, onClose }: NewTokenDialogProps) {
  return (
    <Modal
      opened={issued !== null}
      onClose={onClose}
      title={`Token of ${issued?.name ?? ""}`}
      closeOnClickOutside={false}
    >
      {issued === null ? null : (
        <Stack>
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="Copy it now">
            It is shown once and stored nowhere. Whoever loses it rotates the key.
          </Alert>
          <Copy what="token" text={issued.key} block />
          <Group justify="flex-end">
            <Button onClick={onClose}>I have copied it</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
