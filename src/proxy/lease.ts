/** Keeps the hold of a running request: until it settles, its reservation must not expire under it. */
import type { CheckpointCommand, Grant, Renewal } from "../contract/commands.ts";
import { errorName } from "./error-name.ts";
import type { Lifetime, OrganizationLedger, ProxyPorts } from "./ports.ts";

/** What a renewal says of the request. */
export type Progress = Pick<CheckpointCommand, "usage" | "targetId" | "holdForOutputTokens">;

export interface Lease {
  /**
   * From now on renewals carry what was used so far, so that a Worker that dies is settled by it, and what should be held;
   * `renewed` is told what they answer.
   */
  follow(progress: () => Progress, renewed: (renewal: Renewal) => void): void;
  /** Renews at once. Never rejects; what fails is logged. */
  renew(): Promise<void>;
  end(): void;
}

/** Renews three times in a lease, from the grant on: a provider may think for longer than a lease before its first byte. */
export function keepLease(
  grant: Pick<Grant, "reservationId" | "requestId" | "leaseMs">,
  ledger: Pick<OrganizationLedger, "checkpoint">,
  lifetime: Lifetime,
  ports: Pick<ProxyPorts, "log">,
): Lease {
  let followed: { readonly progress: () => Progress; readonly renewed: (renewal: Renewal) => void } | null = null;
  let ended = false;
  const send = async (): Promise<void> => {
    try {
      const progress = followed?.progress() ?? { usage: null };
      const reply = await ledger.checkpoint({ reservationId: grant.reservationId, ...progress });
      if (reply.outcome === "renewed") followed?.renewed(reply);
      // A lost renewal costs nothing but precision: the next one, or the settlement, says the same and more.
      else ports.log({ event: "proxy.checkpoint_refused", request_id: grant.requestId, kind: reply.failure.kind });
    } catch (error) {
      ports.log({ event: "proxy.checkpoint_failed", request_id: grant.requestId, error: errorName(error) });
    }
  };
  const renew = async (): Promise<void> => {
    if (ended) return;
    const sending = send();
    lifetime.waitUntil(sending);
    await sending;
  };
  const timer = setInterval(() => void renew(), Math.ceil(grant.leaseMs / 3));
  return {
    follow(progress, renewed) {
      followed = { progress, renewed };
    },
    renew,
    end() {
      ended = true;
      clearInterval(timer);
    },
  };
}
