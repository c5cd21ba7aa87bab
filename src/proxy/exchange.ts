import type { Grant, SettleCommand } from "../contract/commands.ts";
import type { RequestHealth } from "../contract/target-health.ts";
import type { Failure } from "../core/failure.ts";
import type { RequestFacts } from "../core/request-facts.ts";
import type { InspectedBody, ProviderAdapter } from "../provider/adapter.ts";
import type { AnswerCapture } from "./answer-capture.ts";
import type { Lease } from "./lease.ts";
import type { ProxyPorts } from "./ports.ts";
import type { Timing } from "./timing.ts";

/** An authorized request, with everything that the answer's way back needs. */
export interface Exchange {
  readonly request: Request;
  readonly requestId: string;
  readonly organizationId: string;
  readonly adapter: ProviderAdapter;
  readonly inspected: InspectedBody;
  readonly facts: RequestFacts;
  readonly bodyText: string;
  readonly grant: Grant;
  readonly ports: ProxyPorts;
  readonly health: RequestHealth;
  readonly lease: Lease;
  /** Is shown what goes to the caller. */
  readonly capture: AnswerCapture;
  /** The answer for a failure, in the caller's dialect. */
  readonly refuse: (failure: Failure) => Response;
  /** Ends the lease and delivers the settlement; the caller never waits for it. */
  readonly settle: (command: SettleCommand) => void;
  readonly timing: Timing;
}
