/** The form of a price. Nothing is saved that was not previewed: a slip here is everybody's bill. */
import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  MultiSelect,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, read, type Wire } from "../../api/client.ts";
import { useChange } from "../../api/use-change.ts";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { FEE_FIELDS } from "../models/rates.ts";
import { ENDPOINT_NAMES } from "../models/words.ts";
import { formOf, OTHER_SETS, priceFormSchema, priceOf, type PriceForm } from "./form.ts";
import { periodStatus } from "./period.ts";
import { PricePreview } from "./price-preview.tsx";
import type { StoredPrice } from "./queries.ts";
import { RateInputs } from "./rate-inputs.tsx";

interface PriceEditorProps {
  /** The period that gets another content; null: a new one is added. */
  readonly replaces: StoredPrice | null;
  /** What the form begins with. */
  readonly like: StoredPrice | null;
}

export function PriceEditor({ replaces, like }: PriceEditorProps) {
  const navigate = useNavigate();
  const { form, showFailure } = useChangeForm<PriceForm>(priceFormSchema, formOf(like));
  const [previewed, setPreviewed] = useState<Previewed | null>(null);
  const preview = useChange({
    change: async (values: PriceForm, headers) => {
      const id = replaces === null ? {} : { id: replaces.id };
      const body = { ...priceOf(values, like === null), ...id };
      return { answer: await read(api.POST("/v1/admin/model-pricing/preview", { body, headers })), values };
    },
    invalidates: [],
    done: null,
    onDone: setPreviewed,
    onFailure: showFailure,
  });
  const save = useChange({
    change: async ({ values, force }: { values: PriceForm; force: boolean }, headers) => {
      const body = { ...priceOf(values, like === null), ...(force ? { force } : {}) };
      if (replaces === null) return read(api.POST("/v1/admin/model-pricing", { body, headers }));
      return read(api.PUT("/v1/admin/model-pricing/{id}", { params: { path: { id: replaces.id } }, body, headers }));
    },
    invalidates: [["prices"], ["models"]],
    done: "The price is saved.",
    onDone: ({ provider, model }) => void navigate({ to: "/prices", search: { provider, model } }),
    onFailure: showFailure,
  });
  const isRunning = replaces !== null && periodStatus(replaces, Date.now()) === "in force";
  // What is saved is what was previewed: after another change the preview is made anew.
  const isCurrent = previewed !== null && JSON.stringify(previewed.values) === JSON.stringify(form.values);
  return (
    <Stack gap="lg">
      <form noValidate onSubmit={form.onSubmit(preview.submit)}>
        <Panel title="Price">
          <Stack>
            <ModelFields form={form} isKept={replaces !== null} />
            <RateInputs form={form} />
            <FeeFields form={form} isNew={like === null} />
            <PeriodFields form={form} isRunning={isRunning} />
            {preview.error === null ? null : <FailureNotice error={preview.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={() => void navigate({ to: "/prices" })}>
                Cancel
              </Button>
              <Button type="submit" loading={preview.isPending}>
                Preview
              </Button>
            </Group>
          </Stack>
        </Panel>
      </form>
      {previewed === null || !isCurrent ? null : (
        <PricePreview
          preview={previewed.answer}
          isPending={save.isPending}
          error={save.error}
          onSave={(force) => save.submit({ values: previewed.values, force })}
        />
      )}
    </Stack>
  );
}

interface Previewed {
  readonly answer: Wire<"ModelPricePreview">;
  readonly values: PriceForm;
}

interface PartProps {
  readonly form: UseFormReturnType<PriceForm>;
}

function ModelFields({ form, isKept }: PartProps & { readonly isKept: boolean }) {
  return (
    <Fieldset legend="Model">
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        <Select
          label="Provider"
          allowDeselect={false}
          disabled={isKept}
          data={["openai", "anthropic"] as const}
          {...form.getInputProps("provider")}
        />
        <TextInput
          label="Model"
          description={isKept ? "A period keeps its model." : "As the provider names it."}
          required
          disabled={isKept}
          {...form.getInputProps("model")}
        />
        <TagsInput label="Aliases" description="Other names at the same price." {...form.getInputProps("aliases")} />
        <MultiSelect
          label="Endpoints"
          description="None: every endpoint of the provider."
          data={ENDPOINT_NAMES}
          {...form.getInputProps("endpoints")}
        />
        <TagsInput
          label="Tags"
          description="Access policies and budgets can name them."
          {...form.getInputProps("tags")}
        />
        <Select
          label="Tokenizer"
          description="None: as the model’s name suggests."
          clearable
          data={["o200k", "claude", "claude-4-7"] as const}
          {...form.getInputProps("tokenizer")}
        />
        <TextInput label="Context window, tokens" inputMode="numeric" {...form.getInputProps("context_window")} />
        <TextInput label="Most output, tokens" inputMode="numeric" {...form.getInputProps("max_output_tokens")} />
        <TextInput
          label="Regional factor"
          description="On every token price; none: 1."
          inputMode="decimal"
          {...form.getInputProps("regional_multiplier")}
        />
      </SimpleGrid>
      <Checkbox
        mt="md"
        label="Free"
        description="The only way in which a model costs nothing."
        {...form.getInputProps("free", { type: "checkbox" })}
      />
      <MultiSelect
        mt="md"
        label="Other price lists"
        description="Beside the standard one."
        data={OTHER_SETS.map((value) => ({ value, label: value.replaceAll("_", " ") }))}
        {...form.getInputProps("sets")}
      />
      {form.values.sets.includes("long_context") ? (
        <TextInput
          mt="md"
          label="Long context begins above so many prompt tokens"
          inputMode="numeric"
          {...form.getInputProps("threshold_tokens")}
        />
      ) : null}
    </Fieldset>
  );
}

function FeeFields({ form, isNew }: PartProps & { readonly isNew: boolean }) {
  return (
    <Fieldset legend="USD for each call">
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {FEE_FIELDS.map(([field, label]) => (
          <TextInput
            key={field}
            label={label}
            placeholder={isNew ? "The provider’s own" : "None"}
            inputMode="decimal"
            {...form.getInputProps(`fees.${field}`)}
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}

function PeriodFields({ form, isRunning }: PartProps & { readonly isRunning: boolean }) {
  return (
    <Fieldset legend="Period">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Begins"
          placeholder={isRunning ? "When it is saved" : "Now"}
          description={isRunning ? "The new content begins when it is saved." : "A day begins at midnight UTC."}
          disabled={isRunning}
          {...form.getInputProps("effective_from")}
        />
        <TextInput
          label="Ends"
          placeholder="Until further notice"
          description="A day begins at midnight UTC."
          {...form.getInputProps("effective_to")}
        />
      </SimpleGrid>
    </Fieldset>
  );
}
