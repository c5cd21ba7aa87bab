/** The form of a budget, new or changed. */
import { Fieldset, Group, Modal, Select, SimpleGrid, Stack, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { DateTimePicker } from "@mantine/dates";
import "@mantine/dates/styles.css";
import { api, read } from "../../api/client.ts";
import { useCurrency } from "../../api/organization-settings.ts";
import { useChange } from "../../api/use-change.ts";
import { FormEnd } from "../../parts/form-end.tsx";
import { NameSelect } from "../../parts/name-picker.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { bodyOf, formSchema, NEW_BUDGET, valuesOf, type FormValues } from "./budget-form.ts";
import { WINDOWS, type Budget } from "./queries.ts";
import { SCOPE_NAMES } from "./scope.tsx";

interface BudgetDialogProps {
  readonly opened: boolean;
  /** Null: a new one. */
  readonly of: Budget | null;
  readonly onClose: () => void;
}

export function BudgetDialog({ opened, of, onClose }: BudgetDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={of === null ? "Create budget" : `Change the budget “${of.name}”`}
    >
      <BudgetForm of={of} onClose={onClose} />
    </Modal>
  );
}

type Form = ReturnType<typeof useChangeForm<FormValues>>["form"];

function BudgetForm({ of, onClose }: Omit<BudgetDialogProps, "opened">) {
  const currency = useCurrency();
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, of === null ? NEW_BUDGET : valuesOf(of));
  const { submit, isPending, error } = useChange({
    change: async (values: FormValues, headers) =>
      of === null
        ? read(api.POST("/v1/unified-access/budgets", { body: bodyOf(values), headers }))
        : read(
            api.PATCH("/v1/unified-access/budgets/{id}", {
              params: { path: { id: of.id } },
              body: bodyOf(values),
              headers,
            }),
          ),
    invalidates: [["budgets"]],
    done:
      of === null ? "The budget is made. It counts from now on." : "The budget is changed. What it has counted stays.",
    onDone: onClose,
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput
          label="Name"
          placeholder="Research, per month"
          required
          data-autofocus
          {...form.getInputProps("name")}
        />
        <ScopeInputs form={form} />
        <Fieldset legend={`Limits in ${currency}`}>
          <Text size="sm" c="dimmed" mb="xs">
            Of calendar windows in the organization&apos;s time zone. Empty: no limit in that window.
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 4 }} style={{ alignItems: "start" }}>
            {WINDOWS.map((window) => (
              <TextInput
                key={window}
                label={WINDOW_NAMES[window]}
                placeholder="–"
                inputMode="decimal"
                autoComplete="off"
                {...form.getInputProps(`windows.${window}`)}
              />
            ))}
          </SimpleGrid>
        </Fieldset>
        <Switch
          label="Refuse requests over a limit"
          description="Off: it only counts, and tells."
          {...form.getInputProps("hard", { type: "checkbox" })}
        />
        <TagsInput
          label="Tell people at"
          description="Percentages of a limit; press Enter after each. Once in a window."
          placeholder="80"
          {...form.getInputProps("alert_percentages")}
        />
        <Fieldset legend="Override">
          <Text size="sm" c="dimmed" mb="xs">
            For a while another amount stands in the place of every limit, for a month with a release, say.
          </Text>
          <Group grow align="flex-start">
            <TextInput
              label={`Amount in ${currency}`}
              placeholder="none"
              inputMode="decimal"
              autoComplete="off"
              {...form.getInputProps("override.amount")}
            />
            <DateTimePicker
              label="Until"
              placeholder="Your time zone"
              clearable
              valueFormat="YYYY-MM-DD HH:mm"
              {...form.getInputProps("override.until")}
            />
          </Group>
        </Fieldset>
        <FormEnd error={error} verb={of === null ? "Create" : "Save"} isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

const WINDOW_NAMES = { hourly: "Per hour", daily: "Per day", weekly: "Per week", monthly: "Per month" } as const;

function ScopeInputs({ form }: { readonly form: Form }) {
  const { type } = form.getValues().scope;
  return (
    <Group grow align="flex-start">
      <Select
        label="Counts"
        allowDeselect={false}
        data={Object.entries(SCOPE_NAMES).map(([value, label]) => ({ value, label }))}
        {...form.getInputProps("scope.type")}
        onChange={(chosen) => {
          const kind = SCOPE_TYPES.find((each) => each === chosen);
          if (kind !== undefined) form.setFieldValue("scope", { type: kind, id: null });
        }}
      />
      {type === "organization" ? null : type === "model" || type === "tag" ? (
        <TextInput
          key={type}
          label={SCOPE_NAMES[type]}
          description={type === "model" ? "A name, or the beginning of one with *." : "As name:value."}
          placeholder={type === "model" ? "gpt-5*" : "env:prod"}
          required
          {...form.getInputProps("scope.id")}
          value={form.getValues().scope.id ?? ""}
        />
      ) : (
        <NameSelect key={type} kind={type} label={SCOPE_NAMES[type]} required {...form.getInputProps("scope.id")} />
      )}
    </Group>
  );
}

const SCOPE_TYPES = ["organization", "team", "user", "service_user", "agent", "key", "model", "tag"] as const;
