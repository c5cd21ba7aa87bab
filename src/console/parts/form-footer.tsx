/** The end of a form: Cancel, and the button that sends it. */
import { Button, Group } from "@mantine/core";

interface FormFooterProps {
  /** The verb of the button: `Create`. */
  readonly verb: string;
  readonly isPending: boolean;
  readonly onCancel: () => void;
  readonly disabled?: boolean;
}

export function FormFooter({ verb, isPending, onCancel, disabled = false }: FormFooterProps) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={isPending} disabled={disabled}>
        {verb}
      </Button>
    </Group>
  );
}
