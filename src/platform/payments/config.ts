/** The deployment's choice of a payment provider, and the organization's payment settings, as stored. */
import { eq } from "drizzle-orm";
import type { PaymentProviderName } from "../../contract/payment-provider-name.ts";
import { paymentsConfigPatchSchema, readPaymentSettings } from "../../contract/payment-api.ts";
import type { Currency } from "../../core/money.ts";
import type { PaymentSettings, ProviderStanding } from "../../core/payment-settings.ts";
import { paymentsConfig, paymentSettings } from "../d1/payment-schema.ts";
import type { ControlDatabase } from "../d1/database.ts";
import type { PaymentProvider } from "./provider.ts";

export interface PaymentsConfig {
  /** Undefined: nobody has chosen; null: none, by choice. */
  readonly provider: PaymentProviderName | null | undefined;
  readonly returnOrigins: readonly string[];
}

export function parsePaymentsConfig(configJson: string | undefined): PaymentsConfig {
  const stored = configJson === undefined ? {} : paymentsConfigPatchSchema.parse(JSON.parse(configJson));
  return { provider: stored.provider, returnOrigins: stored.return_origins ?? [] };
}

export async function readPaymentsConfig(db: ControlDatabase): Promise<PaymentsConfig> {
  const rows = await db.select({ configJson: paymentsConfig.configJson }).from(paymentsConfig);
  return parsePaymentsConfig(rows[0]?.configJson);
}

export async function findPaymentSettings(db: ControlDatabase, organizationId: string): Promise<PaymentSettings> {
  const rows = await db
    .select({ settingsJson: paymentSettings.settingsJson })
    .from(paymentSettings)
    .where(eq(paymentSettings.organizationId, organizationId));
  return readPaymentSettings(rows[0]?.settingsJson ?? null);
}

/** The chosen provider; where nobody has chosen, the sandbox if the deployment has turned it on. */
export function activeProvider(
  providers: ReadonlyMap<string, PaymentProvider>,
  chosen: PaymentProviderName | null | undefined,
): PaymentProvider | null {
  if (chosen === null) return null;
  if (chosen !== undefined) return providers.get(chosen) ?? null;
  const sandbox = providers.get("sandbox") ?? null;
  return sandbox !== null && sandbox.readiness("USD").ready ? sandbox : null;
}

/** How the active provider stands for a currency; null: none is active. */
export function standingOf(provider: PaymentProvider | null, currency: Currency): ProviderStanding {
  return provider === null ? null : provider.readiness(currency);
}
