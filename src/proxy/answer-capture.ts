/**
 * Keeps a copy of an answer while it goes to the caller: byte for byte what is sent, up to a limit, so that memory stays flat
 * however long the answer is. It only looks on: nothing waits for it and nothing is changed by it.
 */

/** What was kept of one answer. */
export interface CapturedAnswer {
  readonly status: number;
  readonly contentType: string | null;
  /** The first bytes, all of them unless `truncated`. */
  readonly bytes: Uint8Array;
  /** How many were sent. */
  readonly totalBytes: number;
  readonly truncated: boolean;
  /** The provider's answer came to its proper end while the caller was there; false for refusals and errors of any kind. */
  readonly whole: boolean;
}

export interface AnswerHead {
  readonly status: number;
  readonly contentType: string | null;
}

export interface AnswerCapture {
  /** An answer begins. Another one in its place, such as our own error, begins anew. */
  begin(head: AnswerHead): void;
  /** These bytes go to the caller next. They are copied: the buffer remains its owner's. */
  push(bytes: Uint8Array): void;
  /** Nothing more goes to the caller. Whoever listens is told, once; without a beginning nobody is. */
  end(whole: boolean): void;
}

export type TakeCaptured = (answer: CapturedAnswer) => void;

/** Nobody listens, so that nothing is copied. */
export const NO_CAPTURE: AnswerCapture = {
  begin: () => undefined,
  push: () => undefined,
  end: () => undefined,
};

/** Keeps at most `limitBytes` of an answer for those who listen. */
export function captureAnswer(limitBytes: number, listeners: readonly TakeCaptured[]): AnswerCapture {
  return listeners.length === 0 ? NO_CAPTURE : new Capture(limitBytes, listeners);
}

/** An answer that is there as a whole. */
export function captureBody(capture: AnswerCapture, head: AnswerHead, bytes: Uint8Array, whole: boolean): void {
  capture.begin(head);
  capture.push(bytes);
  capture.end(whole);
}

const FIRST_BYTES = 4_096;
const NOTHING = new Uint8Array();

class Capture implements AnswerCapture {
  readonly #limitBytes: number;
  readonly #listeners: readonly TakeCaptured[];
  #head: AnswerHead | null = null;
  /** Grows by doubling; the first `#keptBytes` of it are used. */
  #buffer: Uint8Array = NOTHING;
  #keptBytes = 0;
  #totalBytes = 0;
  #ended = false;

  constructor(limitBytes: number, listeners: readonly TakeCaptured[]) {
    this.#limitBytes = limitBytes;
    this.#listeners = listeners;
  }

  begin(head: AnswerHead): void {
    this.#head = head;
    this.#keptBytes = 0;
    this.#totalBytes = 0;
  }

  push(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#totalBytes += bytes.byteLength;
    const room = this.#limitBytes - this.#keptBytes;
    if (room <= 0) return;
    const kept = bytes.byteLength <= room ? bytes : bytes.subarray(0, room);
    this.#makeRoom(this.#keptBytes + kept.byteLength);
    this.#buffer.set(kept, this.#keptBytes);
    this.#keptBytes += kept.byteLength;
  }

  end(whole: boolean): void {
    if (this.#ended || this.#head === null) return;
    this.#ended = true;
    const answer: CapturedAnswer = {
      ...this.#head,
      bytes: this.#buffer.subarray(0, this.#keptBytes),
      totalBytes: this.#totalBytes,
      truncated: this.#totalBytes > this.#keptBytes,
      whole,
    };
    this.#buffer = NOTHING;
    for (const take of this.#listeners) take(answer);
  }

  #makeRoom(neededBytes: number): void {
    if (neededBytes <= this.#buffer.byteLength) return;
    const grownBytes = Math.max(FIRST_BYTES, neededBytes, this.#buffer.byteLength * 2);
    const grown = new Uint8Array(Math.min(grownBytes, this.#limitBytes));
    grown.set(this.#buffer.subarray(0, this.#keptBytes));
    this.#buffer = grown;
  }
}
