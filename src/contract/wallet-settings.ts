/** Wallet settings on the wire (contract: Wallets, Settings), and their mapping to `WalletSettings`. */
import { z } from "zod";
import { CURRENCIES } from "../core/money.ts";
import type { WalletSettings } from "../core/wallet.ts";
import { ZDR_MODES } from "../core/zdr.ts";
import { cacheSchema, fromCache, toCache } from "./response-cache.ts";
import { fromRateLimitTiers, rateLimitTiersSchema, toRateLimitTiers } from "./rate-limits.ts";

const BASIS_POINTS_PER_PERCENT = 100;

/** Percent with at most two decimals, so that it is a whole number of basis points. */
const percent = z
  .number()
  .min(0)
  .refine((value) => Number.isInteger(Math.round(value * 1e6) / 1e4), "at most two decimals");

/** An IANA name that this runtime knows. */
export const timeZoneSchema = z.string().max(64).refine(isTimeZone, "not an IANA time zone");

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export const walletSettingsSchema = z
  .strictObject({
    currency: z.enum(CURRENCIES).meta({
      description: "Changeable only while every wallet is empty and no reservation is open.",
    }),
    reserve_buffer_pct: percent
      .max(1_000)
      .meta({ description: "Added to every hold, in percent of the estimated cost.", example: 20 }),
    alert_threshold_pct: z.int().min(0).max(100).meta({
      description: "A wallet is `low` at or under this percentage of its balance after the last funding.",
      example: 20,
    }),
    wallet_fail_mode: z.enum(["closed", "open"]).meta({
      description: "`closed`: without the ledger no request leaves. `open`: it leaves, and its cost is posted later.",
    }),
    default_max_output_tokens: z.int().min(1).max(10_000_000).nullable().meta({
      description: "The output cap of requests that have none; null: the model's maximum.",
    }),
    enforce_default_max_output: z.boolean().meta({ description: "Send that cap to the provider as well." }),
    minimum_output_tokens: z.int().min(1).max(10_000_000).meta({
      description: "The fewest output tokens for which an uncapped request is clamped instead of refused.",
      example: 1_024,
    }),
    clamp: z.boolean().meta({ description: "Lower also the caller's own cap to what the funds cover." }),
    on_client_disconnect: z.enum(["abort", "drain"]),
    on_hold_exhausted: z.enum(["finish", "stop"]).meta({
      description:
        "When a stream has used up its hold and no more money can be held: let it finish, or end it as at an output cap.",
    }),
    self_service_user_top_up: z.boolean(),
    self_service_keys: z.boolean().meta({
      description: "Members may make and rotate gateway keys of their own. Changing it needs `org:admin`.",
    }),
    time_zone: timeZoneSchema.meta({ example: "Europe/Berlin" }),
    week_starts_on: z.enum(["monday", "sunday", "saturday"]),
    allow_unpriced: z.boolean().meta({
      description:
        "Let models without any price through, at cost 0, flagged. A name that the price book never had is denied by every deny of its provider's models, unless an allow names it in full.",
    }),
    zdr_mode: z.enum(ZDR_MODES).meta({
      description: "Zero data retention of every request: `passthrough` at the provider, `strict` also here.",
    }),
    rate_limits: rateLimitTiersSchema,
    cache: cacheSchema,
    keep_event_bodies: z.boolean().meta({
      description: "Keep the bodies of requests and answers in the event log. Never under `strict`.",
    }),
    retention_days: z.int().min(1).max(3_650).meta({
      description: "Events and their bodies are removed when their day is so many days ago.",
      example: 30,
    }),
  })
  .meta({ id: "WalletSettings" });

export type WalletSettingsWire = z.infer<typeof walletSettingsSchema>;

/** What `PUT` takes: only the named settings change. */
export const walletSettingsPatchSchema = walletSettingsSchema
  .partial()
  .meta({ id: "WalletSettingsPatch", example: { reserve_buffer_pct: 15, time_zone: "Europe/Berlin" } });

export type WalletSettingsPatch = z.infer<typeof walletSettingsPatchSchema>;

/** `base` with what `patch` names. */
export function applySettingsPatch(base: WalletSettings, patch: WalletSettingsPatch): WalletSettings {
  return {
    currency: patch.currency ?? base.currency,
    reserveBufferBasisPoints:
      patch.reserve_buffer_pct === undefined
        ? base.reserveBufferBasisPoints
        : Math.round(patch.reserve_buffer_pct * BASIS_POINTS_PER_PERCENT),
    alertThresholdPercent: patch.alert_threshold_pct ?? base.alertThresholdPercent,
    walletFailMode: patch.wallet_fail_mode ?? base.walletFailMode,
    defaultMaxOutputTokens:
      patch.default_max_output_tokens === undefined ? base.defaultMaxOutputTokens : patch.default_max_output_tokens,
    enforceDefaultMaxOutput: patch.enforce_default_max_output ?? base.enforceDefaultMaxOutput,
    minimumOutputTokens: patch.minimum_output_tokens ?? base.minimumOutputTokens,
    clamp: patch.clamp ?? base.clamp,
    onClientDisconnect: patch.on_client_disconnect ?? base.onClientDisconnect,
    onHoldExhausted: patch.on_hold_exhausted ?? base.onHoldExhausted,
    selfServiceUserTopUp: patch.self_service_user_top_up ?? base.selfServiceUserTopUp,
    selfServiceKeys: patch.self_service_keys ?? base.selfServiceKeys,
    timeZone: patch.time_zone ?? base.timeZone,
    weekStartsOn: patch.week_starts_on ?? base.weekStartsOn,
    allowUnpriced: patch.allow_unpriced ?? base.allowUnpriced,
    zdrMode: patch.zdr_mode ?? base.zdrMode,
    rateLimits: patch.rate_limits === undefined ? base.rateLimits : toRateLimitTiers(patch.rate_limits),
    cache: patch.cache === undefined ? base.cache : toCache(patch.cache),
    keepEventBodies: patch.keep_event_bodies ?? base.keepEventBodies,
    retentionDays: patch.retention_days ?? base.retentionDays,
  };
}

export function fromWalletSettings(settings: WalletSettings): WalletSettingsWire {
  return {
    currency: settings.currency,
    reserve_buffer_pct: settings.reserveBufferBasisPoints / BASIS_POINTS_PER_PERCENT,
    alert_threshold_pct: settings.alertThresholdPercent,
    wallet_fail_mode: settings.walletFailMode,
    default_max_output_tokens: settings.defaultMaxOutputTokens,
    enforce_default_max_output: settings.enforceDefaultMaxOutput,
    minimum_output_tokens: settings.minimumOutputTokens,
    clamp: settings.clamp,
    on_client_disconnect: settings.onClientDisconnect,
    on_hold_exhausted: settings.onHoldExhausted,
    self_service_user_top_up: settings.selfServiceUserTopUp,
    self_service_keys: settings.selfServiceKeys,
    time_zone: settings.timeZone,
    week_starts_on: settings.weekStartsOn,
    allow_unpriced: settings.allowUnpriced,
    zdr_mode: settings.zdrMode,
    rate_limits: fromRateLimitTiers(settings.rateLimits),
    cache: fromCache(settings.cache),
    keep_event_bodies: settings.keepEventBodies,
    retention_days: settings.retentionDays,
  };
}
