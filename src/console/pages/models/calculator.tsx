/** What a request of so many tokens costs, priced by the API as a settlement would be. */
import { Checkbox, Group, NumberInput, Select, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import "@mantine/dates/styles.css";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { CatalogModel } from "../../api/catalog.ts";
import type { Wire } from "../../api/client.ts";
import { Answer, SkeletonRows } from "../../parts/answer.tsx";
import { formatAmount, formatCount } from "../../parts/format.ts";
import { costQuery, EXAMPLE } from "./queries.ts";
import type { CalculatedUsage } from "./route.ts";
import { ENDPOINT_NAMES } from "./words.ts";

const route = getRouteApi("/models/$provider/$model");
const TYPING_MS = 250;

export function Calculator({ model }: { readonly model: CatalogModel }) {
  const usage = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changed: CalculatedUsage): void =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const endpoint = usage.endpoint ?? model.endpoints[0] ?? "openai.chat";
  const isAnthropic = endpoint === "anthropic.messages";
  const [asked] = useDebouncedValue(usage, TYPING_MS, { leading: true });
  const cost = useQuery(costQuery(model.model, endpoint, asked));
  const tiers = TIERS.filter(({ value }) => (model.tiers?.[value] ?? null) !== null);
  const countField = (field: "input" | "cached" | "written" | "output" | "searches", label: string, shown: number) => (
    <NumberInput
      label={label}
      min={0}
      max={100_000_000}
      allowDecimal={false}
      thousandSeparator=","
      value={usage[field] ?? shown}
      onChange={(value) => change({ [field]: typeof value === "number" ? value : undefined })}
    />
  );
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Select
          label="Endpoint"
          allowDeselect={false}
          data={ENDPOINT_NAMES.filter(({ value }) => model.endpoints.includes(value))}
          value={endpoint}
          onChange={(chosen) => change({ endpoint: chosen ?? undefined })}
        />
        {countField("input", "Input tokens, all of the prompt", EXAMPLE.input)}
        {countField("cached", "of them from the cache", 0)}
        {isAnthropic ? countField("written", "of them written to the cache", 0) : null}
        {countField("output", "Output tokens, reasoning too", EXAMPLE.output)}
        {countField("searches", "Web searches", 0)}
        {tiers.length === 0 ? null : (
          <Select
            label="Service tier"
            placeholder="Standard"
            clearable
            data={tiers}
            value={usage.tier ?? null}
            onChange={(tier) => change({ tier: tier ?? undefined })}
          />
        )}
        <DatePickerInput
          label="At the prices of"
          placeholder="Now"
          clearable
          valueFormat="YYYY-MM-DD"
          value={usage.at ?? null}
          onChange={(day) => change({ at: day ?? undefined })}
        />
      </SimpleGrid>
      {model.regional_multiplier === null || model.regional_multiplier === undefined ? null : (
        <Checkbox
          label="Served on a data-residency host"
          checked={usage.regional === true}
          onChange={({ currentTarget: { checked } }) => change({ regional: checked ? true : undefined })}
        />
      )}
      <Answer query={cost} skeleton={<SkeletonRows rows={3} />}>
        {(answer) => <Breakdown of={answer} />}
      </Answer>
    </Stack>
  );
}

const TIERS = [
  { value: "batch", label: "Batch" },
  { value: "flex", label: "Flex" },
  { value: "fast", label: "Fast (priority)" },
] as const;

function Breakdown({ of: { breakdown, total_cost: total, flags } }: { readonly of: Wire<"CostAnswer"> }) {
  return (
    <Stack gap="xs" aria-live="polite" component="section" aria-label="Cost">
      <Group gap="xs" align="baseline">
        <Text>This costs</Text>
        <Text fw={700} size="xl">
          {formatAmount(total, "USD")}
        </Text>
      </Group>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Part</Table.Th>
            <Table.Th scope="col" ta="end">
              Count
            </Table.Th>
            <Table.Th scope="col" ta="end">
              Price
            </Table.Th>
            <Table.Th scope="col" ta="end">
              Cost
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {breakdown.map((part) => (
            <Table.Tr key={part.kind}>
              <Table.Td>{part.kind.replaceAll("_", " ")}</Table.Td>
              <Table.Td ta="end">{formatCount("tokens" in part ? part.tokens : part.count)}</Table.Td>
              <Table.Td ta="end">
                {"tokens" in part
                  ? `${formatAmount(part.rate_per_million, "USD")} / M`
                  : formatAmount(part.rate, "USD")}
              </Table.Td>
              <Table.Td ta="end">{formatAmount(part.cost, "USD")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {flags.length === 0 ? null : (
        <Text size="sm">Odd about it: {flags.map((flag) => flag.replaceAll("_", " ")).join(", ")}.</Text>
      )}
    </Stack>
  );
}
