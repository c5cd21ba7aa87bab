/**
 * A chat stream for a caller who did not ask for usage: the chunk that only carries it is dropped, the `usage` member is
 * cut out of the others, and every other byte stays. Holds back no more than the event that is not complete yet.
 */
import { EventSplitter, joinBytes, type EventReader, type StreamEvent } from "./event-splitter.ts";
import { removeMember } from "./json-text.ts";
import { isObject, parseJson, type JsonObject } from "./json-value.ts";
import type { ForwardedStream } from "./pass-through.ts";

const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();
const exactDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class UsageStripper implements ForwardedStream {
  readonly #reader: EventReader;
  readonly #splitter: EventSplitter;
  #forward: Uint8Array[] = [];
  #droppedLast = false;
  #done = false;
  #cutInOversized = false;

  constructor(reader: EventReader) {
    this.#reader = reader;
    this.#splitter = new EventSplitter({
      takeEvent: (raw, event) => this.#takeEvent(raw, event),
      takeTail: (raw) => {
        if (!this.#droppedLast) this.#forward.push(raw);
      },
      noteOversized: (head, ended) => reader.noteOversized(head, ended),
      takeOversized: (raw) => {
        this.#forward.push(raw.slice());
        this.#cutInOversized = true;
      },
    });
  }

  /** Only whole events are forwarded, but for those that are too large to be held. */
  get position(): EventSplitter["position"] {
    return this.#cutInOversized ? "in_line" : "between_events";
  }

  get openBytes(): number {
    return this.#cutInOversized ? Number.POSITIVE_INFINITY : 0;
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#splitter.push(chunk);
    return this.#takeForward();
  }

  /**
   * A last event without its blank line is kept when it can be read or when the stream was over anyway, and dropped when
   * the answer was cut off in it: readers discard it too (WHATWG), and an error event must not be glued to it.
   */
  end(): Uint8Array {
    const { raw, event } = this.#splitter.takeRest();
    const readable = event !== null && (isDone(event) || isObject(parseJson(event.data)));
    if (readable || this.#done) this.#takeEvent(raw, event);
    return this.#takeForward();
  }

  #takeForward(): Uint8Array {
    const bytes = this.#forward.length === 0 ? EMPTY : joinBytes(this.#forward);
    this.#forward = [];
    return bytes;
  }

  #takeEvent(raw: Uint8Array, event: StreamEvent | null): void {
    if (event !== null) {
      this.#reader.readEvent(event);
      this.#done ||= isDone(event);
    }
    this.#cutInOversized = false;
    const kept = event === null ? raw : stripEvent(raw, event);
    this.#droppedLast = kept === null;
    if (kept !== null && kept.length > 0) this.#forward.push(kept);
  }
}

/** The event that ends a chat stream. */
export function isDone(event: StreamEvent): boolean {
  return event.data.trim() === "[DONE]";
}

/** The chunk that `include_usage` adds: no choices, only usage. */
export function isUsageChunk(chunk: JsonObject): boolean {
  const choices = chunk["choices"];
  return Array.isArray(choices) && choices.length === 0 && isObject(chunk["usage"]);
}

/** The event as it would be without `include_usage`; null: it would not be there. */
function stripEvent(raw: Uint8Array, event: StreamEvent): Uint8Array | null {
  if (!event.data.includes('"usage"')) return raw;
  const chunk = parseJson(event.data);
  if (!isObject(chunk)) return raw;
  if (isUsageChunk(chunk)) return null;
  // JSON spread over several data lines cannot be cut in one place; no provider does that, and `usage: null` is harmless.
  if (!Object.hasOwn(chunk, "usage") || event.dataLines !== 1) return raw;
  const text = decodeExactly(raw);
  if (text === null) return raw;
  const start = text.indexOf(event.data);
  const end = start + event.data.length;
  return encoder.encode(text.slice(0, start) + removeMember(event.data, "usage") + text.slice(end));
}

/** Null when the bytes are not UTF-8 and could not be written back. */
function decodeExactly(bytes: Uint8Array): string | null {
  try {
    return exactDecoder.decode(bytes);
  } catch {
    return null;
  }
}
