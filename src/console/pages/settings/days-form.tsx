/** The organization's time zone and the day that its weeks begin on. */
import { SegmentedControl, Input } from "@mantine/core";
import { z } from "zod";
import { TimeZoneSelect } from "../../parts/time-zone-select.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { SettingsForm } from "./settings-form.tsx";
import { useSettingsChange, type Settings } from "./use-settings-change.ts";

const formSchema = z.object({
  time_zone: z.string().min(1, "Choose a time zone."),
  week_starts_on: z.enum(["monday", "sunday", "saturday"]),
});

type FormValues = z.output<typeof formSchema>;

interface DaysFormProps {
  readonly settings: Settings;
  readonly isEditable: boolean;
}

export function DaysForm({ settings, isEditable }: DaysFormProps) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    time_zone: settings.time_zone,
    week_starts_on: settings.week_starts_on,
  });
  const { submit, isPending, error } = useSettingsChange((values: FormValues) => values, showFailure);
  return (
    <SettingsForm
      label="Days and weeks"
      isEditable={isEditable}
      isPending={isPending}
      error={error}
      onSubmit={form.onSubmit(submit)}
    >
      <TimeZoneSelect
        label="Time zone"
        description="Where days, weeks and months begin for budgets and sums."
        {...form.getInputProps("time_zone")}
      />
      <Input.Wrapper label="Weeks begin on" labelElement="div">
        <SegmentedControl
          fullWidth
          disabled={!isEditable}
          aria-label="Weeks begin on"
          data={[
            { value: "monday", label: "Monday" },
            { value: "sunday", label: "Sunday" },
            { value: "saturday", label: "Saturday" },
          ]}
          {...form.getInputProps("week_starts_on")}
        />
      </Input.Wrapper>
    </SettingsForm>
  );
}
