/**
 * Sends what the ledger wrote to the queue, at least once. Rows are written by the transaction that they tell of and removed
 * only when the queue's consumer says that it has stored them: what nobody confirms is sent again, ever later, and at once
 * when the object starts again. One flush runs at a time; rows that come meanwhile are taken by its next batch.
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

/** Longer than the queue and its consumer take, so that only what got lost is sent twice; doubled with every round in vain. */
const FIRST_RESEND_MS = 60_000;
const LAST_RESEND_MS = 60 * 60_000;
/** A consumer that is down for long is not to be drowned in repeats. */
const MAX_RESENT_MESSAGES = 1_000;

/** How soon rows are sent when the flush after their command did not come to its end. */
const BACKSTOP_MS = 5_000;
/** Sends that are remembered as one. */
const SAME_SEND_MS = 10_000;

export type SendMessages = (messages: readonly LedgerMessage[]) => Promise<unknown>;

export class Outbox {
  readonly #rows: OutboxRowStore;
  readonly #send: SendMessages;
  readonly #nowMs: () => number;
  #flushing: Promise<boolean> | null = null;
  #gathering: Promise<boolean> | null = null;
  #failures = 0;
  /** What was sent when, by number. */
  #sends: { throughNumber: number; readonly atMs: number }[] = [];
  /** Rounds since the last confirmation. */
  #resends = 0;
  #resentThroughNumber = 0;

  constructor(rows: OutboxRowStore, send: SendMessages, nowMs: () => number = () => Date.now()) {
    this.#rows = rows;
    this.#send = send;
    this.#nowMs = nowMs;
  }

  /** Sends everything that was not sent yet. Gives false when the queue refused; never throws. */
  flush(): Promise<boolean> {
    this.#flushing ??= this.#sendAll();
    return this.#flushing;
  }

  hasUnsent(): boolean {
    return this.#rows.hasUnsent();
  }

  /** Sends soon what there is by then; at once when it fills a batch. Null: that is under way, or there is nothing to send. */
  gather(): Promise<boolean> | null {
    if (this.#flushing !== null || !this.#rows.hasUnsent()) return null;
    if (this.#rows.mayHaveUnsent(MAX_BATCH_MESSAGES)) return this.flush();
    if (this.#gathering !== null) return null;
    this.#gathering = delay(GATHER_MS).then(() => {
      this.#gathering = null;
      return this.flush();
    });
    return this.#gathering;
  }

  /** These rows are stored where they were sent to. */
  confirm(numbers: readonly number[]): void {
    this.#rows.remove(numbers);
    this.#resends = 0;
  }

  /** Sends once more, in bounded portions, what was sent long ago and is not confirmed. False: the queue refused. */
  async resend(): Promise<boolean> {
    this.#forgetConfirmed();
    const overdue = this.#sends.findLast(({ atMs }) => atMs + this.#resendDelayMs() <= this.#nowMs());
    if (overdue === undefined) return true;
    const { throughNumber } = overdue;
    let rows = this.#rows.listBetween(this.#resentThroughNumber, throughNumber, MAX_RESENT_MESSAGES);
    // The portion after the last one, and then from the beginning again.
    if (rows.length === 0) rows = this.#rows.listBetween(0, throughNumber, MAX_RESENT_MESSAGES);
    for (let batch = cutBatch(rows); batch.length > 0; batch = cutBatch(rows)) {
      // oxlint-disable-next-line no-await-in-loop -- one batch at a time
      if (!(await this.#sendBatch(batch))) return false;
      this.#resentThroughNumber = batch.at(-1)?.number ?? 0;
      rows = rows.slice(batch.length);
    }
    this.#resends += 1;
    this.#sends = this.#sends.filter((send) => send.throughNumber > throughNumber);
    this.#sends.unshift({ throughNumber, atMs: this.#nowMs() });
    return true;
  }

  /** When the next row is due, to be sent or sent again; null when all that was written is stored. */
  dueMs(): number | null {
    if (this.#rows.hasUnsent()) return this.#nowMs() + BACKSTOP_MS;
    this.#forgetConfirmed();
    if (this.#sends.length === 0) return null;
    return Math.min(...this.#sends.map(({ atMs }) => atMs)) + this.#resendDelayMs();
  }

  #forgetConfirmed(): void {
    const firstNumber = this.#rows.firstNumber();
    this.#sends = firstNumber === null ? [] : this.#sends.filter((send) => send.throughNumber >= firstNumber);
  }

  #resendDelayMs(): number {
    return Math.min(LAST_RESEND_MS, FIRST_RESEND_MS * 2 ** this.#resends);
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
      // oxlint-disable-next-line no-await-in-loop -- one batch at a time: what is sent is known only after its own send
      if (!(await this.#sendBatch(batch))) {
        this.#flushing = null;
        return false;
      }
      this.#rememberSend(batch.at(-1)?.number ?? 0);
    }
    this.#flushing = null;
    return true;
  }

  async #sendBatch(batch: readonly OutboxRow[]): Promise<boolean> {
    try {
      const messages = batch.map(({ number, message }) => ({ ...message, outbox_number: number }));
      await withTimeout(this.#send(messages), SEND_TIMEOUT_MS);
      this.#failures = 0;
      return true;
    } catch {
      this.#failures += 1;
      return false;
    }
  }

  #rememberSend(throughNumber: number): void {
    this.#rows.markSent(throughNumber);
    const last = this.#sends.at(-1);
    const atMs = this.#nowMs();
    if (last !== undefined && atMs - last.atMs < SAME_SEND_MS) last.throughNumber = throughNumber;
    else this.#sends.push({ throughNumber, atMs });
  }

  #nextBatch(): readonly OutboxRow[] {
    return cutBatch(this.#rows.listUnsent(MAX_BATCH_MESSAGES));
  }
}

/** The first rows, as many as the queue takes in one call. */
function cutBatch(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += row.sizeBytes;
    return bytes > MAX_BATCH_BYTES || index === MAX_BATCH_MESSAGES;
  });
  return end === -1 ? rows : rows.slice(0, Math.max(end, 1));
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
