/** How every form in a dialog ends: what went wrong, Cancel, and the verb. */
import { Button, Group } from "@mantine/core";
import { FailureNotice } from "./failure-notice.tsx";

interface FormEndProps {
  readonly error: Error | null;
  readonly verb: string;
  readonly isPending: boolean;
  /** Absent: a form of a page, which has nothing to close. */
  readonly onCancel?: () => void;
}

export function FormEnd({ error, verb, isPending, onCancel }: FormEndProps) {
  return (
    <>
      {error === null ? null : <FailureNotice error={error} />}
      <Group justify="flex-end">
        {onCancel === undefined ? null : (
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <Button type="submit" loading={isPending}>
          {verb}
        </Button>
      </Group>
    </>
  );
}
