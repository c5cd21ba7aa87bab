/** From and To of a list: days of the organization's zone, both included. */
import { DatePickerInput } from "@mantine/dates";
import "@mantine/dates/styles.css";

interface DayRangeProps {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly timeZone: string;
  readonly onChange: (range: { from: string | undefined; to: string | undefined }) => void;
}

export function DayRange({ from, to, timeZone, onChange }: DayRangeProps) {
  const zone = `Days of ${timeZone}`;
  return (
    <>
      <DatePickerInput
        label="From"
        aria-description={zone}
        placeholder="30 days ago"
        clearable
        valueFormat="YYYY-MM-DD"
        w={150}
        value={from ?? null}
        {...(to === undefined ? {} : { maxDate: to })}
        onChange={(day) => onChange({ from: day ?? undefined, to })}
      />
      <DatePickerInput
        label="To"
        aria-description={zone}
        placeholder="Today"
        clearable
        valueFormat="YYYY-MM-DD"
        w={150}
        value={to ?? null}
        {...(from === undefined ? {} : { minDate: from })}
        onChange={(day) => onChange({ from, to: day ?? undefined })}
      />
    </>
  );
}
