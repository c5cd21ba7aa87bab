/** Chooses an IANA time zone. */
import { Select, type SelectProps } from "@mantine/core";

const SHOWN = 50;

/** `value` may be a zone that this browser does not list. */
export function TimeZoneSelect({ value = null, ...rest }: Omit<SelectProps, "data">) {
  const zones = new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), ...(value === null ? [] : [value])]);
  return (
    <Select
      searchable
      limit={SHOWN}
      allowDeselect={false}
      nothingFoundMessage="No such zone. Type a city: Berlin."
      data={[...zones]}
      value={value}
      {...rest}
    />
  );
}
