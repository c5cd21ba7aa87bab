/** A secret that was just made: the only time that anybody sees it. */
import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Copy } from "./copy.tsx";

export interface NewSecret {
  /** E.g. `Token of ci`. */
  readonly title: string;
  /** E.g. `token`. */
  readonly what: string;
  readonly text: string;
}

interface SecretDialogProps {
  /** Null: closed. */
  readonly secret: NewSecret | null;
  readonly onClose: () => void;
}

export function SecretDialog({ secret, onClose }: SecretDialogProps) {
  return (
    <Modal opened={secret !== null} onClose={onClose} title={secret?.title ?? ""} closeOnClickOutside={false}>
      {secret === null ? null : (
        <Stack>
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="Copy it now">
            It is shown once and stored nowhere. Whoever loses it makes a new one.
          </Alert>
          <Copy what={secret.what} text={secret.text} block />
          <Group justify="flex-end">
            <Button onClick={onClose}>I have copied it</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
