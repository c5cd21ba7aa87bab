/** Keeps the hold of a running request: until it settles, its reservation must not expire under it. */
import type { Grant } from "../contract/commands.ts";
import type { Usage } from "../core/usage.ts";
import { errorName } from "./error-name.ts";
import type { Lifetime, OrganizationLedger, ProxyPorts } from "./ports.ts";

export interface Lease {
  /** From now on renewals carry what was used so far, so that a Worker that dies is settled by it. */
  meter(usageSoFar: () => Usage | null): void;
  end(): void;
}

/** Renews three times in a lease, from the grant on: a provider may think for longer than a lease before its first byte. */
export function keepLease(
  grant: Pick<Grant, "reservationId" | "requestId" | "leaseMs">,
  ledger: Pick<OrganizationLedger, "checkpoint">,
  lifetime: Lifetime,
  ports: Pick<ProxyPorts, "log">,
): Lease {
  let usageSoFar: (() => Usage | null) | null = null;
  const renew = async (): Promise<void> => {
    const reply = await ledger.checkpoint({ reservationId: grant.reservationId, usage: usageSoFar?.() ?? null });
    // A lost renewal costs nothing but precision: the next one, or the settlement, says the same and more.
    if (reply.outcome === "refused") {
      ports.log({ event: "proxy.checkpoint_refused", request_id: grant.requestId, kind: reply.failure.kind });
    }
  };
  const timer = setInterval(
    () => {
      lifetime.waitUntil(
        renew().catch((error: unknown) => {
          ports.log({ event: "proxy.checkpoint_failed", request_id: grant.requestId, error: errorName(error) });
        }),
      );
    },
    Math.ceil(grant.leaseMs / 3),
  );
  return {
    meter(source) {
      usageSoFar = source;
    },
    end() {
      clearInterval(timer);
    },
  };
}
