/**
 * What the ledger is told of requests that were decided without it: that one was forwarded, how it ended, or that it was
 * refused. Nothing rejects, and nothing keeps a caller waiting for long.
 */
import type { SettleCommand, SettleUnreservedCommand, UnreservedRequest } from "../contract/commands.ts";
import type { QueuedSettlement } from "../contract/settle-message.ts";
import type { OrganizationClient } from "./organization-client.ts";
import { enqueueSettlement, FIRST_DELAY_SECONDS, type SettlementQueue } from "./settlement-queue.ts";

export interface UnreservedPorts {
  organization(organizationId: string): Pick<OrganizationClient, "settleUnreserved">;
  readonly queue: SettlementQueue;
  sleep(durationMs: number): Promise<void>;
  reportError(error: unknown): void;
}

export interface UnreservedPort {
  /** Before the request leaves, so that a Worker that dies leaves at least a row that says so. */
  begin(organizationId: string, request: UnreservedRequest): Promise<void>;
  settle(organizationId: string, command: SettleUnreservedCommand): Promise<void>;
  /** The request was refused: frees what `authorize` may have held for it. `request` null: nobody knows who called. */
  abandon(organizationId: string, request: UnreservedRequest | null, settlement: SettleCommand): Promise<void>;
}

/** Most requests have ended before, and then there is nothing left to begin. */
const BEGIN_DELAY_SECONDS = 60;
/** A queue can take a minute to refuse; the caller has waited for the object already. */
const MAX_BEGIN_WAIT_MS = 1_000;

/** The object, then the queue, and again: together less than a Worker may live on after its answer. */
const PAUSES_MS = [1_000, 4_000] as const;

export function createUnreservedPort(ports: UnreservedPorts): UnreservedPort {
  async function enqueue(organizationId: string, queued: QueuedSettlement, delaySeconds: number): Promise<boolean> {
    try {
      await enqueueSettlement(ports.queue, organizationId, queued, delaySeconds);
      return true;
    } catch (error) {
      ports.reportError(error);
      return false;
    }
  }

  /** True when the object has answered, whatever it said, or the queue has taken it. */
  async function deliver(organizationId: string, command: SettleUnreservedCommand): Promise<boolean> {
    const reply = await ports.organization(organizationId).settleUnreserved(command);
    if (reply.outcome === "ended") return true;
    if (reply.failure.kind === "wallet_unavailable") {
      return enqueue(organizationId, { kind: "settle_unreserved", command }, FIRST_DELAY_SECONDS);
    }
    ports.reportError(new Error(`settlement of ${command.request.reservationId} refused: ${reply.failure.kind}`));
    return true;
  }

  return {
    async begin(organizationId, request) {
      const sent = enqueue(organizationId, { kind: "begin_unreserved", request }, BEGIN_DELAY_SECONDS);
      await Promise.race([sent, ports.sleep(MAX_BEGIN_WAIT_MS)]);
    },
    async settle(organizationId, command) {
      for (const pauseMs of PAUSES_MS) {
        if (await deliver(organizationId, command)) return;
        await ports.sleep(pauseMs);
      }
      await deliver(organizationId, command);
    },
    async abandon(organizationId, request, settlement) {
      // Straight to the queue: the object has just shown that it cannot be asked.
      const queued: QueuedSettlement =
        request === null
          ? { kind: "settle", command: settlement }
          : { kind: "settle_unreserved", command: { request, settlement } };
      await enqueue(organizationId, queued, FIRST_DELAY_SECONDS);
    },
  };
}
