/** Asks before what cannot be undone. */
import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";

interface Question {
  /** E.g. `Revoke the key "ci"?`. */
  readonly title: string;
  /** What happens then. */
  readonly consequence: string;
  /** The verb of the button: `Revoke`. */
  readonly verb: string;
  readonly onConfirm: () => void;
}

export function confirmChange({ title, consequence, verb, onConfirm }: Question): void {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{consequence}</Text>,
    labels: { confirm: verb, cancel: "Cancel" },
    confirmProps: { color: "red" },
    onConfirm,
  });
}
