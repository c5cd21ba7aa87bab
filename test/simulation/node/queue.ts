/** A queue with faults: messages on their way are lost, doubled, held up and reordered. */
import type { Delivery } from "../driver.ts";
import type { Random } from "../random.ts";

interface OnItsWay {
  readonly body: unknown;
  readonly attempts: number;
}

interface Delivered extends OnItsWay {
  outcome: "none" | "ack" | "retry";
  readonly again: boolean;
}

export class NodeQueue {
  isDown = false;
  #onTheirWay: OnItsWay[] = [];
  #batch: Delivered[] = [];

  async sendBatch(messages: readonly { readonly body: unknown }[]): Promise<void> {
    if (this.isDown) throw new Error("injected: the queue is down");
    const size = messages.reduce((sum, { body }) => sum + JSON.stringify(body).length, 0);
    if (messages.length > 100 || size > 256_000) throw new Error("the batch is larger than a queue takes");
    this.#onTheirWay.push(...messages.map(({ body }) => ({ body: JSON.parse(JSON.stringify(body)), attempts: 0 })));
  }

  takeBatch(delivery: Delivery, random: Random): unknown {
    const chosen: OnItsWay[] = [];
    while (chosen.length < Math.min(delivery.count, 100) && this.#onTheirWay.length > 0) {
      chosen.push(...this.#onTheirWay.splice(random.below(this.#onTheirWay.length), 1));
    }
    if (delivery.lost === "messages") chosen.splice(0, Math.ceil(chosen.length / 2));
    this.#batch = chosen.map(({ body, attempts }) => ({
      body,
      attempts: attempts + 1,
      outcome: "none",
      again: delivery.duplicated,
    }));
    const messages = this.#batch.map((message, index) => ({
      id: `message_${index}`,
      timestamp: new Date(0),
      body: message.body,
      attempts: message.attempts,
      ack: () => {
        message.outcome = "ack";
      },
      retry: () => {
        message.outcome = "retry";
      },
    }));
    return { queue: "keeptrusts-ledger", messages, ackAll: () => undefined, retryAll: () => undefined };
  }

  /** Gives the bodies of what was acknowledged; the rest, and what comes twice, is on its way again. */
  finishBatch(): readonly unknown[] {
    const neither = this.#batch.filter(({ outcome }) => outcome === "none");
    if (neither.length > 0) throw new Error("the consumer neither acknowledged a message nor asked for it again");
    this.#onTheirWay.push(...this.#batch.filter(({ outcome, again }) => outcome === "retry" || again));
    return this.#batch.filter(({ outcome }) => outcome === "ack").map(({ body }) => body);
  }
}
