/** What is kept of requests: bodies, for how long, cached answers, zero data retention. */
import { Alert, NumberInput, Select, Switch } from "@mantine/core";
import { z } from "zod";
import { useChangeForm } from "../../parts/use-change-form.ts";
import { SettingsForm } from "./settings-form.tsx";
import { useSettingsChange, type Settings } from "./use-settings-change.ts";

const DAYS = "Whole days, from 1 to 3,650.";
const DEFAULT_TTL_SECONDS = 3_600;
const SECONDS = "Whole seconds, from 1 to 604,800 (a week).";

const formSchema = z.object({
  zdr_mode: z.enum(["off", "passthrough", "strict"]),
  keep_event_bodies: z.boolean(),
  retention_days: z.int(DAYS).min(1, DAYS).max(3_650, DAYS),
  cache_enabled: z.boolean(),
  ttl_seconds: z.int(SECONDS).min(1, SECONDS).max(604_800, SECONDS),
});

type FormValues = z.output<typeof formSchema>;

const MODES = {
  off: "Off: bodies and cached answers are kept as set below.",
  passthrough: "At the provider: requests go only where nothing is retained; bodies are kept here as set below.",
  strict: "Everywhere: also here no body is kept and no answer is cached, whatever is set below.",
} as const satisfies Record<FormValues["zdr_mode"], string>;

interface DataFormProps {
  readonly settings: Settings;
  readonly isEditable: boolean;
}

export function DataForm({ settings, isEditable }: DataFormProps) {
  const { form, showFailure } = useChangeForm<FormValues>(formSchema, {
    zdr_mode: settings.zdr_mode,
    keep_event_bodies: settings.keep_event_bodies,
    retention_days: settings.retention_days,
    cache_enabled: settings.cache.enabled,
    ttl_seconds: settings.cache.ttl_seconds ?? DEFAULT_TTL_SECONDS,
  });
  const { submit, isPending, error } = useSettingsChange(bodyOf, showFailure);
  const { zdr_mode: mode, retention_days: days } = form.values;
  return (
    <SettingsForm
      label="Data"
      isEditable={isEditable}
      isPending={isPending}
      error={error}
      onSubmit={form.onSubmit(submit)}
    >
      <Select
        label="Zero data retention"
        description={MODES[mode]}
        allowDeselect={false}
        data={[
          { value: "off", label: "Off" },
          { value: "passthrough", label: "At the provider" },
          { value: "strict", label: "Strict: at the provider and here" },
        ]}
        {...form.getInputProps("zdr_mode")}
      />
      <Switch
        label="Keep bodies"
        description="What was asked and answered, for those with org:admin to read under Events."
        {...form.getInputProps("keep_event_bodies", { type: "checkbox" })}
      />
      <NumberInput
        label="Days that events are kept"
        description="Older events and bodies are removed. The spend log and the ledger stay."
        min={1}
        max={3_650}
        allowDecimal={false}
        {...form.getInputProps("retention_days")}
      />
      {days < settings.retention_days ? (
        <Alert color="yellow" title="Removes what is kept now">
          Events of more than {days} days ago are removed within minutes, and do not come back.
        </Alert>
      ) : null}
      <Switch
        label="Cache answers"
        description="Exactly the same request gets the same answer again, free of cost. Never under zero data retention."
        {...form.getInputProps("cache_enabled", { type: "checkbox" })}
      />
      <NumberInput
        label="Seconds that an answer is cached"
        min={1}
        max={604_800}
        allowDecimal={false}
        {...form.getInputProps("ttl_seconds")}
      />
    </SettingsForm>
  );
}

function bodyOf({ zdr_mode, keep_event_bodies, retention_days, cache_enabled, ttl_seconds }: FormValues) {
  return { zdr_mode, keep_event_bodies, retention_days, cache: { enabled: cache_enabled, ttl_seconds } };
}
