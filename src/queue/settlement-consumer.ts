/** Gives queued settlements to their organizations' objects. Repeats are harmless: a reservation ends once. */
import type { SettleCommand, SettleReply } from "../contract/commands.ts";
import { fromSettleMessage, settleMessageSchema } from "../contract/settle-message.ts";
import { retryDelaySeconds } from "./retry-delay.ts";

export interface SettlementConsumerPorts {
  settle(organizationId: string, command: SettleCommand): Promise<SettleReply>;
  /** Keeps a message that can never be delivered, for a person to look at, and acknowledges it. */
  parkUnreadable(message: Message): Promise<void>;
}

/** Acknowledges what the object has answered, also when it refuses; retries, ever later, what it could not be asked. */
export async function consumeSettlements(batch: MessageBatch, ports: SettlementConsumerPorts): Promise<void> {
  for (const message of batch.messages) {
    const parsed = settleMessageSchema.safeParse(message.body);
    if (!parsed.success) {
      await ports.parkUnreadable(message);
      continue;
    }
    const reply = await ports.settle(parsed.data.organizationId, fromSettleMessage(parsed.data));
    if (reply.outcome === "refused" && reply.failure.kind === "wallet_unavailable") {
      message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
    } else {
      message.ack();
    }
  }
}
