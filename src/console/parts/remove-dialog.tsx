/**
 * Removes what may have a wallet of its own: a member, a team, a service user. The API refuses while the wallet has money; then the
 * dialog says so, and offers to move it to the organization's wallet.
 */
import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconWallet } from "@tabler/icons-react";
import { ApiFailure } from "../api/failure.ts";
import { useChange, type ChangeHeaders } from "../api/use-change.ts";
import { FailureNotice } from "./failure-notice.tsx";

interface RemoveDialogProps {
  /** What it is called; null: closed. */
  readonly name: string | null;
  readonly verb: "Remove" | "Delete";
  readonly consequence: string;
  readonly remove: (reclaim: "true" | "false", headers: ChangeHeaders) => Promise<unknown>;
  readonly invalidates: readonly (readonly string[])[];
  readonly onClose: () => void;
}

export function RemoveDialog({ name, onClose, ...rest }: RemoveDialogProps) {
  return (
    <Modal opened={name !== null} onClose={onClose} title={`${rest.verb} “${name ?? ""}”?`}>
      {name === null ? null : <Question name={name} onClose={onClose} {...rest} />}
    </Modal>
  );
}

function Question({ name, verb, consequence, remove, invalidates, onClose }: RemoveDialogProps) {
  const { submit, isPending, error } = useChange({
    change: remove,
    invalidates: [...invalidates, ["wallets"]],
    done: `“${name ?? ""}” is ${verb === "Remove" ? "removed" : "deleted"}.`,
    onDone: onClose,
    onFailure: () => {},
  });
  const hasMoney = error instanceof ApiFailure && error.code === "wallet_not_empty";
  return (
    <Stack>
      <Text size="sm">{consequence}</Text>
      {hasMoney ? (
        <Alert color="yellow" role="alert" icon={<IconWallet aria-hidden />} title="Its wallet is not empty">
          {firstSentence(error.message)} Without its owner nobody could spend it: what is free of it moves to the
          organization&apos;s wallet first.
        </Alert>
      ) : null}
      {error === null || hasMoney ? null : <FailureNotice error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button color="red" loading={isPending} onClick={() => submit(hasMoney ? "true" : "false")}>
          {hasMoney ? `Move the money and ${verb.toLowerCase()}` : verb}
        </Button>
      </Group>
    </Stack>
  );
}

/** The API's message says the amounts, and then how to repeat the call. */
function firstSentence(message: string): string {
  return /^.*?\.(?= [A-Z])/.exec(message)?.[0] ?? message;
}
