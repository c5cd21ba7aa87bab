/** The Worker that the tests run in: the object classes, and a queue consumer that keeps what it gets for them to look at. */
import type { LedgerMessage } from "../../src/contract/ledger-message.ts";
import { ledgerMessageSchema } from "../../src/contract/ledger-message.ts";

export { Organization } from "../../durable-objects/organization/organization.ts";

/** What the ledger queue delivered, in order of arrival, repeats included. */
export const delivered: LedgerMessage[] = [];

export default {
  fetch(): Response {
    return new Response(null, { status: 404 });
  },
  queue(batch: MessageBatch): void {
    for (const message of batch.messages) {
      if (batch.queue === "keeptrusts-ledger") delivered.push(ledgerMessageSchema.parse(message.body));
      message.ack();
    }
  },
} satisfies ExportedHandler;
