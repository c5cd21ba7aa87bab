/**
 * Sends what the ledger wrote to the queue, at least once. Rows are written by the transaction that they tell of and removed
 * only after the queue took them. One flush runs at a time; rows that come meanwhile are taken by its next batch.
 */
import type { LedgerMessage } from "../../src/contract/ledger-message.ts";
import type { OutboxRow, OutboxRowStore } from "./store/outbox-rows.ts";

/** Queues take 100 messages and 256 KB in one call; the rest is room for their own metadata. */
const MAX_BATCH_MESSAGES = 100;
const MAX_BATCH_BYTES = 200_000;

/** Messages of a busy object travel together: each call of the queue costs as much as a settlement. */
const GATHER_MS = 250;

/** A queue that is overloaded can take a minute to say so. */
const SEND_TIMEOUT_MS = 15_000;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 5 * 60_000;

export type SendMessages = (messages: readonly LedgerMessage[]) => Promise<unknown>;

export class Outbox {
  readonly #rows: OutboxRowStore;
  readonly #send: SendMessages;
  #flushing: Promise<boolean> | null = null;
  #gathering: Promise<boolean> | null = null;
  #failures = 0;

  constructor(rows: OutboxRowStore, send: SendMessages) {
    this.#rows = rows;
    this.#send = send;
  }

  /** Sends everything there is. Gives false when the queue refused; never throws. */
  flush(): Promise<boolean> {
    this.#flushing ??= this.#sendAll();
    return this.#flushing;
  }

  /** Sends soon what there is by then; at once when it fills a batch. Null: that is under way, or there is nothing to send. */
  gather(): Promise<boolean> | null {
    if (this.#flushing !== null || this.#rows.isEmpty()) return null;
    if (this.#rows.mayHave(MAX_BATCH_MESSAGES)) return this.flush();
    if (this.#gathering !== null) return null;
    this.#gathering = delay(GATHER_MS).then(() => {
      this.#gathering = null;
      return this.flush();
    });
    return this.#gathering;
  }

  /** How long to wait before the next attempt: longer after each failure in a row. */
  retryDelayMs(): number {
    return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, this.#failures - 1));
  }

  /** Marks its own end in the step that finds no more rows, so that a row added later starts a new flush. */
  async #sendAll(): Promise<boolean> {
    // Rows are read after the caller's own step, when the promise is already stored.
    await Promise.resolve();
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one batch at a time: a row is removed only after its own send
        await withTimeout(this.#send(batch.map((row) => row.message)), SEND_TIMEOUT_MS);
      } catch {
        this.#failures += 1;
        this.#flushing = null;
        return false;
      }
      this.#failures = 0;
      this.#rows.removeThrough(batch[batch.length - 1]?.number ?? 0);
    }
    this.#flushing = null;
    return true;
  }

  #nextBatch(): readonly OutboxRow[] {
    let bytes = 0;
    const rows = this.#rows.list(MAX_BATCH_MESSAGES);
    const end = rows.findIndex((row) => {
      bytes += row.sizeBytes;
      return bytes > MAX_BATCH_BYTES;
    });
    return end === -1 ? rows : rows.slice(0, Math.max(end, 1));
  }
}

function delay(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}

async function withTimeout(sending: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const timedOut = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error("the queue did not answer in time"));
    }, timeoutMs);
  });
  try {
    await Promise.race([sending, timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
