/** Every payment provider that this deployment can use. A further one is its file and a line here. */
import type { ControlDatabase } from "../d1/database.ts";
import type { PaymentProvider, PaymentProviderName } from "./provider.ts";
import { createSandbox } from "./sandbox/provider.ts";
import { SandboxRecords } from "./sandbox/records.ts";

export interface ProviderSettings {
  /** Empty: no sandbox. */
  readonly sandboxPaymentsKey: string;
}

export function createPaymentProviders(
  settings: ProviderSettings,
  db: ControlDatabase,
  nowMs: () => number,
): ReadonlyMap<PaymentProviderName, PaymentProvider> {
  const providers: PaymentProvider[] = [
    createSandbox({ key: settings.sandboxPaymentsKey, records: new SandboxRecords(db), nowMs }),
  ];
  return new Map(providers.map((provider) => [provider.name, provider]));
}
