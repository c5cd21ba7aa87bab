/** A stream that passes unchanged and unbuffered while a copy of it is read. */
import { EventSplitter, type EventReader, type StreamEvent } from "./event-splitter.ts";

const EMPTY = new Uint8Array(0);

/** Bytes in, bytes to forward out. */
export interface ForwardedStream {
  /** Where the forwarded bytes stand: an error event of ours must not be glued to half an event. */
  readonly position: EventSplitter["position"];
  /** How many of the bytes forwarded last belong to an event that is not complete; infinity: it began too long ago. */
  readonly openBytes: number;
  push(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

export class PassThrough implements ForwardedStream {
  readonly #reader: EventReader;
  readonly #splitter: EventSplitter;
  #endPosition: EventSplitter["position"] | null = null;

  constructor(reader: EventReader) {
    this.#reader = reader;
    this.#splitter = new EventSplitter({
      takeEvent: (_raw, event) => this.#take(event),
      takeTail: () => undefined,
      noteOversized: (head, ended) => reader.noteOversized(head, ended),
      takeOversized: () => undefined,
    });
  }

  get position(): EventSplitter["position"] {
    return this.#endPosition ?? this.#splitter.position;
  }

  get openBytes(): number {
    return this.#splitter.openBytes;
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#splitter.push(chunk);
    return chunk;
  }

  /** Everything was forwarded already; a last event without its blank line is read all the same. */
  end(): Uint8Array {
    this.#endPosition ??= this.#splitter.position;
    this.#take(this.#splitter.takeRest().event);
    return EMPTY;
  }

  #take(event: StreamEvent | null): void {
    if (event !== null) this.#reader.readEvent(event);
  }
}
