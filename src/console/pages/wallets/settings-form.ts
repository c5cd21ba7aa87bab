/** The wallet settings as a form holds them: empty number fields are null. */
import { z } from "zod";
import type { Wire } from "../../api/client.ts";

export type WalletSettings = Wire<"WalletSettings">;

export const TIERS = ["per_key", "per_user", "per_team", "organization"] as const;
export const RATES = ["rpm", "tpm", "max_parallel_requests"] as const;

const whole = z.int("A whole number.");
const rate = z.union([z.literal(""), whole.min(1, "At least 1.")]);
const limitsSchema = z.object({ rpm: rate, tpm: rate, max_parallel_requests: rate });

export const formSchema = z.object({
  currency: z.enum(["USD", "EUR", "GBP", "JPY", "AUD", "CAD", "CNY"]),
  time_zone: z.string().min(1, "Choose a time zone."),
  week_starts_on: z.enum(["monday", "sunday", "saturday"]),
  reserve_buffer_pct: z.number("A number.").min(0, "At least 0.").max(1_000, "At most 1,000."),
  default_max_output_tokens: z.union([z.literal(""), whole.min(1, "At least 1.")]),
  enforce_default_max_output: z.boolean(),
  minimum_output_tokens: whole.min(1, "At least 1."),
  clamp: z.boolean(),
  wallet_fail_mode: z.enum(["closed", "open"]),
  on_client_disconnect: z.enum(["abort", "drain"]),
  on_hold_exhausted: z.enum(["finish", "stop"]),
  alert_threshold_pct: whole.min(0, "At least 0.").max(100, "At most 100."),
  self_service_user_top_up: z.boolean(),
  self_service_keys: z.boolean(),
  allow_unpriced: z.boolean(),
  zdr_mode: z.enum(["off", "passthrough", "strict"]),
  rate_limits: z.object({
    per_key: limitsSchema,
    per_user: limitsSchema,
    per_team: limitsSchema,
    organization: limitsSchema,
  }),
  cache: z.object({ enabled: z.boolean(), ttl_seconds: whole.min(1, "At least a second.") }),
  keep_event_bodies: z.boolean(),
  retention_days: whole.min(1, "At least a day.").max(3_650, "At most ten years."),
});

export type FormValues = z.output<typeof formSchema>;

const DEFAULT_CACHE_SECONDS = 3_600;

type Limits = Partial<Record<(typeof RATES)[number], number | null>>;

export function valuesOf(settings: WalletSettings): FormValues {
  const { rate_limits: tiers, default_max_output_tokens: cap, cache } = settings;
  return {
    ...settings,
    default_max_output_tokens: cap ?? "",
    rate_limits: {
      per_key: limitValues(tiers.per_key),
      per_user: limitValues(tiers.per_user),
      per_team: limitValues(tiers.per_team),
      organization: limitValues(tiers.organization),
    },
    cache: { enabled: cache.enabled, ttl_seconds: cache.ttl_seconds ?? DEFAULT_CACHE_SECONDS },
  };
}

/** What differs: settings that nobody touched are left to whoever changes them meanwhile. */
export function changesOf(before: WalletSettings, values: FormValues): Wire<"WalletSettingsPatch"> {
  const kept: Readonly<Record<string, unknown>> = toWire(valuesOf(before));
  const changed = Object.entries(toWire(values)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(kept[name]),
  );
  return Object.fromEntries(changed);
}

function toWire(values: FormValues): Required<Wire<"WalletSettingsPatch">> {
  const { rate_limits: tiers, default_max_output_tokens: cap } = values;
  return {
    ...values,
    default_max_output_tokens: orNull(cap),
    rate_limits: {
      per_key: limitsOf(tiers.per_key),
      per_user: limitsOf(tiers.per_user),
      per_team: limitsOf(tiers.per_team),
      organization: limitsOf(tiers.organization),
    },
  };
}

function limitValues(limits: Limits = {}): FormValues["rate_limits"]["per_key"] {
  return { rpm: limits.rpm ?? "", tpm: limits.tpm ?? "", max_parallel_requests: limits.max_parallel_requests ?? "" };
}

function limitsOf(values: FormValues["rate_limits"]["per_key"]): Limits {
  return {
    rpm: orNull(values.rpm),
    tpm: orNull(values.tpm),
    max_parallel_requests: orNull(values.max_parallel_requests),
  };
}

function orNull(value: number | ""): number | null {
  return value === "" ? null : value;
}
