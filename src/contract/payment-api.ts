/** Payments on the wire (contract: Payments). */
import { z } from "zod";
import { AUTO_TOP_UP_CAUSES, AUTO_TOP_UP_STATES, AUTO_TOP_UP_STATUSES } from "../core/auto-top-up.ts";
import { DISPUTE_STATUSES } from "../core/credited-payment.ts";
import { formatNanos } from "../core/money.ts";
import { SESSION_STATUSES } from "../core/payment-session.ts";
import {
  DEFAULT_PAYMENT_SETTINGS,
  FUNDABLE_SCOPES,
  UNAVAILABLE_REASONS,
  type PaymentSettings,
} from "../core/payment-settings.ts";
import { PAYMENT_PROVIDERS } from "./payment-provider-name.ts";
import {
  amountSchema,
  amountTextSchema,
  currencySchema,
  positiveAmountSchema,
  timeSchema,
  timeTextSchema,
} from "./amount.ts";
import { idSchema } from "./id.ts";
import { listQuerySchema } from "./list.ts";

const scopeSchema = z.enum(FUNDABLE_SCOPES);
const providerNameSchema = z.enum(PAYMENT_PROVIDERS);
const MAX_PRESETS = 12;

export const checkoutSchema = z
  .strictObject({
    amount: positiveAmountSchema.optional().meta({
      description: "In the organization's currency. With a ticket it may be left out: what the ticket lacks.",
    }),
    scope: scopeSchema.default("organization"),
    team_id: idSchema.optional(),
    user_id: idSchema.optional().meta({ description: "A member; their own wallet when it is left out." }),
    ticket_id: z.string().min(1).max(128).optional().meta({ description: "The cost ticket that waits for the money." }),
    return_url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional()
      .meta({
        description: "Where the payer goes afterwards: at this gateway, or at an origin that the platform allows.",
      }),
    save_payment_method: z.boolean().default(false),
  })
  .meta({ id: "Checkout", example: { amount: "25.00", scope: "organization" } });

export const checkoutAnswerSchema = z
  .strictObject({
    session_id: z.string(),
    approval_url: z.string().meta({ description: "Open it in a browser: the payer pays there." }),
    amount: amountTextSchema,
    currency: currencySchema,
    expires_at: timeTextSchema,
  })
  .meta({ id: "CheckoutSession" });

export const confirmSchema = z
  .strictObject({ session_id: z.string().min(1).max(128) })
  .meta({ id: "CheckoutConfirmation", example: { session_id: "pay_01k9m3v7x2c4d6f8h0j2k4m6n8" } });

export const paymentSessionSchema = z
  .strictObject({
    id: z.string(),
    organization_id: z.string(),
    kind: z.enum(["checkout", "charge"]),
    provider: z.string(),
    status: z.enum(SESSION_STATUSES),
    scope: scopeSchema,
    owner_id: z.string(),
    amount: amountTextSchema,
    currency: currencySchema,
    captured_amount: amountTextSchema.nullable().meta({ description: "What the provider has taken." }),
    refunded_amount: amountTextSchema,
    failure_code: z.string().nullable().meta({ description: "Why it failed, or why the wallet waits for it." }),
    approval_url: z.string().nullable().meta({ description: "While it can be paid." }),
    ticket_id: z.string().nullable(),
    entry_id: z.string().nullable().meta({ description: "Of the ledger, once it is credited." }),
    actor: z.string(),
    created_at: timeTextSchema,
    updated_at: timeTextSchema,
    expires_at: timeTextSchema,
  })
  .meta({ id: "PaymentSession" });

export type PaymentSessionWire = z.input<typeof paymentSessionSchema>;

export const paymentHistoryQuerySchema = listQuerySchema.extend({
  status: z.enum(SESSION_STATUSES).optional(),
  from: timeSchema.optional().meta({ description: "Made at this instant or later." }),
  to: timeSchema.optional().meta({ description: "Made before this instant." }),
});

export const adminPaymentQuerySchema = paymentHistoryQuerySchema.extend({
  organization_id: z.string().optional(),
  provider: providerNameSchema.optional(),
});

const presetsSchema = z.array(positiveAmountSchema).max(MAX_PRESETS);

