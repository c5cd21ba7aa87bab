/**
 * The Worker that the tests run in: the object classes, and a queue consumer that keeps what it gets for them to look at. It
 * confirms what it gets, unless a test says that the queue loses the messages of an organization, or that the product's own
 * consumer is to store them.
 */
import type { LedgerMessage, OutboxAddress } from "../../src/contract/ledger-message.ts";
import { ledgerMessageSchema, outboxAddressOf } from "../../src/contract/ledger-message.ts";
import { consumeLedger } from "../../src/queue/ledger-consumer.ts";
import { confirmShipped } from "../../src/queue/confirm-shipped.ts";

export { OAuthServer } from "../../durable-objects/oauth-server/oauth-server.ts";
export { Organization } from "../../durable-objects/organization/organization.ts";
export { TargetHealth } from "../../durable-objects/target-health/target-health.ts";

/** What the ledger queue delivered, in order of arrival, repeats included. */
export const delivered: LedgerMessage[] = [];

/** Organizations whose ledger messages vanish on their way. */
export const losing = new Set<string>();

/** Organizations whose messages the product's own consumer stores; the bodies of those that are stored, to be confirmed. */
export const storing = new Map<string, unknown[]>();

/** Where the messages came from that vanished. */
export const lost: (OutboxAddress | null)[] = [];

export default {
  fetch(): Response {
    return new Response(null, { status: 404 });
  },
  async queue(batch, env) {
    if (batch.messages.some(({ body }) => storing.has(outboxAddressOf(body)?.organizationId ?? ""))) {
      return storeBatch(batch, env);
    }
    batch.ackAll();
    if (batch.queue !== "keeptrusts-ledger") return;
    const vanishes = ({ body }: Message): boolean => losing.has(outboxAddressOf(body)?.organizationId ?? "");
    lost.push(...batch.messages.filter(vanishes).map(({ body }) => outboxAddressOf(body)));
    const arrived = batch.messages.filter((message) => !vanishes(message));
    delivered.push(...arrived.map(({ body }) => ledgerMessageSchema.parse(body)));
    await confirmShipped(arrived, (organizationId, numbers) =>
      env.ORGANIZATION.getByName(organizationId).confirmShipped(numbers),
    );
  },
} satisfies ExportedHandler<Env>;

/** The consumer tells what it stored by confirming it; the messages are kept until the test does so. */
async function storeBatch(batch: MessageBatch, env: Env): Promise<void> {
  await consumeLedger(batch, env, Date.now(), async (organizationId, outboxNumbers) => {
    const bodies = batch.messages.map(({ body }) => body);
    const stored = bodies.filter((body) => {
      const address = outboxAddressOf(body);
      return address?.organizationId === organizationId && outboxNumbers.includes(address.outboxNumber);
    });
    storing.get(organizationId)?.push(...stored);
  });
}
