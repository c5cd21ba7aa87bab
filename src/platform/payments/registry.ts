/** Every payment provider that this deployment can use. A further one is its file and a line here. */
import type { ControlDatabase } from "../d1/database.ts";
import type { PaymentProvider, PaymentProviderName } from "./provider.ts";
import { createSandbox } from "./sandbox/provider.ts";
import { SandboxRecords } from "./sandbox/records.ts";
import { createStripeProvider, type StripeSettings } from "./stripe.ts";

export interface ProviderSettings {
  /** Empty: no sandbox. */
  readonly sandboxPaymentsKey: string;
  readonly stripe: StripeSettings;
}

export function createPaymentProviders(
  settings: ProviderSettings,
  db: ControlDatabase,
  nowMs: () => number,
): ReadonlyMap<PaymentProviderName, PaymentProvider> {
  const providers: PaymentProvider[] = [
    createSandbox({ key: settings.sandboxPaymentsKey, records: new SandboxRecords(db), nowMs }),
    createStripeProvider({ settings: settings.stripe, fetch: (input, init) => fetch(input, init), nowMs }),
  ];
  return new Map(providers.map((provider) => [provider.name, provider]));
}