export const paymentSettingsPatchSchema = z
  .strictObject({
    preset_amounts: presetsSchema.optional(),
    minimum: positiveAmountSchema.optional(),
    maximum: positiveAmountSchema.optional(),
    target_scopes: z.array(scopeSchema).max(FUNDABLE_SCOPES.length).optional(),
  })
  .meta({ id: "PaymentSettingsPatch", example: { preset_amounts: ["20.00", "50.00"], minimum: "5.00" } });

export type PaymentSettingsPatch = z.output<typeof paymentSettingsPatchSchema>;

export const paymentSettingsSchema = z
  .strictObject({
    preset_amounts: z.array(amountTextSchema),
    minimum: amountTextSchema,
    maximum: amountTextSchema,
    target_scopes: z.array(scopeSchema),
    currency: currencySchema,
  })
  .meta({ id: "PaymentSettings" });

/** Stored settings; what is not stored has its default. */
export function readPaymentSettings(settingsJson: string | null): PaymentSettings {
  return settingsJson === null
    ? DEFAULT_PAYMENT_SETTINGS
    : applyPaymentSettings(DEFAULT_PAYMENT_SETTINGS, paymentSettingsPatchSchema.parse(JSON.parse(settingsJson)));
}

export function applyPaymentSettings(settings: PaymentSettings, patch: PaymentSettingsPatch): PaymentSettings {
  return {
    presetAmountsNanos: patch.preset_amounts ?? settings.presetAmountsNanos,
    minimumNanos: patch.minimum ?? settings.minimumNanos,
    maximumNanos: patch.maximum ?? settings.maximumNanos,
    targetScopes: patch.target_scopes ?? settings.targetScopes,
  };
}

export function paymentSettingsToWire(settings: PaymentSettings) {
  return {
    preset_amounts: settings.presetAmountsNanos.map(formatNanos),
    minimum: formatNanos(settings.minimumNanos),
    maximum: formatNanos(settings.maximumNanos),
    target_scopes: [...settings.targetScopes],
  };
}

export const availabilityQuerySchema = z.strictObject({
  team_id: idSchema.optional(),
  user_id: idSchema.optional(),
});

const availabilityOfScope = z.strictObject({
  scope: scopeSchema,
  owner_id: z.string().nullable().meta({ description: "Whose wallet; null: the caller has none of this scope." }),
  available: z.boolean(),
  reason: z.enum([...UNAVAILABLE_REASONS, "owner_required"]).nullable(),
  message: z.string().nullable(),
});

export const availabilitySchema = z
  .strictObject({
    provider: z.string().nullable(),
    currency: currencySchema,
    preset_amounts: z.array(amountTextSchema),
    minimum: amountTextSchema,
    maximum: amountTextSchema,
    decimals: z.int().meta({ description: "That an amount can have." }),
    scopes: z.array(availabilityOfScope),
  })
  .meta({ id: "PaymentAvailability" });

export const refundSchema = z
  .strictObject({
    session_id: z.string().min(1).max(128),
    amount: positiveAmountSchema.optional().meta({ description: "All that is left of it when it is left out." }),
    reason: z.string().max(500).optional(),
  })
  .meta({ id: "Refund", example: { session_id: "pay_01k9m3v7x2c4d6f8h0j2k4m6n8", amount: "5.00" } });

export const refundAnswerSchema = z
  .strictObject({
    refund_id: z.string(),
    status: z.enum(["requested", "pending", "succeeded", "failed"]),
    amount: amountTextSchema,
    currency: currencySchema,
    entry_id: z.string().nullable(),
    session: paymentSessionSchema,
  })
  .meta({ id: "RefundAnswer" });

export const paymentsConfigPatchSchema = z
  .strictObject({
    provider: providerNameSchema.nullable().optional().meta({ description: "Null: no payments." }),
    return_origins: z
      .array(z.url({ protocol: /^https?$/ }).transform((text) => new URL(text).origin))
      .max(20)
      .optional()
      .meta({ description: "Origins beside this gateway's own that payers may return to." }),
  })
  .meta({ id: "PaymentsConfigPatch", example: { provider: "sandbox" } });

export type PaymentsConfigPatch = z.output<typeof paymentsConfigPatchSchema>;

