/** Every price of a model. */
import { Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { columnsOf, DataTable } from "../../parts/data-table.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { FEE_FIELDS, RATE_FIELDS, RATE_SETS, ratesOf, type Priced, type RateField } from "./rates.ts";

interface RateRow {
  readonly field: RateField;
  readonly label: string;
}

const column = columnsOf<RateRow>();

export function PriceTable({ of: price }: { readonly of: Priced }) {
  const sets = useMemo(() => RATE_SETS.filter(([set]) => ratesOf(price, set) !== null), [price]);
  const rows = useMemo(
    () =>
      RATE_FIELDS.filter(([field]) => sets.some(([set]) => (ratesOf(price, set)?.[field] ?? null) !== null)).map(
        ([field, label]): RateRow => ({ field, label }),
      ),
    [price, sets],
  );
  const columns = useMemo(
    () => [
      column.display({ id: "what", header: "USD for a million tokens", cell: ({ row }) => row.original.label }),
      ...sets.map(([set, header]) =>
        column.display({
          id: set,
          header,
          meta: { numeric: true },
          cell: ({ row }) => usdOf(ratesOf(price, set)?.[row.original.field]),
        }),
      ),
    ],
    [price, sets],
  );
  const fees = FEE_FIELDS.filter(([field]) => (price.per_call_fees?.[field] ?? null) !== null);
  return (
    <Stack gap="sm">
      <DataTable caption="Prices" columns={columns} rows={rows} rowId={({ field }) => field} />
      {price.long_context === null || price.long_context === undefined ? null : (
        <Text size="sm">
          Long context: the whole request, when its prompt has more than{" "}
          {formatCount(price.long_context.threshold_tokens)} tokens.
        </Text>
      )}
      {price.regional_multiplier === null || price.regional_multiplier === undefined ? null : (
        <Text size="sm">Regional processing: every token price times {price.regional_multiplier}.</Text>
      )}
      {fees.length === 0 ? null : (
        <Text size="sm">
          Each call: {fees.map(([field, label]) => `${label} ${usdOf(price.per_call_fees?.[field])}`).join("; ")}.
        </Text>
      )}
    </Stack>
  );
}

export function usdOf(amount: string | number | null | undefined): string {
  return amount === null || amount === undefined ? "–" : formatAmount(String(amount), "USD");
}
