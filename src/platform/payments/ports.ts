/** What the flow of payments needs from the outside. */
import type { OrganizationClient } from "../organization-client.ts";
import type { ControlDatabase } from "../d1/database.ts";
import type { PaymentProvider, PaymentProviderName } from "./provider.ts";

export interface PaymentPorts {
  readonly db: ControlDatabase;
  readonly providers: ReadonlyMap<PaymentProviderName, PaymentProvider>;
  organization(
    organizationId: string,
  ): Pick<OrganizationClient, "topUp" | "forgoPayment" | "refundPayment" | "disputePayment" | "endAutoTopUp">;
  readonly nowMs: () => number;
  readonly newId: (prefix: string) => string;
  /** Told of what is tried again later. */
  readonly reportError: (event: string, error: unknown) => void;
}

/** `waiting`: it is tried again later, nothing is lost. */
export type Progress = "done" | "waiting";

export function findProvider(ports: Pick<PaymentPorts, "providers">, name: string): PaymentProvider | null {
  for (const provider of ports.providers.values()) if (provider.name === name) return provider;
  return null;
}
