/** The queue behind the objects: what one of them cannot take now is kept there and given to it later. */
import { toSettleMessage, type QueuedSettlement, type SettleMessage } from "../contract/settle-message.ts";

/** The binding's part that is used here. */
export interface SettlementQueue {
  send(
    message: SettleMessage,
    options: { readonly delaySeconds: number; readonly contentType: "json" },
  ): Promise<unknown>;
}

/** Long enough for an overloaded or restarting object to be itself again, far shorter than a lease. */
export const FIRST_DELAY_SECONDS = 2;

/** Rejects when the queue does not take it. */
export async function enqueueSettlement(
  queue: SettlementQueue,
  organizationId: string,
  queued: QueuedSettlement,
  delaySeconds = FIRST_DELAY_SECONDS,
): Promise<void> {
  await queue.send(toSettleMessage(organizationId, queued), { delaySeconds, contentType: "json" });
}
