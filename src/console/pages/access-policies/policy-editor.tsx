/** The form of a policy. It tells whoever asks what its unsaved changes would be. */
import {
  Button,
  Fieldset,
  Group,
  Input,
  MultiSelect,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { catalogQuery } from "../../api/catalog.ts";
import { api, read } from "../../api/client.ts";
import { useCurrency } from "../../api/organization-settings.ts";
import { useChange } from "../../api/use-change.ts";
import { FailureNotice } from "../../parts/failure-notice.tsx";
import { NamesSelect } from "../../parts/name-picker.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { formOf, policyFormSchema, policyOf, type PolicyForm } from "./form.ts";
import type { AccessPolicy, DraftPolicy } from "./queries.ts";

interface PolicyEditorProps {
  /** Null: a new one. */
  readonly policy: AccessPolicy | null;
  readonly mayChange: boolean;
  /** Hears of changes that are not saved; null: there are none, or they are no policy yet. */
  readonly onDraft: (draft: DraftPolicy | null) => void;
}

export function PolicyEditor({ policy, mayChange, onDraft }: PolicyEditorProps) {
  const navigate = useNavigate();
  const { form, showFailure } = useChangeForm<PolicyForm>(policyFormSchema, formOf(policy));
  const draft = useDraft(form.values, policy);
  useEffect(() => onDraft(draft), [draft, onDraft]);
  const { submit, isPending, error } = useChange({
    change: async (values: PolicyForm, headers) => save(policy?.id ?? null, policyOf(values), headers),
    invalidates: [["access-policies"], ["models"]],
    done: "The policy is saved.",
    onDone: ({ id }) =>
      void navigate({ to: "/access-policies/$id", params: { id }, search: (before) => before, replace: true }),
    onFailure: showFailure,
  });
  return (
    <form noValidate onSubmit={form.onSubmit(submit)}>
      <Fieldset variant="unstyled" disabled={!mayChange}>
        <Stack>
          <TextInput
            label="Name"
            placeholder="Research may use small models"
            required
            {...form.getInputProps("name")}
          />
          <Input.Wrapper label="Effect" labelElement="div">
            <SegmentedControl
              fullWidth
              aria-label="Effect"
              disabled={!mayChange}
              data={[
                { value: "allow", label: "Allow" },
                { value: "deny", label: "Deny, whatever else allows it" },
              ]}
              {...form.getInputProps("effect")}
            />
          </Input.Wrapper>
          <Subjects form={form} />
          <Resources form={form} />
          {form.values.effect === "allow" ? <Limits form={form} /> : null}
          <Switch label="In force" {...form.getInputProps("enabled", { type: "checkbox" })} />
          {error === null ? null : <FailureNotice error={error} />}
        </Stack>
      </Fieldset>
      {mayChange ? (
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => void navigate({ to: "/access-policies" })}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={!form.isDirty()}>
            {policy === null ? "Create" : "Save"}
          </Button>
        </Group>
      ) : null}
    </form>
  );
}

async function save(id: string | null, body: DraftPolicy, headers: Readonly<Record<"Idempotency-Key", string>>) {
  if (id === null) return read(api.POST("/v1/unified-access/access-policies", { body, headers }));
  return read(api.PUT("/v1/unified-access/access-policies/{id}", { params: { path: { id } }, body, headers }));
}

/** What the form stands for, when it differs from what is saved and the API would take it. */
function useDraft(values: PolicyForm, policy: AccessPolicy | null): DraftPolicy | null {
  return useMemo(() => {
    const nameless = values.name.trim() === "" ? { ...values, name: "This policy" } : values;
    if (!policyFormSchema.safeParse(nameless).success) return null;
    const draft = policyOf(nameless);
    if (policy === null) return draft;
    const isSaved = JSON.stringify(draft) === JSON.stringify(policyOf(formOf(policy)));
    return isSaved ? null : { id: policy.id, ...draft };
  }, [values, policy]);
}

interface PartProps {
  readonly form: UseFormReturnType<PolicyForm>;
}

function Subjects({ form }: PartProps) {
  return (
    <Fieldset legend="Who">
      <Text size="sm" c="dimmed" mb="sm">
        Several lists must all match; within a list one is enough; an empty list means anybody.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <NamesSelect kind="user" label="Members" {...form.getInputProps("subjects.users")} />
        <NamesSelect kind="team" label="Teams" {...form.getInputProps("subjects.teams")} />
        <NamesSelect kind="service_user" label="Service users" {...form.getInputProps("subjects.service_users")} />
        <NamesSelect kind="key" label="Keys" {...form.getInputProps("subjects.keys")} />
        <NamesSelect kind="agent" label="Agents" {...form.getInputProps("subjects.agents")} />
        <NamesSelect kind="gateway" label="Gateways" {...form.getInputProps("subjects.gateways")} />
        <TagsInput
          label="Tags of the caller"
          description="Of the key, its owner, the team, the gateway or the agent."
          {...form.getInputProps("subjects.tags")}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

function Resources({ form }: PartProps) {
  const models = useQuery(catalogQuery).data ?? [];
  return (
    <Fieldset legend="What">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TagsInput
          label="Models"
          description="Names, or the beginning of names and *. An alias is the same model."
          placeholder="gpt-5.4-mini, claude-haiku*"
          data={["*", ...models.map(({ model }) => model)]}
          {...form.getInputProps("resources.models")}
        />
        <TagsInput
          label="Tags of models"
          description="Of the price book: one in common is enough."
          data={[...new Set(models.flatMap(({ tags = [] }) => tags))]}
          {...form.getInputProps("resources.tags")}
        />
        <MultiSelect
          label="Providers"
          data={[
            { value: "openai", label: "OpenAI" },
            { value: "anthropic", label: "Anthropic" },
          ]}
          {...form.getInputProps("resources.providers")}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

function Limits({ form }: PartProps) {
  return (
    <Fieldset legend="Limits">
      <Text size="sm" c="dimmed" mb="sm">
        Empty: no limit of this policy. Of several policies that allow a request the smallest of each applies.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label="Output tokens" inputMode="numeric" {...form.getInputProps("limits.max_output_tokens")} />
        <TextInput
          label={`Cost of a request, ${useCurrency()}`}
          inputMode="decimal"
          placeholder="0.05"
          {...form.getInputProps("limits.max_cost_per_request")}
        />
        <TextInput label="Requests a minute" inputMode="numeric" {...form.getInputProps("limits.rpm")} />
        <TextInput label="Tokens a minute" inputMode="numeric" {...form.getInputProps("limits.tpm")} />
      </SimpleGrid>
    </Fieldset>
  );
}
