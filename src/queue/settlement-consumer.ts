/** Gives queued settlements to their organizations' objects. Repeats are harmless: a reservation ends once. */
import type { BeginReply, SettleReply } from "../contract/commands.ts";
import type { OrganizationRpc } from "../contract/organization-rpc.ts";
import { fromSettleMessage, settleMessageSchema, type SettleMessage } from "../contract/settle-message.ts";
import { retryDelaySeconds } from "./retry-delay.ts";

type Settling = Pick<OrganizationRpc, "settle" | "beginUnreserved" | "settleUnreserved">;

export interface SettlementConsumerPorts {
  /** Nothing of it rejects. */
  organization(organizationId: string): Settling;
  /** Keeps a message that can never be delivered, for a person to look at, and acknowledges it. */
  parkUnreadable(message: Message): Promise<void>;
}

interface ReadMessage {
  readonly message: Message;
  readonly content: SettleMessage;
}

/** So many in a row that an object does not take, and it is left alone with the rest of the batch. */
const MAX_UNANSWERED = 3;

/**
 * Acknowledges what the object has answered, also when it refuses; retries, ever later, what it could not be asked. An object
 * that does not answer holds up no other organization.
 */
export async function consumeSettlements(batch: MessageBatch, ports: SettlementConsumerPorts): Promise<void> {
  const readable: ReadMessage[] = [];
  for (const message of batch.messages) {
    const parsed = settleMessageSchema.safeParse(message.body);
    if (parsed.success) readable.push({ message, content: parsed.data });
    else await ports.parkUnreadable(message);
  }
  const byOrganization = Map.groupBy(readable, ({ content }) => content.organizationId);
  await Promise.all(
    Array.from(byOrganization, ([organizationId, own]) => deliver(own, ports.organization(organizationId))),
  );
}

async function deliver(messages: readonly ReadMessage[], organization: Settling): Promise<void> {
  let unanswered = 0;
  for (const { message, content } of messages) {
    const isAnswered = unanswered < MAX_UNANSWERED && isAnswer(await ask(organization, content));
    unanswered = isAnswered ? 0 : unanswered + 1;
    if (isAnswered) message.ack();
    else message.retry({ delaySeconds: retryDelaySeconds(message.attempts) });
  }
}

async function ask(organization: Settling, content: SettleMessage): Promise<SettleReply | BeginReply> {
  const queued = fromSettleMessage(content);
  switch (queued.kind) {
    case "settle":
      return organization.settle(queued.command);
    case "begin_unreserved":
      return organization.beginUnreserved(queued.request);
    case "settle_unreserved":
      return organization.settleUnreserved(queued.command);
  }
}

function isAnswer(reply: SettleReply | BeginReply): boolean {
  return reply.outcome !== "refused" || reply.failure.kind !== "wallet_unavailable";
}