export const paymentsConfigSchema = z
  .strictObject({
    provider: providerNameSchema.nullable(),
    return_origins: z.array(z.string()),
    providers: z.array(
      z.strictObject({
        name: providerNameSchema,
        currencies: z.array(
          z.strictObject({
            currency: currencySchema,
            ready: z.boolean(),
            reason: z.enum(["not_configured", "currency_not_supported"]).nullable(),
            message: z.string().nullable(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: "PaymentsConfig" });

export const paymentMethodSchema = z
  .strictObject({ id: z.string(), provider: z.string(), label: z.string(), created_at: timeTextSchema })
  .meta({ id: "PaymentMethod" });

const WEEK_MINUTES = 7 * 24 * 60;

export const autoTopUpPutSchema = z
  .strictObject({
    enabled: z.boolean(),
    threshold: amountSchema.meta({ description: "The wallet is refilled when its balance is below it." }),
    amount: positiveAmountSchema.meta({ description: "A charge is a multiple of it: as often as closes the gap." }),
    daily_cap: positiveAmountSchema.meta({ description: "Of all charges of a day of the organization's calendar." }),
    cooldown_minutes: z.int().min(1).max(WEEK_MINUTES).default(10).meta({
      description: "From the beginning of one charge to that of the next.",
    }),
    payment_method: idSchema.meta({ description: "One of `GET /v1/payments/methods`." }),
  })
  .meta({
    id: "AutoTopUpChange",
    example: {
      enabled: true,
      threshold: "10.00",
      amount: "25.00",
      daily_cap: "100.00",
      payment_method: "pm_01k9m3v7x2c4d6f8h0j2k4m6n8",
    },
  });

export type AutoTopUpPut = z.output<typeof autoTopUpPutSchema>;

export const autoTopUpSettingsSchema = z
  .strictObject({
    wallet_id: z.string(),
    enabled: z.boolean(),
    threshold: amountTextSchema,
    amount: amountTextSchema,
    daily_cap: amountTextSchema,
    currency: currencySchema,
    cooldown_minutes: z.int(),
    payment_method: z.string(),
  })
  .meta({ id: "AutoTopUpSettings" });

export const autoTopUpStandingSchema = z
  .strictObject({
    wallet_id: z.string(),
    settings: autoTopUpSettingsSchema.nullable().meta({ description: "Null: they were never set." }),
    state: z.enum(AUTO_TOP_UP_STATES).meta({
      description:
        "What it would do if the balance were too low now. `stopped`: after declines, until it is saved again.",
    }),
    until: timeTextSchema.nullable().meta({ description: "When a wait is over." }),
    declines: z.int().meta({ description: "In a row." }),
    failure_code: z.string().nullable().meta({ description: "Of the last decline." }),
    charged_today: amountTextSchema,
  })
  .meta({ id: "AutoTopUpStanding" });

export const autoTopUpRowSchema = z
  .strictObject({
    id: z.string().meta({ description: "Of its payment as well." }),
    wallet_id: z.string(),
    scope: scopeSchema,
    owner_id: z.string(),
    status: z.enum(AUTO_TOP_UP_STATUSES),
    amount: amountTextSchema,
    currency: currencySchema,
    cause: z.enum(AUTO_TOP_UP_CAUSES),
    balance: amountTextSchema.meta({ description: "Of the wallet when it was decided." }),
    payment_method: z.string(),
    failure_code: z.string().nullable(),
    entry_id: z.string().nullable().meta({ description: "Of the ledger, once it is credited." }),
    created_at: timeTextSchema,
    ended_at: timeTextSchema.nullable(),
  })
  .meta({ id: "AutoTopUp" });

export const autoTopUpQuerySchema = listQuerySchema.extend({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .meta({ description: "`next_cursor` of the page before." }),
  status: z.enum(AUTO_TOP_UP_STATUSES).optional(),
  wallet_id: idSchema.optional(),
  from: timeSchema.optional().meta({ description: "Begun at this instant or later." }),
  to: timeSchema.optional().meta({ description: "Begun before this instant." }),
});

export const webhookParams = z.strictObject({ provider: z.string() });
export const webhookAnswerSchema = z.strictObject({ received: z.literal(true) }).meta({ id: "PaymentWebhookAnswer" });

export const disputeStatusSchema = z.enum(DISPUTE_STATUSES);
