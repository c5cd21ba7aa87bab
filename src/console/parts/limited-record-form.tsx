/** The form of what has a name, tags and rate limits: a team, a service user. */
import { Stack, TagsInput, TextInput } from "@mantine/core";
import { z } from "zod";
import type { Wire } from "../api/client.ts";
import { useChange, type ChangeHeaders } from "../api/use-change.ts";
import { FormEnd } from "./form-end.tsx";
import { limitFields, limitsOf, limitValuesOf, RateLimitInputs } from "./rate-limits.tsx";
import { useChangeForm } from "./use-change-form.ts";

const formSchema = z.object({
  name: z.string().trim().min(1, "Give a name.").max(200, "At most 200 characters."),
  tags: z.array(z.string()),
  ...limitFields,
});

type FormValues = z.output<typeof formSchema>;

interface LimitedRecordFormProps {
  /** What is changed; null: something new. */
  readonly of: Wire<"LimitedRecord"> | null;
  readonly save: (body: Wire<"NewLimitedRecord">, headers: ChangeHeaders) => Promise<unknown>;
  readonly invalidates: readonly (readonly string[])[];
  readonly done: string;
  readonly onClose: () => void;
}

export function LimitedRecordForm({ of, save, invalidates, done, onClose }: LimitedRecordFormProps) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    name: of?.name ?? "",
    tags: of?.tags ?? [],
    ...limitValuesOf(of?.rate_limits ?? null),
  });
  const { submit, isPending, error } = useChange({
    change: async (values: FormValues, headers) =>
      save({ name: values.name, tags: values.tags, rate_limits: limitsOf(values) }, headers),
    invalidates,
    done,
    onDone: onClose,
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Stack>
        <TextInput label="Name" required data-autofocus {...form.getInputProps("name")} />
        <TagsInput
          label="Tags"
          description="Access policies and budgets can go by them: env:production. Enter ends each."
          clearable
          {...form.getInputProps("tags")}
        />
        <RateLimitInputs propsOf={(field) => form.getInputProps(field)} />
        <FormEnd error={error} verb={of === null ? "Create" : "Save"} isPending={isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
