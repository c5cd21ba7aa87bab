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

const overlays = Promise.withResolvers<void>();

/** The overlays, which load after the first page, can show questions now. */
export function showQuestions(): void {
  overlays.resolve();
}

/** One that is asked before the overlays have loaded is shown as soon as they have. */
export function confirmChange({ title, consequence, verb, onConfirm }: Question): void {
  void overlays.promise.then(() =>
    modals.openConfirmModal({
      title,
      children: <Text size="sm">{consequence}</Text>,
      labels: { confirm: verb, cancel: "Cancel" },
      confirmProps: { color: "red" },
      onConfirm,
    }),
  );
}
