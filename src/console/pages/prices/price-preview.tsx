/** What a new price would change, and the button that saves it. */
import { Alert, Button, Checkbox, Group, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { Wire } from "../../api/client.ts";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { formatAmount, formatCount, formatTime } from "../../parts/format.ts";
import { Panel } from "../../parts/panel.tsx";
import { usdOf } from "../models/price-table.tsx";

type Preview = Wire<"ModelPricePreview">;

interface PricePreviewProps {
  readonly preview: Preview;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onSave: (force: boolean) => void;
}

export function PricePreview({ preview, isPending, error, onSave }: PricePreviewProps) {
  const [isSure, setSure] = useState(false);
  const needsForce = preview.needs_force.length > 0;
  return (
    <Panel title="Preview" lead="Nothing is saved yet.">
      <Changes of={preview} />
      <Text size="sm">{periodWords(preview)}</Text>
      <Thousand of={preview} />
      <Recent of={preview} />
      {needsForce ? (
        <Alert color="orange" title="This looks like a slip">
          <Stack gap="xs">
            {preview.needs_force.map(({ field, message }) => (
              <Text key={field} size="sm">
                {message}
              </Text>
            ))}
            <Checkbox
              label="I have checked it against the provider’s price list: save it all the same"
              checked={isSure}
              onChange={({ currentTarget: { checked } }) => setSure(checked)}
            />
          </Stack>
        </Alert>
      ) : null}
      {error === null ? null : <FailureNotice error={error} />}
      <Group justify="flex-end">
        <Button loading={isPending} disabled={needsForce && !isSure} onClick={() => onSave(needsForce)}>
          Save price
        </Button>
      </Group>
    </Panel>
  );
}

function Changes({ of: { changes, before } }: { readonly of: Preview }) {
  if (before === null) return <Text size="sm">The model has no price at that time: it is served from then on.</Text>;
  if (changes.length === 0) return <Text size="sm">No field changes.</Text>;
  return (
    <Table aria-label="What changes">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Field</Table.Th>
          <Table.Th scope="col" ta="end">
            Before
          </Table.Th>
          <Table.Th scope="col" ta="end">
            After
          </Table.Th>
          <Table.Th scope="col" ta="end">
            Change
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map(({ field, before: old, after, change_percent: percent }) => (
          <Table.Tr key={field}>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{field.replaceAll("_", " ")}</Table.Td>
            <Table.Td ta="end">{valueOf(old)}</Table.Td>
            <Table.Td ta="end">{valueOf(after)}</Table.Td>
            <Table.Td ta="end">{percent === null ? "–" : `${percent} %`}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function valueOf(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function periodWords({ periods }: Preview): string {
  return periods
    .map(({ change, effective_from: from, effective_to: to }) => {
      const start = from === null ? "from ever" : `from ${formatTime(from)}`;
      const end = to === null ? "until further notice" : `until ${formatTime(to)}`;
      return `A period is ${change}: ${start} ${end}.`;
    })
    .join(" ");
}

function Thousand({ of: { thousand_tokens: thousand } }: { readonly of: Preview }) {
  return (
    <Text size="sm">
      A thousand tokens cost: {beforeAndAfter("input", thousand.input)}, {beforeAndAfter("output", thousand.output)}. A
      price in the wrong unit shows here.
    </Text>
  );
}

function beforeAndAfter(name: string, { before, after }: { before: string | null; after: string }): string {
  return `${name} ${before === null ? "" : `${usdOf(before)} → `}${usdOf(after)}`;
}

function Recent({ of: { recent } }: { readonly of: Preview }) {
  if (recent.requests === 0) {
    return <Text size="sm">Nobody has used the model since {formatTime(recent.since)}.</Text>;
  }
  const billed = recent.billed.map(({ currency, total_cost: cost }) => formatAmount(cost, currency)).join(" and ");
  return (
    <Text size="sm">
      Since {formatTime(recent.since)} it had {formatCount(recent.requests)} requests, billed at {billed}. At base rates
      the same tokens cost {usdOf(recent.at_base_rates.before)} before and {usdOf(recent.at_base_rates.after)} after the
      change.
    </Text>
  );
}
