/** Reads HTTP/1.1 responses off a connection, one at a time (RFC 9112 §6, §7.1): only as much as a load generator needs. */

export interface ResponseHead {
  readonly status: number;
  readonly headers: string;
}

interface ReaderEvents {
  /** A part of the body, without the chunked coding. */
  body(bytes: Buffer): void;
  end(head: ResponseHead): void;
}

type State =
  | { readonly at: "head" }
  | { readonly at: "length"; readonly head: ResponseHead; left: number }
  | { readonly at: "chunk-size" | "trailer"; readonly head: ResponseHead }
  | { readonly at: "chunk"; readonly head: ResponseHead; left: number };

const CHUNK_END_BYTES = 2;

export class ResponseReader {
  #events: ReaderEvents;
  #state: State = { at: "head" };
  #pending: Buffer = Buffer.alloc(0);

  constructor(events: ReaderEvents) {
    this.#events = events;
  }

  /** Throws when the bytes are no response that it can read. */
  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length > 0 && this.#step());
  }

  /** Gives false when more bytes are needed. */
  #step(): boolean {
    const state = this.#state;
    switch (state.at) {
      case "head":
        return this.#readHead();
      case "length": {
        const part = this.#take(state.left);
        state.left -= part.length;
        this.#events.body(part);
        if (state.left === 0) this.#finish(state.head);
        return true;
      }
      case "chunk-size": {
        const line = this.#takeThrough("\r\n");
        if (line === null) return false;
        const size = Number.parseInt(line, 16);
        if (Number.isNaN(size)) throw new Error(`no chunk size: ${line}`);
        this.#state =
          size === 0
            ? { at: "trailer", head: state.head }
            : { at: "chunk", head: state.head, left: size + CHUNK_END_BYTES };
        return true;
      }
      case "chunk": {
        const part = this.#take(state.left);
        const data = part.subarray(0, Math.max(0, state.left - CHUNK_END_BYTES));
        state.left -= part.length;
        if (data.length > 0) this.#events.body(data);
        if (state.left === 0) this.#state = { at: "chunk-size", head: state.head };
        return true;
      }
      case "trailer": {
        const line = this.#takeThrough("\r\n");
        if (line === "") this.#finish(state.head);
        return line !== null;
      }
    }
  }

  #readHead(): boolean {
    const text = this.#takeThrough("\r\n\r\n");
    if (text === null) return false;
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) throw new Error(`no status line: ${text.slice(0, 40)}`);
    const head = { status, headers: text };
    if (/^transfer-encoding: *chunked/im.test(text)) {
      this.#state = { at: "chunk-size", head };
      return true;
    }
    const left = Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0);
    if (left === 0) this.#finish(head);
    else this.#state = { at: "length", head, left };
    return true;
  }

  #finish(head: ResponseHead): void {
    this.#state = { at: "head" };
    this.#events.end(head);
  }

  #take(atMost: number): Buffer {
    const part = this.#pending.subarray(0, atMost);
    this.#pending = this.#pending.subarray(part.length);
    return part;
  }

  #takeThrough(end: string): string | null {
    const index = this.#pending.indexOf(end);
    if (index === -1) return null;
    const text = this.#pending.toString("latin1", 0, index);
    this.#pending = this.#pending.subarray(index + end.length);
    return text;
  }
}
