/** Choosing members, teams, keys and the like by their names. */
import { MultiSelect, Select, type MultiSelectProps, type SelectProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { namesQuery, readerOf, type NamedKind } from "../api/names.ts";
import { useMay } from "../api/session.ts";

interface Option {
  readonly value: string;
  readonly label: string;
}

/** `kept`: ids that are chosen already, also when they have no name any more. */
function useOptions(kind: NamedKind, kept: readonly string[]): Option[] {
  const { data } = useQuery({ ...namesQuery(kind), enabled: useMay(readerOf(kind)) });
  const named = [...(data ?? [])].map(([value, name]) => ({ value, label: name === "" ? value : name }));
  const unnamed = kept.filter((id) => data?.has(id) !== true);
  return [...named, ...unnamed.map((id) => ({ value: id, label: id }))];
}

/** One of them, or none. */
export function NameSelect({ kind, ...props }: Omit<SelectProps, "data"> & { readonly kind: NamedKind }) {
  const kept = typeof props.value === "string" && props.value !== "" ? [props.value] : [];
  return (
    <Select clearable searchable nothingFoundMessage="None by that name" data={useOptions(kind, kept)} {...props} />
  );
}

/** Several of them. */
export function NamesSelect({ kind, ...props }: Omit<MultiSelectProps, "data"> & { readonly kind: NamedKind }) {
  const data = useOptions(kind, props.value ?? []);
  return <MultiSelect clearable searchable nothingFoundMessage="None by that name" data={data} {...props} />;
}
