/** Server-sent events out of bytes that come in any split (WHATWG HTML, Server-sent events: parsing an event stream). */

export interface StreamEvent {
  /** Empty: unnamed. */
  readonly name: string;
  readonly data: string;
  readonly dataLines: number;
}

export interface EventSink {
  /** A complete event with its bytes, blank line included; null for one without data, or too large to be read. */
  takeEvent(raw: Uint8Array, event: StreamEvent | null): void;
  /** Further bytes of the event that was taken last (the `\n` of its last `\r\n`). */
  takeTail(raw: Uint8Array): void;
  /** An event grew over the limit and its bytes follow, or, when `ended`, have been taken. See `EventReader`. */
  noteOversized(head: StreamEvent | null, ended: boolean): void;
  /** Bytes of an event that grew over the limit and is not read any more. */
  takeOversized(raw: Uint8Array): void;
}

/** What a meter does with the events of a stream. */
export interface EventReader {
  readEvent(event: StreamEvent): void;
  /**
   * An event that is passed on without being read: what its first bytes say, with `data` cut off; null when they have no
   * data. Called when the event has grown over the limit, and once more when it has ended.
   */
  noteOversized(head: StreamEvent | null, ended: boolean): void;
}

/**
 * An event beyond this is passed on but not read. Reading one takes about four times its size: the parts, the whole, its
 * text and what the text says. An isolate has 128 MB (Cloudflare Workers, limits).
 */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024;
/** Enough of an event to know its kind. */
const HEAD_BYTES = 1024;

const LF = 0x0a;
const CR = 0x0d;
const LINE_END = /\r\n|\r|\n/;
const BYTE_ORDER_MARK = "\uFEFF";

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

export class EventSplitter {
  readonly #sink: EventSink;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** Set while the event is one that is not read. */
  #oversized: { readonly head: StreamEvent | null } | null = null;
  #lineEmpty = true;
  #eventStarted = false;
  /** The last byte was `\r`; a `\n` right after it belongs to the same line end. */
  #afterReturn = false;
  #firstEvent = true;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** Where the stream stands: between events, inside a line, or between two lines of one event. */
  get position(): "between_events" | "in_line" | "between_lines" {
    if (!this.#eventStarted) return "between_events";
    return this.#lineEmpty ? "between_lines" : "in_line";
  }

  /** Bytes of the event that is not complete yet; infinity once it is too large to be held. */
  get openBytes(): number {
    return this.#oversized === null ? this.#heldBytes : Number.POSITIVE_INFINITY;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    let nextFeed = -1;
    let nextReturn = -1;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      const afterReturn = this.#afterReturn;
      this.#afterReturn = byte === CR;
      if (byte === LF && afterReturn) {
        if (this.#eventStarted) continue;
        this.#sink.takeTail(chunk.subarray(at, at + 1));
        start = at + 1;
      } else if (byte !== LF && byte !== CR) {
        this.#lineEmpty = false;
        this.#eventStarted = true;
        if (nextFeed < at) nextFeed = indexOrEnd(chunk, LF, at);
        if (nextReturn < at) nextReturn = indexOrEnd(chunk, CR, at);
        at = Math.min(nextFeed, nextReturn) - 1;
      } else if (this.#lineEmpty) {
        this.#finishEvent(chunk.subarray(start, at + 1));
        start = at + 1;
      } else {
        this.#lineEmpty = true;
      }
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
  }

  /** The bytes of an event that never ended, and what it would say; the splitter is empty afterwards. */
  takeRest(): { readonly raw: Uint8Array; readonly event: StreamEvent | null } {
    const raw = joinBytes(this.#held);
    const event = this.#oversized === null ? this.#read(raw) : null;
    this.#reset();
    return { raw, event };
  }

  #hold(part: Uint8Array): void {
    this.#checkSize(part);
    if (this.#oversized !== null) {
      this.#sink.takeOversized(part);
    } else {
      // A copy: the chunk's buffer belongs to whoever gave it.
      this.#held.push(part.slice());
      this.#heldBytes += part.length;
    }
  }

  #finishEvent(part: Uint8Array): void {
    this.#checkSize(part);
    const raw = this.#heldBytes === 0 ? part : joinBytes([...this.#held, part]);
    const oversized = this.#oversized;
    this.#reset();
    this.#sink.takeEvent(raw, oversized === null ? this.#read(raw) : null);
    if (oversized !== null) this.#sink.noteOversized(oversized.head, true);
  }

  /** Gives up reading an event that would grow over the limit, and hands on what was held of it. */
  #checkSize(part: Uint8Array): void {
    if (this.#oversized !== null || this.#heldBytes + part.length <= MAX_EVENT_BYTES) return;
    this.#oversized = { head: this.#read(headOf([...this.#held, part])) };
    this.#sink.noteOversized(this.#oversized.head, false);
    for (const held of this.#held) this.#sink.takeOversized(held);
    this.#held = [];
    this.#heldBytes = 0;
  }

  #reset(): void {
    this.#held = [];
    this.#heldBytes = 0;
    this.#oversized = null;
    this.#eventStarted = false;
    this.#lineEmpty = true;
  }

  #read(raw: Uint8Array): StreamEvent | null {
    const text = decoder.decode(raw);
    const first = this.#firstEvent;
    this.#firstEvent = false;
    return parseEvent(first && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  }
}

function indexOrEnd(bytes: Uint8Array, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from);
  return index === -1 ? bytes.length : index;
}

/** Null when the event has no data: comments, a lone name, blank lines. */
export function parseEvent(text: string): StreamEvent | null {
  let name = "";
  const data: string[] = [];
  for (const line of text.split(LINE_END)) {
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line.charAt(colon + 1) === " " ? colon + 2 : colon + 1);
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
  }
  return data.length === 0 ? null : { name, data: data.join("\n"), dataLines: data.length };
}

/** The first bytes of many parts, without joining them all. */
function headOf(parts: readonly Uint8Array[]): Uint8Array {
  const head: Uint8Array[] = [];
  let missing = HEAD_BYTES;
  for (const part of parts) {
    if (missing === 0) break;
    const taken = part.subarray(0, missing);
    head.push(taken);
    missing -= taken.length;
  }
  return joinBytes(head);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const only = parts[0];
  if (only !== undefined && parts.length === 1) return only;
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
