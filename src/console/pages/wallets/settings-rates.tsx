/** The organization's rate limits, by what they count. */
import { Fieldset, NumberInput, SimpleGrid, Stack, Text } from "@mantine/core";
import type { useChangeForm } from "../../parts/use-change-form.ts";
import { RATES, TIERS, type FormValues } from "./settings-form.ts";

const TIER_NAMES = {
  per_key: "Each key",
  per_user: "Each person and service user",
  per_team: "Each team",
  organization: "The organization",
} as const satisfies Record<(typeof TIERS)[number], string>;

const RATE_NAMES = {
  rpm: "requests a minute",
  tpm: "tokens a minute",
  max_parallel_requests: "at the same time",
} as const satisfies Record<(typeof RATES)[number], string>;

export function RateTiers({ form }: { readonly form: ReturnType<typeof useChangeForm<FormValues>>["form"] }) {
  return (
    <Fieldset legend="Rate limits">
      <Stack>
        <Text size="sm" c="dimmed">
          Tested in this order; the first that is reached answers 429. Empty: no limit. Keys, members, service users and
          teams can have limits of their own.
        </Text>
        {TIERS.map((tier) => (
          <SimpleGrid key={tier} cols={{ base: 1, xs: 3 }} style={{ alignItems: "end" }}>
            {RATES.map((rate) => (
              <NumberInput
                key={rate}
                label={`${TIER_NAMES[tier]}: ${RATE_NAMES[rate]}`}
                placeholder="no limit"
                min={1}
                allowDecimal={false}
                thousandSeparator=","
                {...form.getInputProps(`rate_limits.${tier}.${rate}`)}
              />
            ))}
          </SimpleGrid>
        ))}
      </Stack>
    </Fieldset>
  );
}
