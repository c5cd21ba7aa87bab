/** Attempts the deliveries that messages name, all at once: an endpoint that hangs keeps no other one waiting. */
import { deliveryMessageSchema } from "../contract/webhook.ts";
import { retryDelaySeconds } from "./retry-delay.ts";

export interface WebhookConsumerPorts {
  /** Throws when the database cannot be asked. */
  attemptIfDue(deliveryId: string): Promise<void>;
  reportError(event: string, error: unknown): void;
}

/** Nothing throws. A message that cannot be read is dropped: deliveries are rows, and the cron trigger finds those that are due. */
export async function consumeWebhooks(batch: MessageBatch, ports: WebhookConsumerPorts): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      const parsed = deliveryMessageSchema.safeParse(message.body);
      try {
        if (parsed.success) await ports.attemptIfDue(parsed.data.delivery_id);
        message.ack();
      } catch (error) {
        ports.reportError("webhooks.not_attempted", error);
        message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
      }
    }),
  );
}
