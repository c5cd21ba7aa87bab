import type { Grant } from "../contract/commands.ts";
import type { RequestFacts } from "../core/request-facts.ts";
import type { InspectedBody, ProviderAdapter } from "../provider/adapter.ts";
import type { Lifetime, OrganizationLedger, ProxyPorts } from "./ports.ts";
import type { Timing } from "./timing.ts";

/** An authorized request, with everything that the answer's way back needs. */
export interface Exchange {
  readonly request: Request;
  readonly requestId: string;
  readonly adapter: ProviderAdapter;
  readonly inspected: InspectedBody;
  readonly facts: RequestFacts;
  readonly bodyText: string;
  readonly grant: Grant;
  readonly ledger: OrganizationLedger;
  readonly lifetime: Lifetime;
  readonly ports: ProxyPorts;
  readonly timing: Timing;
}

/** The class of an error: its message may quote what must not be logged. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
