/** Has deliveries attempted later, through the webhook queue. */
import { reportError } from "./log.ts";

/** Queues take 100 messages in one call. */
const MAX_BATCH_MESSAGES = 100;

/** Never rejects: what the queue does not take is a row that the cron trigger finds. Delays are at most twelve hours. */
export async function scheduleDeliveries(
  queue: Queue,
  deliveryIds: readonly string[],
  delaySeconds: number,
): Promise<void> {
  for (let first = 0; first < deliveryIds.length; first += MAX_BATCH_MESSAGES) {
    const messages = deliveryIds.slice(first, first + MAX_BATCH_MESSAGES).map((id) => ({
      body: { delivery_id: id },
      contentType: "json" as const,
    }));
    try {
      await queue.sendBatch(messages, { delaySeconds });
    } catch (error) {
      reportError("webhooks.not_scheduled", error);
    }
  }
}
