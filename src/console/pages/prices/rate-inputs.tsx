/** Prices of a million tokens: a row for what is counted, a column for each price list. */
import { Fieldset, ScrollArea, Table, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { RATE_FIELDS, RATE_SETS } from "../models/rates.ts";
import { rateKey, type PriceForm } from "./form.ts";

export function RateInputs({ form }: { readonly form: UseFormReturnType<PriceForm> }) {
  const { sets, free: isFree } = form.values;
  const shown = RATE_SETS.filter(([set]) => set === "base" || sets.includes(set));
  return (
    <Fieldset legend="USD for a million tokens" disabled={isFree}>
      <ScrollArea type="auto">
        <Table miw={180 + shown.length * 130}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Counted</Table.Th>
              {shown.map(([set, label]) => (
                <Table.Th key={set} scope="col">
                  {label}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {RATE_FIELDS.map(([field, label]) => (
              <Table.Tr key={field}>
                <Table.Th scope="row" fw={400}>
                  {label}
                </Table.Th>
                {shown.map(([set, setLabel]) => (
                  <Table.Td key={set}>
                    <TextInput
                      aria-label={`${label}, ${setLabel}`}
                      inputMode="decimal"
                      miw={100}
                      {...form.getInputProps(`rates.${rateKey(set, field)}`)}
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
    </Fieldset>
  );
}
