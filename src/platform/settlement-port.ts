/**
 * The ledger as the proxy sees it: an organization's object, and behind its settlements a queue. What a request has cost is
 * known only once; when the object cannot take it now, it must not be lost with the Worker that knows it.
 */
import type { SettleCommand } from "../contract/commands.ts";
import { toSettleMessage, type SettleMessage } from "../contract/settle-message.ts";
import type { OrganizationClient } from "./organization-client.ts";

/** The queue's part that is used here. */
export interface SettlementQueue {
  send(
    message: SettleMessage,
    options: { readonly delaySeconds: number; readonly contentType: "json" },
  ): Promise<unknown>;
}

/** Long enough for an overloaded or restarting object to be itself again, far shorter than a lease. */
const FIRST_DELAY_SECONDS = 2;

export interface SettlementPort {
  settle(command: SettleCommand): Promise<void>;
}

/** Settles at the object, or through the queue with the same ids when the object is not to be had. Never rejects. */
export function createSettlementPort(
  client: Pick<OrganizationClient, "settle">,
  queue: SettlementQueue,
  organizationId: string,
  reportError: (error: unknown) => void,
): SettlementPort {
  return {
    async settle(command) {
      const reply = await client.settle(command);
      if (reply.outcome !== "refused") return;
      if (reply.failure.kind !== "wallet_unavailable") {
        reportError(new Error(`the settlement of ${command.reservationId} was refused: ${reply.failure.kind}`));
        return;
      }
      try {
        const message = toSettleMessage(organizationId, command);
        await queue.send(message, { delaySeconds: FIRST_DELAY_SECONDS, contentType: "json" });
      } catch (error) {
        // The lease is what is left: the object's alarm ends the reservation at its last checkpoint.
        reportError(error);
      }
    },
  };
}
