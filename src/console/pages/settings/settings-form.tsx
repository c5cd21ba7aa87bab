/** A form of the settings page: switched off as a whole for those who may not change it. */
import { Fieldset, Stack } from "@mantine/core";
import type { FormEventHandler, ReactNode } from "react";
import { FormEnd } from "../../parts/form-end.tsx";

interface SettingsFormProps {
  readonly label: string;
  readonly isEditable: boolean;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onSubmit: FormEventHandler<HTMLFormElement>;
  readonly children: ReactNode;
}

export function SettingsForm({ label, isEditable, isPending, error, onSubmit, children }: SettingsFormProps) {
  return (
    <form noValidate onSubmit={onSubmit} aria-label={label}>
      <Fieldset variant="unstyled" disabled={!isEditable}>
        <Stack>
          {children}
          {isEditable ? <FormEnd error={error} verb="Save" isPending={isPending} /> : null}
        </Stack>
      </Fieldset>
    </form>
  );
}
