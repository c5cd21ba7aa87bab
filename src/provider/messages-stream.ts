/**
 * The stream of `POST /v1/messages`: `message_start` has the exact input counters, `message_delta` cumulative ones,
 * `message_stop` ends it. Events that we do not know pass like all others.
 */
import type { Failure } from "../core/failure.ts";
import type { MeterSnapshot, StreamMeter, StreamMeterOptions } from "./adapter.ts";
import type { AnswerRecord } from "./answer-record.ts";
import { encodeEvent, eventText } from "./event-encoder.ts";
import { failureError } from "./failure.ts";
import { isObject, member, parseJson, textOf, type JsonObject } from "./json-value.ts";
import {
  addBlockOutput,
  createMessagesRecord,
  mergeMessagesUsage,
  noteContainer,
  readMessageHead,
} from "./messages-answer.ts";
import { PassThrough } from "./pass-through.ts";
import { totalTokens } from "./usage-total.ts";

export class MessagesStreamMeter implements StreamMeter {
  readonly #record: AnswerRecord;
  readonly #stream: PassThrough;
  /** `message_start` only has a first small number of output tokens: without a delta there is no final usage. */
  #deltaSeen = false;
  /** The answer has ended, but for its last event. */
  #stopped = false;
  readonly #openBlocks = new Set<number>();

  constructor(options: StreamMeterOptions) {
    const record = createMessagesRecord(options);
    this.#record = record;
    this.#stream = new PassThrough({
      readEvent: (event) => {
        const data = parseJson(event.data);
        if (isObject(data)) this.#read(textOf(data["type"]) ?? event.name, data);
      },
      noteOversized: () => record.noteOversized(),
    });
  }

  push(chunk: Uint8Array): Uint8Array {
    return this.#stream.push(chunk);
  }

  end(): Uint8Array {
    return this.#stream.end();
  }

  isFinished(): boolean {
    return this.#record.terminal || this.#record.errored;
  }

  snapshot(): MeterSnapshot {
    return this.#record.snapshot();
  }

  hasProduced(tokens: number): boolean {
    return !this.#stopped && this.#record.hasProduced(tokens);
  }

  openBytes(): number {
    return this.#stream.openBytes;
  }

  /** As at `max_tokens`: open blocks are closed, the reason and the usage follow. */
  stopEvents(): Uint8Array {
    const { output } = totalTokens(this.#record.snapshot().estimatedUsage);
    const delta = { stop_reason: "max_tokens", stop_sequence: null };
    const events = [
      ...[...this.#openBlocks].toSorted((a, b) => a - b).map((index) => ({ type: "content_block_stop", index })),
      { type: "message_delta", delta, usage: { output_tokens: output } },
      { type: "message_stop" },
    ];
    return new TextEncoder().encode(events.map((event) => eventText(event.type, JSON.stringify(event))).join(""));
  }

  /** A line that was cut off becomes part of a `ping`, which the official SDKs skip, so that they meet the error itself. */
  errorEvent(failure: Failure, context: { readonly requestId: string; readonly nowMs: number }): Uint8Array {
    const error = failureError("anthropic", failure, context.nowMs);
    const event = { type: "error", error, request_id: context.requestId };
    return encodeEvent(this.#stream.position, "error", event, "ping");
  }

  #read(type: string, data: JsonObject): void {
    const record = this.#record;
    if (type === "message_start") {
      if (isObject(data["message"])) readMessageHead(record, data["message"]);
    } else if (type === "content_block_start") {
      addBlockOutput(record, data["content_block"]);
      noteContainer(record, data["content_block"]);
      if (typeof data["index"] === "number") this.#openBlocks.add(data["index"]);
    } else if (type === "content_block_stop") {
      if (typeof data["index"] === "number") this.#openBlocks.delete(data["index"]);
    } else if (type === "content_block_delta") {
      for (const key of ["text", "partial_json", "thinking"]) record.addOutput(member(data["delta"], key));
    } else if (type === "message_delta") {
      if (isObject(data["usage"])) {
        record.usage = mergeMessagesUsage(record.usage, data["usage"]);
        this.#deltaSeen = true;
      }
      if ((member(data["delta"], "stop_reason") ?? null) !== null) {
        this.#stopped = true;
        record.usageIsFinal = this.#deltaSeen;
      }
    } else if (type === "message_stop") {
      record.terminal = true;
      record.usageIsFinal = this.#deltaSeen;
    } else if (type === "error") {
      record.errored = true;
    }
  }
}
