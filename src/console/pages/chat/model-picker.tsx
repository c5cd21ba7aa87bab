/** Which model answers: its price and reach, and why others are out of reach. */
import { Select, Stack, Text, type ComboboxItem, type ComboboxItemGroup } from "@mantine/core";
import { useMemo } from "react";
import type { CatalogModel } from "../../api/catalog.ts";
import { formatAmount, formatShortCount } from "../../parts/format.ts";

const PROVIDER_NAMES = { openai: "OpenAI", anthropic: "Anthropic" } as const;
const OUT_OF_REACH = "Not for you";

interface ModelPickerProps {
  readonly models: readonly CatalogModel[];
  readonly value: string | null;
  readonly onChange: (model: string) => void;
}

export function ModelPicker({ models, value, onChange }: ModelPickerProps) {
  const byName = useMemo(() => new Map(models.map((model) => [model.model, model])), [models]);
  const groups = useMemo(() => groupsOf(models), [models]);
  return (
    <Select
      aria-label="Model"
      placeholder="Choose a model"
      searchable
      allowDeselect={false}
      maxDropdownHeight={420}
      data={groups}
      value={value}
      nothingFoundMessage="No model has such a name"
      comboboxProps={{ width: 340, position: "bottom-start" }}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
      renderOption={({ option }) => <Option of={byName.get(option.value)} name={option.value} />}
      w={{ base: "100%", xs: 260 }}
    />
  );
}

function groupsOf(models: readonly CatalogModel[]): ComboboxItemGroup<ComboboxItem>[] {
  const groups = Object.entries(PROVIDER_NAMES).map(([provider, group]) => ({
    group,
    items: itemsOf(models.filter((model) => model.allowed && model.provider === provider)),
  }));
  const others = { group: OUT_OF_REACH, items: itemsOf(models.filter(({ allowed }) => !allowed)) };
  return [...groups, others].filter(({ items }) => items.length > 0);
}

function itemsOf(models: readonly CatalogModel[]): ComboboxItem[] {
  return models.map(({ model, allowed }) => ({ value: model, label: model, disabled: !allowed }));
}

function Option({ of, name }: { readonly of: CatalogModel | undefined; readonly name: string }) {
  return (
    <Stack gap={0}>
      <Text size="sm">{name}</Text>
      {of === undefined ? null : (
        <Text size="xs" style={{ opacity: 0.85 }}>
          {of.allowed ? priceOf(of) : whyNot(of)}
        </Text>
      )}
    </Stack>
  );
}

function priceOf(model: CatalogModel): string {
  if (model.free === true) return "free";
  const input = formatAmount(String(model.input_price_per_million), "USD");
  return `${input} in, ${formatAmount(String(model.output_price_per_million), "USD")} out per million tokens`;
}

function whyNot({ denied_by: rule }: CatalogModel): string {
  return rule === null ? "No access policy allows it" : `“${rule}” forbids it`;
}

/** The chosen model in a line: what it costs and how far it goes. */
export function ModelFacts({ of }: { readonly of: CatalogModel }) {
  const { context_window: context = null, max_output_tokens: output = null } = of;
  const reach = [
    ...(context === null ? [] : [`${formatShortCount(context)} tokens of context`]),
    ...(output === null ? [] : [`answers up to ${formatShortCount(output)}`]),
  ];
  return (
    <Text size="xs" c="dimmed">
      {of.allowed ? [priceOf(of), ...reach].join(" · ") : `${whyNot(of)}. Choose another model.`}
    </Text>
  );
}
