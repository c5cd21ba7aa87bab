/** The organization's rate limits, tier by tier. */
import { NumberInput, SimpleGrid, Text } from "@mantine/core";
import { z } from "zod";
import type { Wire } from "../../api/client.ts";
import { limitFields, limitsOf, limitValuesOf } from "../../parts/rate-limits.tsx";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { SettingsForm } from "./settings-form.tsx";
import { useSettingsChange, type Settings } from "./use-settings-change.ts";

const tierSchema = z.object(limitFields);
const formSchema = z.object({
  per_key: tierSchema,
  per_user: tierSchema,
  per_team: tierSchema,
  organization: tierSchema,
});

type FormValues = z.output<typeof formSchema>;

const TIERS = {
  per_key: "Each key",
  per_user: "Each member and service user",
  per_team: "Each team",
  organization: "All together",
} as const satisfies Record<keyof FormValues, string>;

const KINDS = {
  rpm: "Requests a minute",
  tpm: "Tokens a minute",
  max_parallel_requests: "At the same time",
} as const;

interface RateLimitsFormProps {
  readonly settings: Settings;
  readonly isEditable: boolean;
}

export function RateLimitsForm({ settings, isEditable }: RateLimitsFormProps) {
  const valuesOf = (tier: keyof FormValues) => limitValuesOf(shownOf(settings.rate_limits[tier]));
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    per_key: valuesOf("per_key"),
    per_user: valuesOf("per_user"),
    per_team: valuesOf("per_team"),
    organization: valuesOf("organization"),
  });
  const { submit, isPending, error } = useSettingsChange(bodyOf, showFailure);
  return (
    <SettingsForm
      label="Rate limits"
      isEditable={isEditable}
      isPending={isPending}
      error={error}
      onSubmit={form.onSubmit(submit)}
    >
      <Text size="sm">Empty: no limit. A request beyond one is refused with 429, and costs nothing.</Text>
      {Object.entries(TIERS).map(([tier, name]) => (
        <SimpleGrid key={tier} cols={{ base: 1, sm: 3 }} style={{ alignItems: "end" }}>
          {Object.entries(KINDS).map(([kind, label]) => (
            <NumberInput
              key={kind}
              label={`${name}: ${label.toLowerCase()}`}
              placeholder="no limit"
              min={1}
              allowDecimal={false}
              {...form.getInputProps(`${tier}.${kind}`)}
            />
          ))}
        </SimpleGrid>
      ))}
    </SettingsForm>
  );
}

function shownOf(limits: Wire<"RateLimits"> | undefined): Wire<"RateLimitsShown"> {
  return {
    rpm: limits?.rpm ?? null,
    tpm: limits?.tpm ?? null,
    max_parallel_requests: limits?.max_parallel_requests ?? null,
  };
}

function bodyOf({ per_key, per_user, per_team, organization }: FormValues) {
  return {
    rate_limits: {
      per_key: limitsOf(per_key) ?? {},
      per_user: limitsOf(per_user) ?? {},
      per_team: limitsOf(per_team) ?? {},
      organization: limitsOf(organization) ?? {},
    },
  };
}
