/** Units of each currency for a dollar: shown, and changed after a preview. */
import { Alert, Button, Checkbox, Group, SimpleGrid, Stack, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { z } from "zod";
import { api, read, type Wire } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { Answer } from "../../parts/answer.tsx";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { Panel } from "../../parts/panel.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { exchangeRatesQuery } from "./queries.ts";

const CURRENCIES = ["EUR", "GBP", "JPY", "AUD", "CAD", "CNY"] as const;

const rate = z.string().regex(/^(|\d+(\.\d{1,9})?)$/, "A decimal above zero, with at most nine places.");
const formSchema = z.object({ EUR: rate, GBP: rate, JPY: rate, AUD: rate, CAD: rate, CNY: rate });
type RatesForm = z.output<typeof formSchema>;

export function ExchangeRates() {
  const rates = useQuery(exchangeRatesQuery);
  return <Answer query={rates}>{(known) => <RatesPanel key={JSON.stringify(known)} known={known} />}</Answer>;
}

interface Previewed {
  readonly answer: Wire<"ExchangeRatesPreview">;
  readonly rates: Wire<"ExchangeRates">;
}

function RatesPanel({ known }: { readonly known: Wire<"ExchangeRates"> }) {
  const { form, showFailure } = useChangeForm<RatesForm>(formSchema, {
    EUR: known.EUR ?? "",
    GBP: known.GBP ?? "",
    JPY: known.JPY ?? "",
    AUD: known.AUD ?? "",
    CAD: known.CAD ?? "",
    CNY: known.CNY ?? "",
  });
  const [previewed, setPreviewed] = useState<Previewed | null>(null);
  const changed = changedOf(form.values, known);
  const preview = useChange({
    change: async (rates: Wire<"ExchangeRates">, headers) => ({
      answer: await read(api.POST("/v1/admin/exchange-rates/preview", { body: rates, headers })),
      rates,
    }),
    invalidates: [],
    done: null,
    onDone: setPreviewed,
    onFailure: showFailure,
  });
  const isCurrent = previewed !== null && JSON.stringify(previewed.rates) === JSON.stringify(changed);
  return (
    <Stack gap="lg">
      <Panel
        title="Exchange rates"
        lead="Units of the currency for 1 USD. In force for new requests at once; what is under way keeps its rate."
      >
        <form noValidate onSubmit={form.onSubmit(() => preview.submit(changed))}>
          <Stack>
            <SimpleGrid cols={{ base: 2, sm: 3 }}>
              {CURRENCIES.map((currency) => (
                <TextInput
                  key={currency}
                  label={currency}
                  placeholder="No rate: nobody can use it"
                  inputMode="decimal"
                  {...form.getInputProps(currency)}
                />
              ))}
            </SimpleGrid>
            {preview.error === null ? null : <FailureNotice error={preview.error} />}
            <Group justify="flex-end">
              <Button type="submit" loading={preview.isPending} disabled={Object.keys(changed).length === 0}>
                Preview
              </Button>
            </Group>
          </Stack>
        </form>
      </Panel>
      {previewed === null || !isCurrent ? null : <RatesPreview previewed={previewed} />}
    </Stack>
  );
}

/** The API merges what it is told; a rate is never taken away. */
function changedOf(form: RatesForm, known: Wire<"ExchangeRates">): Wire<"ExchangeRates"> {
  return Object.fromEntries(
    CURRENCIES.filter((currency) => form[currency] !== "" && form[currency] !== known[currency]).map((currency) => [
      currency,
      form[currency],
    ]),
  );
}

function RatesPreview({ previewed: { answer, rates } }: { readonly previewed: Previewed }) {
  const [isSure, setSure] = useState(false);
  const needsForce = answer.rates.some(({ needs_force: needs }) => needs);
  const { submit, isPending, error } = useChange({
    change: async (force: boolean, headers) =>
      read(api.PUT("/v1/admin/exchange-rates", { body: { ...rates, ...(force ? { force } : {}) }, headers })),
    invalidates: [["exchange-rates"]],
    done: "The exchange rates are in force.",
  });
  return (
    <Panel title="Preview" lead="Nothing is saved yet.">
      <Table aria-label="What changes">
        <Table.Thead>
          <Table.Tr>
            {["Currency", "Before", "After", "Change", "Billed lately", "At the new rate"].map((header) => (
              <Table.Th key={header} scope="col">
                {header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {answer.rates.map(({ currency, before, after, change_percent: percent, recent }) => (
            <Table.Tr key={currency}>
              <Table.Td>{currency}</Table.Td>
              <Table.Td>{before ?? "–"}</Table.Td>
              <Table.Td>{after}</Table.Td>
              <Table.Td>{percent === null ? "–" : `${percent} %`}</Table.Td>
              <Table.Td>
                {formatAmount(recent.billed, currency)} in {formatCount(recent.requests)} requests
              </Table.Td>
              <Table.Td>{recent.at_new_rate === null ? "–" : formatAmount(recent.at_new_rate, currency)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {needsForce ? (
        <Alert color="orange" title="This looks like a slip">
          <Stack gap="xs">
            <Text size="sm">A rate becomes more than ten times, or less than a tenth of, what it was.</Text>
            <Checkbox
              label="I have checked it: save it all the same"
              checked={isSure}
              onChange={({ currentTarget: { checked } }) => setSure(checked)}
            />
          </Stack>
        </Alert>
      ) : null}
      {error === null ? null : <FailureNotice error={error} />}
      <Group justify="flex-end">
        <Button loading={isPending} disabled={needsForce && !isSure} onClick={() => submit(needsForce)}>
          Save rates
        </Button>
      </Group>
    </Panel>
  );
}
